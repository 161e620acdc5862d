import { describe, expect, it } from "vitest";

import { useTrying } from "./trying";
import type { Works } from "./works";

const works = {
  speech: { t: (key: string) => key, worded: (_: string, word: string) => `refused: ${word}` },
  desk: {},
} as unknown as Works;

describe("asking the server from a form", () => {
  it("is busy for as long as it goes on, and says that it went well", async () => {
    const { busy, trouble, attempt } = useTrying(works);
    let finish: () => void = () => undefined;

    const going = attempt(() => new Promise((done) => (finish = done)));
    expect(busy.value).toBe(true);
    finish();

    expect(await going).toBe(true);
    expect([busy.value, trouble.value]).toEqual([false, ""]);
  });

  it("says in words what was refused, and forgets it with the next attempt", async () => {
    const { busy, trouble, attempt } = useTrying(works);
    const refusal = Object.assign(new Error(), { code: "not_found", facts: {} });

    expect(await attempt(() => Promise.reject(refusal))).toBe(false);
    expect([busy.value, trouble.value]).toEqual([false, "refused: not_found"]);

    await attempt(() => Promise.resolve());
    expect(trouble.value).toBe("");
  });
});
