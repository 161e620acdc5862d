/**
 * A service for tests behind the interface of remote/server.ts: takes records in exactly once, keeps photos by digest, gives real receipts of a
 * real small log. Each fault that a line, a proxy or a lying operator can cause is switched on by name.
 */
import { sha256OfText } from "../domain/digest";
import { readSyncAnswer } from "../remote/answer";
import { Refused, Unreachable } from "../remote/ask";
import type { LawPack, PapersPack } from "../domain/packs";
import type { Leased, Server } from "../remote/server";
import type {
  SessionAnswer,
  SyncAnswer,
  SyncRequest,
  WireFeed,
  WirePhoto,
  WireVerdict,
} from "../remote/types";
import type { PhotoToSend } from "../remote/uploads";
import { SmallLog } from "./log";

interface Kept {
  readonly text: string;
  readonly signature: string;
  readonly entry: number;
  readonly outcome: "admitted" | "quarantined";
}

/** What may go wrong at the next contacts. */
export interface Faults {
  /** The request does not reach the server. */
  down: boolean;
  /** The server takes everything in, and the answer is lost. */
  answer_lost: boolean;
  /** Receipts come with a later contact only. */
  unsealed: boolean;
  /** Receipts of the neighbour's record are given. */
  swapped: boolean;
  /** A page of a captive portal, parsed as what it isn't. */
  portal: boolean;
  /** Newer checkpoints come without a proof. */
  unproved: boolean;
}

export class Service implements Server {
  log = new SmallLog();
  readonly kept = new Map<string, Kept>();
  readonly wanted = new Map<string, string>();
  readonly arrived = new Map<string, number>();
  /** Photos whose bytes were lost after they had arrived. */
  readonly lost = new Set<string>();
  readonly requests: SyncRequest[] = [];
  readonly faults: Faults = {
    down: false,
    answer_lost: false,
    unsealed: false,
    swapped: false,
    portal: false,
    unproved: false,
  };
  settled: Pick<SyncAnswer, "settled_up_to" | "settled_by"> = { settled_up_to: 0, settled_by: "backup" };
  standing: SyncAnswer["session"] = "none";
  terminal_state: SyncAnswer["terminal_state"] = "active";
  minimum_version = "0.0.0";
  feed: WireFeed | null = null;
  resumes = 0;
  /** Whose session the cookie is. */
  officer = "034512";
  resumeRefused: Error | null = null;
  packs = 0;
  /** Called in the middle of a contact. */
  during: () => Promise<void> = () => Promise.resolve();
  clock_ms = (): number => Date.parse("2026-11-25T02:00:00Z");
  quarantine: (text: string) => boolean = () => false;
  refuse: (request: SyncRequest) => Error | null = () => null;

  async sync(request: SyncRequest, reads: boolean): Promise<SyncAnswer> {
    const session = reads ? this.standing : "none";
    if (this.faults.down) throw new Unreachable("down");
    const refused = this.refuse(request);
    if (refused !== null) throw refused;
    this.requests.push(JSON.parse(JSON.stringify(request)) as SyncRequest);
    await this.during();
    for (const { text, signature } of request.envelopes) this.takeIn(text, signature, request.terminal);
    if (this.faults.answer_lost) throw new Unreachable("cut before the answer");
    if (this.faults.portal) return readSyncAnswer({ portal: "please accept our terms" });
    const texts = [
      ...request.envelopes.map((one) => sha256OfText(one.text)),
      ...request.pending.map((one) => one.text_sha256),
    ];
    const named = new Set(request.pending_photos);
    for (const { text } of request.envelopes) {
      for (const { sha256 } of (JSON.parse(text) as { photos: { sha256: string }[] }).photos)
        named.add(sha256);
    }
    return readSyncAnswer({
      now: new Date(this.clock_ms()).toISOString(),
      verdicts: texts.flatMap((text) => this.verdict(text)),
      photos: [
        ...[...named].flatMap((digest) => this.photo(digest)),
        ...request.held_photos.filter((one) => this.lost.has(one)).flatMap((one) => this.photo(one)),
      ],
      feed: session === "ok" ? this.feed : null,
      checkpoint: this.log.size === 0 ? null : this.checkpoint(request.verified),
      ...this.settled,
      minimum_version: this.minimum_version,
      session,
      terminal_state: this.terminal_state,
    });
  }

  /** Stands for tus: the bytes arrive whole, are re-hashed, and become an entry once. */
  async upload(photo: PhotoToSend): Promise<void> {
    if (this.faults.down) throw new Unreachable("down");
    const text = await photo.bytes.text();
    if (sha256OfText(text) !== photo.digest) throw new Error(`other bytes than ${photo.digest}`);
    this.lost.delete(photo.digest);
    if (!this.arrived.has(photo.digest)) {
      const entry = this.log.append({
        kind: "photo.arrived",
        body: { digest: photo.digest, size: text.length },
      });
      this.arrived.set(photo.digest, entry);
    }
  }

  consistency(from: number, to: number): Promise<readonly string[]> {
    return Promise.resolve(this.log.consistency(from, to));
  }
  /** Declarations by the name of the log that ended. */
  readonly successions = new Map<string, string>();
  succession(origin: string): Promise<string> {
    const note = this.successions.get(origin);
    return note === undefined ? Promise.reject(new Refused(404, "not_found", {})) : Promise.resolve(note);
  }
  logKey(): Promise<string> {
    return Promise.resolve(this.log.keyText);
  }
  challenge(): Promise<string> {
    return Promise.resolve("challenge");
  }
  signIn(): Promise<never> {
    throw new Error("not in these tests");
  }
  resume(): Promise<SessionAnswer> {
    this.resumes++;
    if (this.resumeRefused !== null) return Promise.reject(this.resumeRefused);
    this.standing = "ok";
    return Promise.resolve({ now: "", officer: null, shift: null, terminal: null });
  }
  session(): Promise<SessionAnswer> {
    const officer = {
      police_number: this.officer,
      name: "",
      role: "",
      unit_code: "",
      unit_name: "",
      unit_name_en: "",
      capabilities: [],
      home_plate: "",
    };
    return Promise.resolve({
      now: "",
      officer: this.standing === "ok" ? officer : null,
      shift: null,
      terminal: null,
    });
  }
  choosePassword(): Promise<never> {
    throw new Error("not in these tests");
  }
  closeShift(): Promise<void> {
    return Promise.resolve();
  }
  enrol(): Promise<never> {
    throw new Error("not in these tests");
  }
  enrolment(): Promise<"active"> {
    return Promise.resolve("active");
  }
  offences(): Promise<null> {
    this.packs++;
    return Promise.resolve(null);
  }
  roads(): Promise<null> {
    return Promise.resolve(null);
  }
  /** What is answered for the law and the papers, and to who asks for numbers. */
  lawPack: LawPack | null = null;
  papersPack: PapersPack | null = null;
  leases: { kind: string; left: number }[] = [];
  leasing: (kind: string, left: number) => Promise<Leased> = () =>
    Promise.reject(new Refused(409, "no_numbers_for_this", {}));
  law(): Promise<LawPack | null> {
    return Promise.resolve(this.lawPack);
  }
  papers(): Promise<PapersPack> {
    return this.papersPack === null
      ? Promise.reject(new Refused(404, "not_found", {}))
      : Promise.resolve(this.papersPack);
  }
  lease(kind: string, left: number): Promise<Leased> {
    this.leases.push({ kind, left });
    return this.leasing(kind, left);
  }

  private takeIn(text: string, signature: string, key: string): void {
    const hash = sha256OfText(text);
    if (this.kept.has(hash)) return;
    const outcome = this.quarantine(text) ? "quarantined" : "admitted";
    const kind = outcome === "admitted" ? "violation.recorded" : "record.quarantined";
    const entry = this.log.append({ kind, record: { text, signature, key } });
    this.kept.set(hash, { text, signature, entry, outcome });
    for (const { sha256 } of (JSON.parse(text) as { photos: { sha256: string }[] }).photos)
      this.wanted.set(sha256, hash);
  }

  private verdict(text_sha256: string): WireVerdict[] {
    const kept = this.kept.get(text_sha256);
    if (kept === undefined) return [];
    const entry = this.faults.swapped ? (kept.entry + 1) % this.log.size : kept.entry;
    const receipt = this.faults.unsealed ? null : this.log.receipt(entry);
    return [
      {
        text_sha256,
        uid: null,
        outcome: kept.outcome,
        reason: kept.outcome === "admitted" ? "" : "wrong_shift",
        receipt,
      },
    ];
  }

  private photo(digest: string): WirePhoto[] {
    const entry = this.arrived.get(digest);
    if (entry !== undefined) {
      const state = this.lost.has(digest) ? "wanted" : "arrived";
      return [{ digest, state, receipt: this.faults.unsealed ? null : this.log.receipt(entry) }];
    }
    return this.wanted.has(digest) ? [{ digest, state: "wanted", receipt: null }] : [];
  }

  private checkpoint(verified: number): SyncAnswer["checkpoint"] {
    const isProvable = verified > 0 && verified <= this.log.size && !this.faults.unproved;
    return { note: this.log.checkpoint(), consistency: isProvable ? this.log.consistency(verified) : null };
  }
}
