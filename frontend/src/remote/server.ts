/** The server as a handheld knows it: one object with a method for each door. */
import type { Form } from "../domain/documents/number";
import type { OffencePack } from "../domain/offence";
import type { LawPack, PapersPack } from "../domain/packs";
import type { RoadPack } from "../domain/roads";
import { readSyncAnswer } from "./answer";
import { get, getText, inBrowser, post, csrfOf, type Asking } from "./ask";
import type {
  EnrolAnswer,
  LeasedAnswer,
  WireForm,
  SessionAnswer,
  SignedInAnswer,
  SyncAnswer,
  SyncRequest,
} from "./types";

/** The doors that a handheld uses. */
export interface Server {
  /** `reads`: with the session of the cookie. Without it the server says nothing to anybody, and takes everything in all the same. */
  sync(request: SyncRequest, reads: boolean): Promise<SyncAnswer>;
  /** Proof that the log at size `from` is a prefix of the log at size `to`. */
  consistency(from: number, to: number): Promise<readonly string[]>;
  /** The log's public key, as one line. */
  logKey(): Promise<string>;
  /** The declaration with which the log of this name went over to another, signed by both. */
  succession(origin: string): Promise<string>;
  challenge(): Promise<string>;
  signIn(asked: SignIn): Promise<SignedInAnswer>;
  resume(asked: Resume): Promise<SessionAnswer>;
  session(): Promise<SessionAnswer>;
  /** One's own password, with a code that was handed out; nobody needs to be signed in. */
  choosePassword(number: string, code: string, password: string): Promise<void>;
  closeShift(): Promise<void>;
  enrol(asked: { code: string; public_key: string; label: string }): Promise<EnrolAnswer>;
  enrolment(terminal: string): Promise<EnrolAnswer["state"]>;
  /** The newest pack, or null where `have` is the newest. */
  offences(have: string): Promise<OffencePack | null>;
  roads(have: string): Promise<RoadPack | null>;
  law(have: string): Promise<LawPack | null>;
  papers(): Promise<PapersPack>;
  /** Numbers for one kind of paper: all blocks that this terminal may use, topped up where few are left. */
  lease(kind: string, left: number): Promise<Leased>;
}

/** Numbers as they are leased, and how they are written here. */
export interface Leased {
  readonly form: Form;
  readonly blocks: LeasedAnswer["blocks"];
}

export interface SignIn {
  readonly police_number: string;
  readonly password: string;
  readonly terminal: string;
  readonly challenge: string;
  readonly terminal_signature: string;
}

export interface Resume {
  readonly resume: string;
  readonly terminal: string;
  readonly challenge: string;
  readonly signature: string;
}

/** The server at the origin that the app came from. */
export function serverAt(asking: Asking = inBrowser): Server {
  const must = async <T>(path: string): Promise<T> => (await get<T>(asking, path)) as T;
  // The first POST with a session needs the token's cookie; asking who one is sets it.
  const withToken = async <T>(path: string, body: unknown): Promise<T> => {
    if (csrfOf(asking.cookies()) === "") await get(asking, "/api/session");
    return await post<T>(asking, path, body);
  };
  return {
    sync: async (request, reads) => {
      const credentials = reads ? "same-origin" : "omit";
      return readSyncAnswer(await post<unknown>(asking, "/api/sync", request, credentials));
    },
    consistency: async (from, to) =>
      (await must<{ proof: readonly string[] }>(`/api/log/consistency?old=${from}&new=${to}`)).proof,
    logKey: async () => (await getText(asking, "/api/log/key")).trim(),
    succession: (origin) => getText(asking, `/api/log/succession?after=${encodeURIComponent(origin)}`),
    challenge: async () => (await must<{ challenge: string }>("/api/session/challenge")).challenge,
    signIn: (asked) => withToken("/api/session/sign-in", asked),
    resume: (asked) => withToken("/api/session/resume", asked),
    session: () => must("/api/session"),
    choosePassword: (police_number, code, password) =>
      withToken("/api/session/password", { police_number, code, password }),
    closeShift: () => withToken("/api/shift/close", {}),
    enrol: (asked) => post(asking, "/api/enrol", asked),
    enrolment: async (terminal) =>
      (await must<{ state: EnrolAnswer["state"] }>(`/api/enrol/${terminal}`)).state,
    offences: (have) => get(asking, `/api/offences/pack?have=${encodeURIComponent(have)}`),
    roads: (have) => get(asking, `/api/roads/pack?have=${encodeURIComponent(have)}`),
    law: (have) => get(asking, `/api/law/pack?have=${encodeURIComponent(have)}`),
    papers: async () => {
      const { form, ...pack } = await must<Omit<PapersPack, "form"> & { form: WireForm }>(
        "/api/documents/pack",
      );
      return { ...pack, form: formOf(form) };
    },
    lease: async (kind, left) => {
      const { form, blocks } = await withToken<LeasedAnswer>("/api/numbers/lease", { kind, left });
      return { form: formOf(form), blocks };
    },
  };
}

const formOf = ({ check_character, ...form }: WireForm): Form => ({ ...form, check: check_character });
