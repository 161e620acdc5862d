/**
 * The open line: a socket that only says "there is news up to n". Losing it loses nothing: facts come over HTTP, and a poll goes on beside it.
 * It comes back by itself, spread over 15 seconds so that a thousand handhelds don't come at once, and more slowly each time.
 */

/** How the line stands. `ended`: the session is over; `revoked`: this handheld was shut out. */
export type LineState = "closed" | "connecting" | "open" | "ended" | "revoked";

/** What the line needs. */
export interface LineParts {
  readonly url: string;
  readonly socket: (url: string) => WebSocket;
  readonly onNews: (n: number) => void;
  readonly onState: (state: LineState) => void;
  /** Between 0 and 1. */
  readonly chance: () => number;
}

/** The line. `open` may be called again at any time: it does nothing while one is open, and hurries a waiting one. */
export interface Line {
  open(): void;
  close(): void;
  /** Tell the server that news up to n was fetched. */
  ack(n: number): void;
}

const SPREAD_MS = 15_000;
const SLOWEST_MS = 5 * 60_000;
const ENDED = 4401;
const REVOKED = 4403;

/** Make the line; nothing is opened yet. */
export function makeLine(parts: LineParts): Line {
  let socket: WebSocket | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let failures = 0;
  let wanted = false;

  function connect(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (socket !== null) return;
    parts.onState("connecting");
    const mine = parts.socket(parts.url);
    socket = mine;
    mine.onopen = () => {
      failures = 0;
      parts.onState("open");
    };
    mine.onmessage = (event) => {
      const n = newsIn(event.data);
      if (n !== null) parts.onNews(n);
    };
    mine.onclose = (event) => {
      if (socket !== mine) return;
      socket = null;
      lost(event.code);
    };
  }

  function lost(code: number): void {
    if (code === ENDED || code === REVOKED) {
      wanted = false;
      parts.onState(code === ENDED ? "ended" : "revoked");
      return;
    }
    parts.onState("closed");
    if (!wanted) return;
    const slower_ms = Math.min(SLOWEST_MS, SPREAD_MS * 2 ** Math.min(failures, 6));
    // The first time is quick where the line had been good; it is spread all the same.
    timer = setTimeout(connect, parts.chance() * (failures === 0 ? SPREAD_MS : slower_ms));
    failures++;
  }

  return {
    open() {
      wanted = true;
      connect();
    },
    close() {
      wanted = false;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      const mine = socket;
      socket = null;
      mine?.close(1000);
      parts.onState("closed");
    },
    ack(n) {
      if (socket?.readyState === 1) socket.send(JSON.stringify({ ack: n }));
    },
  };
}

/** The number in a message, or null where it is something else. */
export function newsIn(data: unknown): number | null {
  if (typeof data !== "string" || data.length > 200) return null;
  try {
    const said = JSON.parse(data) as { news?: unknown } | null;
    return typeof said?.news === "number" && Number.isSafeInteger(said.news) ? said.news : null;
  } catch {
    return null;
  }
}

/** The line's address at the origin that the app came from. */
export const lineAddress = (location: { protocol: string; host: string }): string =>
  `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/`;
