import { expect, it } from "vitest";

it("digests and signatures are checked in a browser as old as Chrome 90, too", async () => {
  const object = Object as { hasOwn?: unknown };
  delete object.hasOwn;

  const { sha256OfText } = await import("./digest");
  const { isSignature } = await import("./note");

  expect(sha256OfText("abc")).toMatch(/^ba7816bf/);
  expect(isSignature(new Uint8Array(64), new Uint8Array(1), new Uint8Array(32))).toBe(false);
  expect(object.hasOwn).toBeTypeOf("function");
});
