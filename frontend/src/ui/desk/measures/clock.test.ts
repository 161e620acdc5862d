import { describe, expect, it } from "vitest";

import { clockOf, SOON_MS } from "./clock";

const due_at = "2026-11-25T12:00:00Z";
const at = (left: number): number => Date.parse(due_at) - left;

describe("a measure's 24 hours", () => {
  it.each([
    [SOON_MS + 1, "left"],
    [SOON_MS, "left"],
    [SOON_MS - 1, "soon"],
    [1, "soon"],
    [0, "over"],
    [-5, "over"],
  ])("with %i ms left are said in words of their own: %s", (left, word) => {
    expect(clockOf({ state: "taken", due_at }, at(left)).word).toBe(word);
  });

  it.each(["approved", "refused", "lapsed", "released", "ended"] as const)(
    "are over once it is %s",
    (state) => {
      expect(clockOf({ state, due_at }, at(1)).word).toBe("none");
    },
  );
});
