/**
 * One contact with the server: what waits goes up, verdicts, receipts and news come down, and each is written as what it is.
 *
 * Nothing is believed on the server's word alone: a verdict makes a record be asked about, only a verified receipt makes it be let go.
 * If the process dies anywhere here, the next contact does the same again; the server gives the same answers for the same bytes.
 */
import { readClock } from "../domain/clock";
import type { Proved, Settled } from "../domain/outbox";
import { Refused, type Contact, type Server, type SyncAnswer, type SyncRequest } from "../remote";
import type { About, FeedItem, Store, Vault } from "../store";
import { dispatchOf, type Outcome, type Outgoing, type Waiting } from "../store/dispatch";
import type { HeldPhotos } from "./held";
import { LogContradicted, Witness, type AskProof, type Taken } from "./witness";

/** What a contact needs. */
export interface Parts {
  readonly store: Store;
  readonly server: Server;
  readonly now: () => number;
  /** What the handheld says of itself; `waiting` is filled in here. */
  readonly contact: () => Promise<Omit<Contact, "waiting">>;
  /** Who reads: the officer whose app is unlocked and whose session the cookie is, or null. Then no session is shown, and nothing read. */
  readonly reader: Vault | null;
  /** Which photos are asked about although they have arrived. */
  readonly held: HeldPhotos;
}

/** What a contact left behind. */
export interface Contacted {
  readonly answer: SyncAnswer;
  /** There is more to send or to fetch at once. */
  readonly more: boolean;
  /** What became of the log's checkpoint; `none`: the server has no log, or one that is shorter than it was. */
  readonly log: Taken | "none";
  /** Receipts that did not prove what they should, by reason. They change nothing; the officer is told when they go on. */
  readonly unproved: readonly string[];
}

/** This handheld is not enrolled: there is nobody to speak for. */
export class NotEnrolled extends Error {}

const MOST_ENVELOPES = 100;
const MOST_BYTES = 850_000;
const MOST_PENDING = 500;
const ABOUTS: ReadonlySet<string> = new Set(["task", "violation", "notice", "measure", "to_confirm"]);

/** How much goes into one contact; a server that refuses gets less, until the one that it can't take stands alone. */
export class Portion {
  most = MOST_ENVELOPES;
  /** Records left out of this run, since the server breaks at them. */
  readonly leftOut = new Set<string>();
}

/** A contact with records was refused as a whole; the portion was made smaller, so that the next one brings the blame home. */
export class RefusedContact extends Refused {}

/** Make one contact. Throws Unreachable, Refused, LogContradicted, NotEnrolled. */
export async function exchange(parts: Parts, portion: Portion): Promise<Contacted> {
  const { store, server, now } = parts;
  const terminal = await store.terminal.get();
  if (terminal === null) throw new NotEnrolled();
  const limits = {
    most: portion.most,
    most_bytes: MOST_BYTES,
    most_pending: MOST_PENDING,
    except: portion.leftOut,
  };
  const waiting = await dispatchOf(store).look(limits);
  const { outgoing, awaiting } = waiting;
  const { reader } = parts;
  const { request, told } = await requestOf(parts, terminal.id, waiting);
  mark(store, outgoing, true);
  try {
    const sent_ms = now();
    const answer = await ask(parts, portion, request, outgoing);
    const received_ms = now();
    await store.log.setClock(readClock({ sent_ms, server_ms: Date.parse(answer.now), received_ms }));
    const witness = Witness.of(store, terminal.log_key, proofFrom(server));
    const { log, unproved } = await take(
      parts,
      witness,
      answer,
      terminal.id,
      [...outgoing, ...awaiting],
      sent_ms,
    );
    await told(answer);
    const more = await takeNews(store, reader, answer);
    return { answer, more: more || waiting.more, log, unproved };
  } finally {
    mark(store, outgoing, false);
  }
}

async function ask(
  parts: Parts,
  portion: Portion,
  request: SyncRequest,
  outgoing: readonly Outgoing[],
): Promise<SyncAnswer> {
  try {
    return await parts.server.sync(request, parts.reader !== null);
  } catch (error) {
    if (!(error instanceof Refused) || outgoing.length === 0) throw error;
    const [only, ...others] = outgoing;
    if (only !== undefined && others.length === 0) {
      portion.leftOut.add(only.uid);
      portion.most = MOST_ENVELOPES;
      // Below 500 it was judged and is the officer's to see; above, the server broke, and it is tried again in the next run.
      if (error.status < 500) {
        await dispatchOf(parts.store).settleRecords([outcome(only.text_sha256, { trouble: "refused" })]);
      }
    } else {
      portion.most = Math.max(1, Math.floor(outgoing.length / 2));
    }
    throw new RefusedContact(error.status, error.code, error.facts);
  }
}

async function requestOf(
  parts: Parts,
  terminal: string,
  { outgoing, awaiting, photos, held, records }: Waiting,
): Promise<{ request: SyncRequest; told: (answer: SyncAnswer) => Promise<void> }> {
  const { store } = parts;
  const asked_ms = parts.now();
  const officer = parts.reader?.officer ?? null;
  const place = officer === null ? { epoch: null, cursor: null } : await store.views.place(officer);
  const opened = officer === null ? [] : await store.views.openedTasks(officer);
  const here = officer === null ? null : await store.positions.waiting(officer);
  const request: SyncRequest = {
    terminal,
    envelopes: outgoing.map(({ text, signature }) => ({ text, signature })),
    epoch: place.epoch,
    cursor: place.cursor,
    verified: (await store.log.verified())?.size ?? 0,
    pending: awaiting.map(({ text_sha256, signature }) => ({ text_sha256, signature })),
    pending_photos: photos.slice(0, MOST_PENDING).map((one) => one.digest),
    held_photos: parts.held.due(held, asked_ms),
    opened,
    contact: { ...(await parts.contact()), waiting: records },
    positions: here?.positions ?? [],
  };
  const told = async (answer: SyncAnswer): Promise<void> => {
    parts.held.asked(request.held_photos, asked_ms);
    // Without a session the server has not taken them.
    if (answer.session !== "ok" || officer === null) return;
    if (opened.length > 0) await store.views.toldOpened(officer, opened);
    if (here !== null && here.positions.length > 0) await here.told();
  };
  return { request, told };
}

/** Take verdicts, receipts, photos, the checkpoint, and what is said of copies. */
async function take(
  parts: Parts,
  witness: Witness,
  answer: SyncAnswer,
  terminal: string,
  asked: readonly Outgoing[],
  asked_ms: number,
): Promise<{ log: Taken | "none"; unproved: string[] }> {
  const { store, now } = parts;
  const unproved: string[] = [];
  const log = await followed(store, witness, answer);
  if (log === "unproved" || log === "refused") unproved.push(log);
  const prove = async (receipt: unknown, thing: Parameters<Witness["prove"]>[1]): Promise<Proved | null> => {
    if (receipt === null || receipt === undefined) return null;
    const { proved, why } = await witness.prove(receipt as Parameters<Witness["prove"]>[0], thing, now());
    if (proved === null) unproved.push(why);
    return proved;
  };

  const outcomes: Outcome[] = [];
  const answered = new Set<string>();
  for (const verdict of answer.verdicts) {
    const record = asked.find((one) => one.text_sha256 === verdict.text_sha256);
    if (record === undefined || verdict.outcome === "again") continue;
    answered.add(record.text_sha256);
    const { text, signature } = record;
    const proved = await prove(verdict.receipt, { what: "record", text, signature, terminal });
    const { outcome: became, reason } = verdict;
    const trouble = became === "unreadable" ? "unreadable" : null;
    outcomes.push(outcome(record.text_sha256, { verdict: { outcome: became, reason }, proved, trouble }));
  }
  await dispatchOf(store).settleRecords(outcomes);
  // What was asked about and is not known there has to go up again: a restored server, or a yes that never was one.
  await dispatchOf(store).sendAgain(asked.map((one) => one.text_sha256).filter((one) => !answered.has(one)));

  const photos: { digest: string; wanted: boolean; proved: Proved | null }[] = [];
  for (const { digest, state, receipt } of answer.photos) {
    // One that is wanted again, since the server has lost it, has its receipt all the same.
    const proved = await prove(receipt, { what: "photo", digest });
    photos.push({ digest, wanted: state === "wanted", proved });
  }
  await dispatchOf(store).settlePhotos(photos, asked_ms);

  const settled: Settled = { up_to: answer.settled_up_to, by: answer.settled_by };
  // What a log that is not known says of copies is worth nothing.
  if (log === "accepted") await store.log.setSettled(settled);
  if (answer.terminal_state !== "unknown") await store.terminal.setState(answer.terminal_state);
  return { log, unproved };
}

async function followed(store: Store, witness: Witness, answer: SyncAnswer): Promise<Taken | "none"> {
  if (answer.checkpoint === null) return "none";
  const taken = await witness.follow(answer.checkpoint.note, answer.checkpoint.consistency);
  if (taken !== "unproved") return taken;
  // An old answer can be proved by the server of today; a log that has shrunk can't prove what it lost.
  const shown = Number(answer.checkpoint.note.split("\n")[1]);
  return shown < ((await store.log.verified())?.size ?? 0) ? "none" : "unproved";
}

async function takeNews(store: Store, vault: Vault | null, answer: SyncAnswer): Promise<boolean> {
  const { feed } = answer;
  if (feed === null || vault === null) return false;
  const items = feed.items
    .filter((one) => ABOUTS.has(one.about))
    .map((one): FeedItem => ({ ...one, about: one.about as About }));
  await store.views.apply(vault, { ...feed, items });
  return feed.more;
}

function proofFrom(server: Server): AskProof {
  return async (from, to) => {
    try {
      return await server.consistency(from, to);
    } catch (error) {
      // A server that can't prove it now may later; one that never does is never believed.
      if (error instanceof Refused) return null;
      throw error;
    }
  };
}

function mark(store: Store, outgoing: readonly Outgoing[], isSending: boolean): void {
  if (outgoing.length === 0) return;
  for (const { uid } of outgoing) {
    if (isSending) store.sending.add(uid);
    else store.sending.delete(uid);
  }
  store.changes.tell("outbox");
}

function outcome(text_sha256: string, said: Partial<Omit<Outcome, "text_sha256">>): Outcome {
  return { text_sha256, verdict: null, proved: null, trouble: null, ...said };
}

export { LogContradicted };
