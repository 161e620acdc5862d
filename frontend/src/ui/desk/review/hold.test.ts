/** A decision can be taken back for five seconds; it is sent exactly once, whatever comes. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Decision } from "@/remote/desk";
import { HELD_MS, makeHold } from "./hold";

const confirm: Decision = { act: "confirm", body: { version: 7 } };
const back: Decision = { act: "return", body: { reason: "photo_unclear", remark: "" } };

function screen(send = vi.fn(async (_id: string, _decision: Decision, _leaving: boolean) => undefined)) {
  const onSent = vi.fn();
  const onRefused = vi.fn();
  return { hold: makeHold({ send, onSent, onRefused, now: () => Date.now() }), send, onSent, onRefused };
}

describe("a decision that is held", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("is sent after five seconds and not before", async () => {
    const { hold, send, onSent } = screen();

    hold.make("a", confirm, "said");
    await vi.advanceTimersByTimeAsync(HELD_MS - 1);
    expect(send).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);

    expect(send.mock.calls).toEqual([["a", confirm, false]]);
    expect(onSent).toHaveBeenCalledTimes(1);
  });

  it("can be taken back, and is never sent then", async () => {
    const { hold, send } = screen();
    hold.make("a", confirm, "said");

    expect(hold.undo()?.id).toBe("a");
    await vi.advanceTimersByTimeAsync(2 * HELD_MS);
    await hold.flush(true);

    expect(send).not.toHaveBeenCalled();
  });

  it("can't be taken back once it is on its way", async () => {
    const { hold } = screen();
    hold.make("a", confirm, "said");

    await vi.advanceTimersByTimeAsync(HELD_MS);

    expect(hold.undo()).toBeNull();
  });

  it("is sent by the next decision", async () => {
    const { hold, send } = screen();
    hold.make("a", confirm, "said");

    hold.make("b", back, "said");
    await vi.advanceTimersByTimeAsync(0);

    expect(send.mock.calls).toEqual([["a", confirm, false]]);
    expect(hold.held.value?.id).toBe("b");
  });

  it("is sent when the page is left, so that the request outlives the page, and only once", async () => {
    const { hold, send } = screen();
    hold.make("a", confirm, "said");

    await hold.flush(true);
    await vi.advanceTimersByTimeAsync(2 * HELD_MS);

    expect(send.mock.calls).toEqual([["a", confirm, true]]);
  });

  it("tells of a refusal, and the record is open again", async () => {
    const refusal = new Error("overtaken");
    const { hold, onRefused } = screen(vi.fn(() => Promise.reject(refusal)));
    hold.make("a", confirm, "said");
    expect(hold.isHeld("a")).toBe(true);

    await vi.advanceTimersByTimeAsync(HELD_MS);

    expect(onRefused).toHaveBeenCalledWith(expect.objectContaining({ id: "a" }), refusal);
    expect(hold.isHeld("a")).toBe(false);
  });
});
