/** The sync at work: one run at a time, contacts until nothing is left, photos beside them, then a pause. */
import { judgeClock } from "../domain/clock";
import { lineAddress, makeLine, NotNow, Refused, Unreachable, type Line } from "../remote";
import type { Vault } from "../store";
import { dispatchOf } from "../store/dispatch";
import { takeUpAgain } from "./entering";
import { exchange, LogContradicted, NotEnrolled, Portion, RefusedContact, type Contacted } from "./exchange";
import { HeldPhotos } from "./held";
import { leaseNumbers, type Asked } from "./numbers";
import { refreshPacks } from "./packs";
import { takeUpSuccessor } from "./successor";
import { sendPhotos } from "./photos";
import { isOlder } from "./versions";
import { backOff_ms, browserMoments, pause_ms, type Moments } from "./when";

import { BEFORE_CONTACT, type Sync, type SyncParts, type SyncState } from "./state";

const MOST_ROUNDS = 500;

/** The one sync of this tab. */
export class Running implements Sync {
  private said: SyncState = BEFORE_CONTACT;
  private readonly listeners = new Set<(state: SyncState) => void>();
  private readonly clockNow: () => number;
  private readonly chance: () => number;
  private readonly moments: Moments;
  private readonly line: Line | null;
  private vault: Vault | null = null;
  /** Whose session the cookie is, as far as it was asked about since the last unlocking. Nothing is read for anybody else. */
  private session: string | null = null;
  /** For whom reading was refused in this run: not asked again before the next. */
  private barred: Vault | null = null;
  /** The last contact showed the log that this handheld follows. Else nothing is let go of. */
  private isLogKnown = false;
  private readonly held = new HeldPhotos();
  private readonly asked: Asked = new Map();
  private timer: ReturnType<typeof setTimeout> | null = null;
  private forget: (() => void) | null = null;
  private failures = 0;
  private again = false;
  private current: Promise<void> | null = null;
  private sendingPhotos: Promise<void> | null = null;
  private stopping = new AbortController();
  private started = false;
  private newest = 0;

  constructor(private readonly parts: SyncParts) {
    this.clockNow = parts.now ?? Date.now;
    this.chance = parts.chance ?? Math.random;
    this.moments = parts.moments ?? browserMoments();
    this.line = this.makeLine();
  }

  state(): SyncState {
    return this.said;
  }

  onState(listener: (state: SyncState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.stopping = new AbortController();
    this.forget = this.moments.listen(() => this.hurry());
    this.hurry();
  }

  stop(): void {
    this.started = false;
    this.stopping.abort();
    this.forget?.();
    this.line?.close();
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  async now(): Promise<void> {
    this.failures = 0;
    await this.run();
  }

  unlocked(vault: Vault): void {
    this.vault = vault;
    this.session = null;
    this.hurry();
  }

  locked(): void {
    this.vault = null;
    this.session = null;
    this.line?.close();
    this.set({ session: "unknown" });
  }

  private hurry(): void {
    this.failures = 0;
    if (this.started) void this.run();
  }

  /** One run at a time; whoever asks meanwhile gets another one right after. */
  private async run(): Promise<void> {
    if (this.current !== null) {
      this.again = true;
      return await this.current;
    }
    this.current = this.runAlone();
    try {
      await this.current;
    } finally {
      this.current = null;
      const more = this.again;
      this.again = false;
      if (more && this.started) void this.run();
    }
  }

  private async runAlone(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.set({ running: true });
    let isDue = false;
    try {
      if ((await this.parts.store.log.contradiction()) !== null)
        throw new LogContradicted("kept from before");
      // Another tab may be at it: then this one has nothing to do, and looks again later.
      isDue = (await this.parts.store.alone.ifFree("luqin-sync", () => this.rounds())) ?? false;
      this.failures = 0;
    } catch (error) {
      this.failed(error);
    }
    this.set({ running: false });
    this.schedule(isDue);
  }

  /** Contacts until nothing is left to send or fetch. True: receipts are still due. */
  private async rounds(): Promise<boolean> {
    const portion = new Portion();
    this.barred = null;
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const more = await this.round(portion);
      if (!more) break;
    }
    await this.photosInBackground();
    if (this.isLogKnown) {
      const settled = await this.parts.store.log.settled();
      await dispatchOf(this.parts.store).letGo(settled, this.said.terminal === "revoked");
    }
    await this.afterwards();
    return await this.isDue();
  }

  private async round(portion: Portion): Promise<boolean> {
    const { store, server, contact } = this.parts;
    const { clockNow: now, held } = this;
    const reader = await this.reader();
    try {
      const exchanged = await exchange({ store, server, now, contact, reader, held }, portion);
      this.isLogKnown = exchanged.log === "accepted";
      await this.show(exchanged);
      if (exchanged.log === "refused" && (await takeUpSuccessor(store, server))) return true;
      if (reader === null) return exchanged.more;
      if (exchanged.answer.session === "ok") {
        this.line?.open();
        if (!exchanged.more && this.newest > 0) this.line?.ack(this.newest);
        return exchanged.more;
      }
      // The cookie that was good a moment ago is not any more: one more round finds out whether the shift is.
      this.session = null;
      return true;
    } catch (error) {
      // Refused as a whole: the portion has been halved, or its one bad record was put aside; the others go on.
      if (error instanceof RefusedContact && portion.leftOut.size < 100) return true;
      throw error;
    }
  }

  /** Who reads in this contact: the officer whose app is unlocked, if the cookie is his or can be made so. Nobody else's news is asked for. */
  private async reader(): Promise<Vault | null> {
    const vault = this.vault;
    if (vault === null || this.barred === vault) return null;
    if (this.session !== vault.officer) {
      const isMine = await this.comeBack(vault);
      // Locked meanwhile, or somebody else unlocked: this was for nobody.
      if (this.vault !== vault) return null;
      this.session = isMine ? vault.officer : null;
      this.barred = isMine ? null : vault;
      this.set({ session: isMine ? "ok" : "ended" });
    }
    return this.session === vault.officer ? vault : null;
  }

  /** An empty log is strange only to who has seen it otherwise; a proof that merely lacks may come with the next contact. */
  private async isEstranged(log: Contacted["log"]): Promise<boolean> {
    if (log === "none") return (await this.parts.store.log.verified()) !== null;
    return log === "refused";
  }

  private async show({ answer, log, unproved }: Contacted): Promise<void> {
    const clock = await this.parts.store.log.clock();
    this.set({
      contact: "ok",
      refusal: "",
      last_ms: this.clockNow(),
      terminal: answer.terminal_state,
      estranged: await this.isEstranged(log),
      too_old: isOlder(this.parts.version, answer.minimum_version),
      unproved: unproved.length > 0 ? this.said.unproved + 1 : 0,
      settled_by: answer.settled_by,
      clock,
      clock_says: judgeClock(clock),
    });
  }

  /** Make the cookie this officer's: it is already, or the PIN has opened what takes the shift up again. */
  private async comeBack(vault: Vault): Promise<boolean> {
    const { store, server } = this.parts;
    try {
      const { officer } = await server.session();
      return officer?.police_number === vault.officer || (await takeUpAgain(store, server, vault));
    } catch (error) {
      // Whatever the server has against reading, records still go up.
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  /** What is done once the sending is done: packs and numbers for those who work, a wipe for a handheld that was revoked. */
  private async afterwards(): Promise<void> {
    const { store, server } = this.parts;
    if (this.said.terminal === "revoked") {
      await this.sendingPhotos;
      this.vault = null;
      this.line?.close();
      await dispatchOf(store).wipe();
      return;
    }
    if (this.session === null || this.session !== this.vault?.officer) return;
    await refreshPacks(store, server, this.clockNow());
    const officer = (await store.officers.all()).find((one) => one.police_number === this.session);
    if (officer !== undefined) await leaseNumbers(store, server, officer, this.asked, this.clockNow());
  }

  /** Photos go up beside the contacts, so that a large one holds no news up; each that is up brings on a contact for its receipt. */
  private async photosInBackground(): Promise<void> {
    const { store, send } = this.parts;
    if (this.sendingPhotos !== null || (await dispatchOf(store).photosToSend()).length === 0) return;
    this.set({ photos: true });
    const sending = store.alone.ifFree("luqin-photos", () =>
      sendPhotos({ store, ...(send && { send }), onUp: () => void this.run(), stop: this.stopping.signal }),
    );
    this.sendingPhotos = sending
      .then(
        (up) => {
          this.set({ photo_refusal: "" });
          if (up !== null && up > 0) void this.run();
        },
        (error: unknown) => this.failed(error),
      )
      .finally(() => {
        this.sendingPhotos = null;
        this.set({ photos: false });
      });
  }

  private async isDue(): Promise<boolean> {
    const { records, photos } = await dispatchOf(this.parts.store).waiting();
    return records > 0 || photos > 0;
  }

  private failed(error: unknown): void {
    this.failures++;
    if (error instanceof LogContradicted) {
      this.line?.close();
      this.set({ contradicted: true });
    } else if (error instanceof NotNow) {
      this.set({ photo_refusal: error.code });
    } else if (error instanceof Unreachable) {
      this.set({ contact: "offline" });
    } else if (error instanceof Refused) {
      this.set({ contact: "refused", refusal: error.code });
    } else if (!(error instanceof NotEnrolled)) {
      this.set({ contact: "refused" });
      // Not one of the expected ends: it must be seen in tests and in the console, and the timer goes on all the same.
      setTimeout(() => {
        throw error;
      });
    }
  }

  private schedule(isDue: boolean): void {
    if (!this.started || this.said.contradicted) return;
    if (this.timer !== null) clearTimeout(this.timer);
    const standing = { due: isDue, line: this.said.line === "open", visible: this.moments.isVisible() };
    const wait = this.failures > 0 ? backOff_ms(this.failures - 1, this.chance()) : pause_ms(standing);
    this.timer = setTimeout(() => void this.run(), wait);
  }

  private makeLine(): Line | null {
    const { socket } = this.parts;
    if (socket === null) return null;
    return makeLine({
      url: typeof location === "undefined" ? "" : lineAddress(location),
      socket: socket ?? ((url) => new WebSocket(url)),
      chance: this.chance,
      onNews: (n) => {
        this.newest = Math.max(this.newest, n);
        this.hurry();
      },
      onState: (line) => {
        const was = this.said.line;
        this.set({ line });
        // Back again, or shut out: there may be news that nobody rang for.
        if ((line === "open" && was !== "open") || line === "ended" || line === "revoked") this.hurry();
      },
    });
  }

  private set(change: Partial<SyncState>): void {
    this.said = { ...this.said, ...change };
    for (const listener of [...this.listeners]) listener(this.said);
  }
}
