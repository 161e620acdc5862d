/** A handheld for tests: a real store on an IndexedDB in memory, with officers of the cast, PINs that take no second, and a clock of the test's. */
import { IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";

import { newDraft, type Draft, type Taken } from "../domain/draft";
import { sha256 } from "../domain/digest";
import { toHex, utf8 } from "../domain/bytes";
import type { Content, Head, ViolationWords } from "../domain/record";
import { openStore, type Store, type Vault } from "../store";
import { Vault as OpenVault } from "../store/pins";
import { seal, type Sealed, type ToSeal } from "../store/sealing";

/** A clock that only the test moves. */
export class Clock {
  constructor(public ms = Date.parse("2026-11-25T02:00:00Z")) {}
  readonly now = (): number => this.ms;
  forward(ms: number): void {
    this.ms += ms;
  }
}

export const SHIFT = "01932d4e-7c00-7000-8000-0000000000aa";
let names = 0;

/** Forget every database: a factory-new browser profile. */
export function newProfile(): void {
  globalThis.indexedDB = new IDBFactory();
}

/** A handheld with keys, as after enrolment, and Wen signed in. */
export async function enrolled(
  log_key: string,
  clock = new Clock(),
): Promise<{ store: Store; wen: Vault; clock: Clock }> {
  const store = openStore({ name: `handheld-${names++}`, now: clock.now });
  const key = await store.keys.make();
  await store.terminal.enrolled({
    id: key.id,
    number: 1,
    fingerprint: key.fingerprint,
    label: "test",
    state: "active",
    enrolled_at: store.moment(),
    log_key,
  });
  const wen = await signedIn(store, "034512");
  return { store, wen, clock };
}

/** An officer signed in, with an open vault. The PIN's rounds are not walked here: store/pins.test.ts does that. */
export async function signedIn(store: Store, police_number: string): Promise<Vault> {
  const welcome = {
    police_number,
    name: "文警官",
    role: "officer",
    unit_code: "330900010100",
    unit_name: "一中队",
    capabilities: ["RECORD"],
    home_plate: "浙M",
  };
  const shift = { id: SHIFT, opened_at: store.moment(), ends_at: store.moment() };
  await store.officers.signedIn(welcome, shift, store.moment());
  return await OpenVault.over(police_number, store.random(32), store.random);
}

/** A photo of these words: not a picture, but bytes with a digest. */
export function shot(words: string, kind: Taken["shot"] = "far"): { taken: Taken; bytes: Blob } {
  const bytes = utf8(words);
  const taken: Taken = {
    sha256: toHex(sha256(bytes)),
    bytes: bytes.length,
    px: [1920, 1080],
    shot: kind,
    source: "camera",
    taken_at: "2026-11-25T10:00:00.000+08:00",
    place: null,
  };
  return { taken, bytes: new Blob([bytes], { type: "image/jpeg" }) };
}

/** A draft of a parking notice with so many shots, kept in the journal. */
export async function drafted(
  store: Store,
  vault: Vault,
  photos: number,
  plate = "浙M5K082",
): Promise<Draft> {
  let draft: Draft = {
    ...newDraft(store.id(), vault.officer, store.moment()),
    kind: "notice",
    plate,
    offence: "1039",
    place_text: "人民路",
  };
  await store.drafts.save(vault, draft);
  for (let at = 0; at < photos; at++) {
    const { taken, bytes } = shot(`${draft.id} ${at}`);
    draft = await store.drafts.addShot(vault, draft, taken, bytes);
  }
  return draft;
}

export function headOf(store: Store, vault: Vault): Omit<Head, "seq" | "prev" | "terminal"> {
  return {
    uid: store.id(),
    officer: vault.officer,
    shift: SHIFT,
    claimed_at: store.moment(),
    mono_ms: 1,
    clock: { offset_ms: null, unc_ms: null, synced_at: null },
    seen: null,
    app: "test",
  };
}

export function words(plate = "浙M5K082"): ViolationWords {
  return {
    kind: "notice",
    plate,
    plate_type: "02",
    offence: "1039",
    occurred_at: "2026-11-25T10:00:00.000+08:00",
    place: null,
    place_text: "人民路",
    road: null,
    direction: "",
    measured: null,
    limit: null,
    person: null,
    note: "",
    document_number: "",
    served: false,
    token_sha256: "",
    pack: "",
    fine: 150,
    points: 0,
  };
}

/** What is to be sealed from a draft. */
export function toSeal(store: Store, vault: Vault, draft: Draft, content?: Content): ToSeal {
  return {
    head: headOf(store, vault),
    photos: draft.photos,
    content: content ?? { type: "violation", ...words(draft.plate) },
    draft: draft.id,
    token: null,
  };
}

/** A sealed record with so many photos. */
export async function sealed(store: Store, vault: Vault, photos: number, plate?: string): Promise<Sealed> {
  const draft = await drafted(store, vault, photos, plate);
  return await seal(store, vault, toSeal(store, vault, draft));
}
