/**
 * Following what happens, at a desk: the open line says that there is news, the feed says what. A poll goes on beside it, so that a lost line
 * loses nothing. What comes is handed on in batches, at most one every two seconds: a screen that twitches can't be read.
 */
import type { DeskFeed, FeedItem } from "../remote/desk";
import type { Line, LineState } from "../remote/line";

/** Under the floor of 15 seconds, so that in a quiet hour "seconds since we heard" stays below it and a lost line shows. */
export const POLL_MS = 10_000;
/** The screen is drawn anew at most this often. */
export const REDRAW_MS = 2000;
/** Heard nothing for longer than this: the desk says so. */
export const SILENT_MS = 15_000;

/** What following needs; all of it comes from outside, the clock too. */
export interface LiveParts {
  readonly feed: (cursor: number | null, epoch: string | null) => Promise<DeskFeed>;
  readonly line: (on: { news: (n: number) => void; state: (state: LineState) => void }) => Line;
  /** Milliseconds that only grow. */
  readonly now: () => number;
  /** A batch of what changed; with `startOver` it is all there is and takes the place of what was there. */
  readonly onItems: (items: readonly FeedItem[], startOver: boolean) => void;
  /** The server was heard at this moment. */
  readonly onHeard: (at: number) => void;
  /** The session is over, or this desk was shut out. */
  readonly onEnded: () => void;
  /** Say whether an error means that the session is over; everything else is a network that comes back. */
  readonly isEnd: (error: unknown) => boolean;
}

export interface Live {
  start(): void;
  stop(): void;
  /** Ask now, e.g. after something was done here. */
  pull(): Promise<void>;
}

/** Make the follower; nothing is asked yet. */
export function makeLive(parts: LiveParts): Live {
  let cursor: number | null = null;
  let epoch: string | null = null;
  let pulling: Promise<void> | null = null;
  let again = false;
  let running = false;
  let poll: ReturnType<typeof setTimeout> | null = null;
  let redraw: ReturnType<typeof setTimeout> | null = null;
  let drawnAt = -REDRAW_MS;
  let batch = new Map<string, FeedItem>();

  const line = parts.line({
    news: (n) => {
      parts.onHeard(parts.now());
      if (cursor === null || n > cursor) void pull();
    },
    state: (state) => {
      if (state === "open") parts.onHeard(parts.now());
      if (state === "ended" || state === "revoked") end();
    },
  });

  function end(): void {
    if (!running) return;
    stop();
    parts.onEnded();
  }

  function pull(): Promise<void> {
    if (pulling !== null) {
      // What comes while one is under way may have come too late for it.
      again = true;
      return pulling;
    }
    pulling = readOn().finally(() => {
      pulling = null;
      if (again && running) {
        again = false;
        void pull();
      }
    });
    return pulling;
  }

  async function readOn(): Promise<void> {
    schedule();
    try {
      for (let more = true; more && running;) {
        const page = await parts.feed(cursor, epoch);
        if (!running) return;
        parts.onHeard(parts.now());
        take(page);
        more = page.more;
      }
    } catch (error) {
      if (parts.isEnd(error)) end();
      // Anything else: the next poll asks again from the same place.
    }
  }

  function take(page: DeskFeed): void {
    cursor = page.cursor;
    epoch = page.epoch;
    line.ack(page.cursor);
    if (page.start_over) {
      batch.clear();
      drawnAt = parts.now();
      parts.onItems(page.items, true);
      return;
    }
    for (const item of page.items) batch.set(`${item.about} ${item.id}`, item);
    if (batch.size > 0 && redraw === null)
      redraw = setTimeout(flush, Math.max(0, drawnAt + REDRAW_MS - parts.now()));
  }

  function flush(): void {
    redraw = null;
    drawnAt = parts.now();
    const items = [...batch.values()];
    batch = new Map();
    if (items.length > 0) parts.onItems(items, false);
  }

  function schedule(): void {
    if (poll !== null) clearTimeout(poll);
    poll = running ? setTimeout(() => void pull(), POLL_MS) : null;
  }

  function stop(): void {
    running = false;
    line.close();
    if (poll !== null) clearTimeout(poll);
    if (redraw !== null) clearTimeout(redraw);
    poll = redraw = null;
  }

  return {
    start() {
      running = true;
      line.open();
      void pull();
    },
    stop,
    pull,
  };
}
