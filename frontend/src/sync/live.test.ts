/** Following the feed: nothing is missed, nothing twitches, and silence shows. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { DeskFeed, FeedItem } from "../remote/desk";
import type { Line, LineState } from "../remote/line";
import { makeLive, POLL_MS, REDRAW_MS, SILENT_MS } from "./live";

const item = (n: number, id = `task-${n}`): FeedItem => ({ n, about: "task", id, gone: false, view: { n } });
const page = (cursor: number, items: readonly FeedItem[], more = false): DeskFeed => ({
  epoch: "e1",
  start_over: false,
  cursor,
  more,
  items,
});

class NobodySignedIn extends Error {}

function desk(answers: (() => Promise<DeskFeed>)[]) {
  let on: { news: (n: number) => void; state: (state: LineState) => void } | undefined;
  const line: Line = { open: vi.fn(), close: vi.fn(), ack: vi.fn() };
  const feed = vi.fn(async (cursor: number | null, _epoch: string | null) => {
    const next = answers.shift();
    return next === undefined ? page(cursor ?? 0, []) : next();
  });
  const drawn: { items: readonly FeedItem[]; startOver: boolean; at: number }[] = [];
  const heard: number[] = [];
  const onEnded = vi.fn();
  const live = makeLive({
    feed,
    line: (given) => {
      on = given;
      return line;
    },
    now: () => Date.now(),
    onItems: (items, startOver) => drawn.push({ items, startOver, at: Date.now() }),
    onHeard: (at) => heard.push(at),
    onEnded,
    isEnd: (error) => error instanceof NobodySignedIn,
  });
  const say = (): NonNullable<typeof on> => {
    if (on === undefined) throw new Error("no line was made");
    return on;
  };
  return { live, feed, drawn, heard, onEnded, line, say };
}

const snapshot = (): Promise<DeskFeed> => Promise.resolve({ ...page(10, [item(10)]), start_over: true });

describe("a desk that follows", () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.setSystemTime(1_000_000);
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("begins with all that is there, drawn at once", async () => {
    const { live, drawn, feed, line } = desk([snapshot]);

    live.start();
    await vi.advanceTimersByTimeAsync(0);

    expect(feed).toHaveBeenCalledWith(null, null);
    expect(drawn).toMatchObject([{ startOver: true, items: [{ id: "task-10" }] }]);
    expect(line.open).toHaveBeenCalled();
  });

  it("asks from where it stopped when the line says that there is news, and not for what it has", async () => {
    const { live, feed, say } = desk([snapshot, () => Promise.resolve(page(12, [item(11), item(12)]))]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    say().news(10);
    await vi.advanceTimersByTimeAsync(0);
    expect(feed).toHaveBeenCalledTimes(1);
    say().news(12);
    await vi.advanceTimersByTimeAsync(0);

    expect(feed).toHaveBeenLastCalledWith(10, "e1");
  });

  it("reads page after page to the end", async () => {
    const { live, feed, drawn } = desk([
      snapshot,
      () => Promise.resolve(page(20, [item(20)], true)),
      () => Promise.resolve(page(30, [item(30)])),
    ]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    await live.pull();
    await vi.advanceTimersByTimeAsync(REDRAW_MS);

    expect(feed.mock.calls.map(([cursor]) => cursor)).toEqual([null, 10, 20]);
    expect(drawn[1]?.items.map((one) => one.n)).toEqual([20, 30]);
  });

  it("draws at most every two seconds, and each thing once with its newest view", async () => {
    const { live, drawn } = desk([
      snapshot,
      () => Promise.resolve(page(11, [item(11, "a")])),
      () => Promise.resolve(page(12, [item(12, "a")])),
    ]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    await live.pull();
    await live.pull();
    await vi.advanceTimersByTimeAsync(REDRAW_MS - 1);
    expect(drawn).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);

    expect(drawn).toHaveLength(2);
    expect(drawn[1]?.items).toEqual([item(12, "a")]);
  });

  it("hears of news that came while it was asking", async () => {
    let answer: (page: DeskFeed) => void = () => undefined;
    const slow = (): Promise<DeskFeed> => new Promise((resolve) => (answer = resolve));
    const { live, feed, say } = desk([snapshot, slow]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);
    say().news(11);
    await vi.advanceTimersByTimeAsync(0);

    say().news(12);
    answer(page(11, [item(11)]));
    await vi.advanceTimersByTimeAsync(0);

    expect(feed).toHaveBeenCalledTimes(3);
    expect(feed).toHaveBeenLastCalledWith(11, "e1");
  });

  it("asks without the line too, often enough that a quiet hour never looks like a broken one", async () => {
    const { live, feed, heard } = desk([snapshot]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    await vi.advanceTimersByTimeAsync(6 * POLL_MS);

    expect(feed.mock.calls.length).toBe(7);
    const gaps = heard.map((at, n) => at - (heard[n - 1] ?? at));
    expect(Math.max(...gaps)).toBeLessThan(SILENT_MS);
  });

  it("goes on from the same place after a network that was gone", async () => {
    const { live, feed, onEnded } = desk([snapshot, () => Promise.reject(new Error("no network"))]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    await live.pull();
    await vi.advanceTimersByTimeAsync(POLL_MS);

    expect(feed.mock.calls.slice(1)).toEqual([
      [10, "e1"],
      [10, "e1"],
    ]);
    expect(onEnded).not.toHaveBeenCalled();
  });

  it.each(["ended", "revoked"] as const)("stops when the line says %s", async (state) => {
    const { live, say, onEnded, feed } = desk([snapshot]);
    live.start();
    await vi.advanceTimersByTimeAsync(0);

    say().state(state);
    await vi.advanceTimersByTimeAsync(5 * POLL_MS);

    expect(onEnded).toHaveBeenCalledTimes(1);
    expect(feed).toHaveBeenCalledTimes(1);
  });

  it("stops when the feed says that nobody is signed in", async () => {
    const { live, onEnded, feed } = desk([() => Promise.reject(new NobodySignedIn())]);

    live.start();
    await vi.advanceTimersByTimeAsync(5 * POLL_MS);

    expect(onEnded).toHaveBeenCalledTimes(1);
    expect(feed).toHaveBeenCalledTimes(1);
  });
});
