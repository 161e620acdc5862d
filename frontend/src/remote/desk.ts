/** The server as a desk knows it: one object with a method for each door. The shapes are the server's own (schema.d.ts). */
import { csrfOf, get, getBytes, inBrowser, post, postForm, type Asking } from "./ask";
import type { components } from "./schema";

type Shapes = components["schemas"];

export type Me = Shapes["Myself"];
export type Session = Shapes["Session"];
export type Figure = Shapes["Figure"];
export type Task = Shapes["Task"];
export type WholeTask = Shapes["WholeTask"];
export type Crew = Shapes["Crew"];
export type NewTask = Shapes["NewTaskRequest"];
export type Officer = Shapes["OnTheRoad"];
export type Row = Shapes["MaskedRow"];
export type Full = Shapes["Full"];
export type Rescued = Shapes["Rescued"];
export type ReprintedSlip = Shapes["Slip"];
export type MapPoint = Shapes["Point"];
export type AsideRow = Shapes["Row"];
export type AsideText = Shapes["Text"];
export type OpenItem = Shapes["Item"];
export type Terminal = Shapes["Terminal"];
export type Unit = Shapes["Unit"];
export type EnrolCode = Shapes["Code"];
export type Person = Shapes["Person"];
export type People = Shapes["People"];
export type HandedOut = Shapes["HandedOut"];
export type TableReport = Shapes["Report"];
export type Look = Shapes["Look"];
export type Looks = Shapes["Looks"];
export type MeasureRow = Shapes["MeasureRow"];
export type Measure = Shapes["Measure"];
export type MeasuresQueue = Shapes["Measures"];
export type NumberBlock = Shapes["NumberBlock"];
export type NumberInFull = Shapes["Number"];
export type RoadPack = Shapes["RoadPack"];

/** One page of the feed, as a desk gets it: a view's shape follows from what it is about. */
export interface DeskFeed {
  readonly epoch: string;
  readonly start_over: boolean;
  readonly cursor: number;
  readonly more: boolean;
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  readonly n: number;
  readonly about: "task" | "violation" | "officer" | "item" | "quarantine" | "terminal" | "measure";
  readonly id: string;
  readonly gone: boolean;
  readonly view: unknown;
}

/** What a reviewer decides about a violation: the last part of its address, and what is said with it. */
export interface Decision {
  readonly act: "confirm" | "return" | "propose-annulment" | "agree-annulment" | "refuse-annulment";
  readonly body: Readonly<Record<string, string | number>>;
}

/** A leader's word on a coercive measure: the last part of its address, and what is said with it. */
export interface MeasureAct {
  readonly act: "approve" | "refuse" | "give-back";
  readonly body: Readonly<Record<string, string>>;
}

export type TaskAct =
  | { readonly act: "assign"; readonly body: { officers: string[]; seen?: number } }
  | { readonly act: "approve"; readonly body: Record<string, never> }
  | { readonly act: "send-back"; readonly body: { officer: string; remark: string } }
  | { readonly act: "reassign"; readonly body: { from: string; to: string } }
  | { readonly act: "withdraw"; readonly body: { remark: string } };

export type PersonAct = "suspend" | "reinstate";

/** Which looks: what is empty narrows nothing. */
export type LooksWanted = Partial<Record<"viewer" | "record" | "first_day" | "last_day", string>>;

export type TerminalAct = "suspend" | "resume" | "revoke";

/** The doors that a desk uses. */
export interface DeskServer {
  session(): Promise<Session>;
  signIn(police_number: string, password: string): Promise<Session>;
  signOut(): Promise<void>;
  feed(cursor: number | null, epoch: string | null): Promise<DeskFeed>;
  figures(): Promise<readonly Figure[]>;
  units(): Promise<readonly Unit[]>;
  tasks(): Promise<{ readonly now: string; readonly tasks: readonly Task[] }>;
  task(id: string): Promise<WholeTask>;
  makeTask(task: NewTask): Promise<WholeTask>;
  doToTask(id: string, asked: TaskAct): Promise<WholeTask>;
  /** With a place: sorted by distance from there. `unattended`: nobody asked for it by hand. */
  officers(near: readonly [number, number] | null, unattended: boolean): Promise<readonly Officer[]>;
  violations(query: string): Promise<{ readonly rows: readonly Row[]; readonly cursor: number | null }>;
  violation(id: string, why: string): Promise<Full>;
  /** Where a picture is: for an `img`. */
  photo(violation: string, digest: string, size: "thumb" | "view"): string;
  /** The original bytes of a photo: a look of its own each time, and only for who decides about evidence. */
  original(violation: string, digest: string, why: string): Promise<Blob>;
  /** `leaving`: the page may be gone before the answer comes; the request goes on. */
  decide(id: string, decision: Decision, leaving?: boolean): Promise<void>;
  /** The slip once more, with a secret of its own that no other answer tells. */
  reprint(id: string, why: string): Promise<ReprintedSlip>;
  points(): Promise<readonly MapPoint[]>;
  roads(): Promise<RoadPack>;
  aside(): Promise<readonly AsideRow[]>;
  asideText(sha256: string): Promise<AsideText>;
  judge(sha256: string, act: "admit" | "refuse", ground: string, remark: string): Promise<void>;
  measures(): Promise<MeasuresQueue>;
  measure(id: string, why: string): Promise<Measure>;
  doToMeasure(id: string, asked: MeasureAct): Promise<void>;
  items(): Promise<readonly OpenItem[]>;
  closeItem(id: string, ground: string, remark: string): Promise<void>;
  /** One page of people: part of a name or a number's beginning, a unit with all below it; what is empty narrows nothing. */
  people(wanted: { readonly text: string; readonly unit: string }, cursor: string | null): Promise<People>;
  enlistTable(table: string, dryRun: boolean): Promise<TableReport>;
  passwordCodes(people: readonly string[]): Promise<readonly HandedOut[]>;
  transfer(number: string, unit: string, role: Person["role"]): Promise<Person>;
  doToPerson(number: string, act: PersonAct, reason: string): Promise<Person>;
  /** With a code that was handed out; nobody needs to be signed in. */
  choosePassword(number: string, code: string, password: string): Promise<void>;
  /** One page of who looked at what; reading it is a look, too. */
  looks(wanted: LooksWanted, cursor: string | null): Promise<Looks>;
  /** The newest blocks of numbers, or the newest in which one is missing. */
  numberBlocks(fate: "" | "missing"): Promise<readonly NumberBlock[]>;
  numberBlock(id: string): Promise<readonly NumberInFull[]>;
  terminals(): Promise<readonly Terminal[]>;
  enrolmentCode(unit: string): Promise<EnrolCode>;
  approve(terminal: string, fingerprint: string | null): Promise<void>;
  doToTerminal(terminal: string, act: TerminalAct, reason: string): Promise<void>;
  /** Take in a handheld's rescue file; what of it came in. */
  takeRescue(file: File, passphrase: string): Promise<Rescued>;
}

/** Header of a request that no person made: it keeps no desk awake. */
const UNATTENDED = { "Luqin-Unattended": "1" };

/** So long a rescue file may take to be sent and taken in, photo by photo. */
const RESCUE_MS = 900_000;

/** The server at the origin that the desk came from. */
export function deskAt(asking: Asking = inBrowser): DeskServer {
  const to = encodeURIComponent;
  const quiet = withInit(asking, (init) => ({ ...init, headers: { ...init?.headers, ...UNATTENDED } }));
  // A header, since addresses end up in logs and histories; encoded, since headers hold no Chinese.
  const because = (why: string): Asking =>
    withInit(asking, (init) => ({ ...init, headers: { ...init?.headers, "Luqin-Why": to(why) } }));
  const kept = withInit(asking, (init) => ({ ...init, keepalive: true }));
  const must = async <T>(path: string, by = asking): Promise<T> => (await get<T>(by, path)) as T;
  const say = async <T>(path: string, body: unknown): Promise<T> => {
    if (csrfOf(asking.cookies()) === "") await get(asking, "/api/session");
    return await post<T>(asking, path, body);
  };
  return {
    session: () => must("/api/session", quiet),
    signIn: (police_number, password) => say("/api/session/sign-in", { police_number, password }),
    signOut: () => say("/api/session/sign-out", {}),
    feed: (cursor, epoch) =>
      must(
        cursor === null || epoch === null ? "/api/feed" : `/api/feed?cursor=${cursor}&epoch=${to(epoch)}`,
        quiet,
      ),
    figures: async () => (await must<Shapes["Figures"]>("/api/figures", quiet)).figures,
    units: async () => (await must<Shapes["Units"]>("/api/units")).units,
    tasks: () => must("/api/tasks", quiet),
    task: (id) => must(`/api/tasks/${id}`),
    makeTask: (task) => say("/api/tasks", task),
    doToTask: (id, { act, body }) => say(`/api/tasks/${id}/${act}`, body),
    officers: async (near, unattended) => {
      const query = near === null ? "" : `?lon=${near[0]}&lat=${near[1]}`;
      return (await must<Shapes["Officers"]>(`/api/officers${query}`, unattended ? quiet : asking)).officers;
    },
    violations: (query) => must(`/api/violations?${query}`),
    violation: (id, why) => must(`/api/violations/${id}`, because(why)),
    photo: (violation, digest, size) => `/api/violations/${violation}/photos/${digest}?size=${size}`,
    original: (violation, digest, why) =>
      getBytes(because(why), `/api/violations/${violation}/photos/${digest}/original`),
    decide: async (id, { act, body }, leaving = false) => {
      const path = `/api/violations/${id}/${act}`;
      // While a page is left there is no time to fetch a token first; a desk that has looked at a record has one.
      await (leaving ? post(kept, path, body) : say(path, body));
    },
    reprint: (id, why) => say(`/api/violations/${id}/reprint`, { why }),
    points: async () => (await must<Shapes["Points"]>("/api/map/violations", quiet)).points,
    roads: () => must("/api/map/roads"),
    aside: async () => (await must<Shapes["Queue"]>("/api/quarantine", quiet)).rows,
    asideText: (sha256) => must(`/api/quarantine/${sha256}`),
    judge: (sha256, act, ground, remark) => say(`/api/quarantine/${sha256}/${act}`, { ground, remark }),
    measures: () => must("/api/measures", quiet),
    measure: (id, why) => must(`/api/measures/${id}`, because(why)),
    doToMeasure: (id, { act, body }) => say(`/api/measures/${id}/${act}`, body),
    items: async () => (await must<Shapes["Items"]>("/api/items", quiet)).items,
    closeItem: (id, ground, remark) => say(`/api/items/${to(id)}/close`, { ground, remark }),
    people: (wanted, cursor) => must(`/api/people?${query({ ...wanted, cursor: cursor ?? "" })}`),
    enlistTable: (table, dry_run) => say("/api/people/table", { table, dry_run }),
    passwordCodes: async (people) =>
      (await say<Shapes["HandedOutList"]>("/api/people/codes", { people })).codes,
    transfer: (number, unit, role) => say(`/api/people/${number}/transfer`, { unit, role }),
    doToPerson: (number, act, reason) => say(`/api/people/${number}/${act}`, { reason }),
    choosePassword: (police_number, code, password) =>
      say("/api/session/password", { police_number, code, password }),
    looks: (wanted, cursor) => must(`/api/looks?${query({ ...wanted, cursor: cursor ?? "" })}`),
    numberBlocks: async (fate) =>
      (await must<Shapes["NumberBlocks"]>(`/api/numbers?${query({ fate })}`)).blocks,
    numberBlock: async (id) => (await must<Shapes["BlockInFull"]>(`/api/numbers/${to(id)}`)).numbers,
    terminals: async () => (await must<Shapes["TerminalList"]>("/api/terminals", quiet)).terminals,
    enrolmentCode: (unit) => say("/api/terminals/codes", { unit }),
    approve: (terminal, fingerprint) =>
      say(`/api/terminals/${terminal}/approve`, fingerprint === null ? {} : { fingerprint }),
    takeRescue: async (file, passphrase) => {
      if (csrfOf(asking.cookies()) === "") await get(asking, "/api/session");
      const form = new FormData();
      form.set("passphrase", passphrase);
      form.set("file", file);
      return await postForm(asking, "/api/rescue", form, RESCUE_MS);
    },
    doToTerminal: (terminal, act, reason) => say(`/api/terminals/${terminal}/${act}`, { reason }),
  };
}

/** What is not empty, as the question of an address. */
function query(said: Readonly<Record<string, string>>): string {
  return new URLSearchParams(Object.entries(said).filter(([, value]) => value !== "")).toString();
}

function withInit(asking: Asking, change: (init?: RequestInit) => RequestInit): Asking {
  return { ...asking, fetch: (input, init) => asking.fetch(input, change(init)) };
}
