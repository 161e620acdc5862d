import { describe, expect, it } from "vitest";

import {
  equal,
  fromBase64,
  fromBase64url,
  fromHex,
  fromUtf8,
  NotBytes,
  toBase64,
  toBase64url,
  toHex,
  utf8,
} from "./bytes";
import { sha256, sha256OfText } from "./digest";

describe("bytes and their texts", () => {
  it("go through every length and come back", () => {
    for (let length = 0; length < 70; length++) {
      const bytes = Uint8Array.from({ length }, (_, at) => (at * 37 + length * 11) % 256);
      expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString("base64"));
      expect(toBase64url(bytes)).toBe(Buffer.from(bytes).toString("base64url"));
      expect(equal(fromBase64(toBase64(bytes)), bytes)).toBe(true);
      expect(equal(fromBase64url(toBase64url(bytes)), bytes)).toBe(true);
      expect(equal(fromHex(toHex(bytes)), bytes)).toBe(true);
    }
  });

  it.each(["A", "AA", "AB==", "AA=", "A A=", "AAAA====", "_-8=", "AAA=A"])("refuse %j as base64", (text) => {
    expect(() => fromBase64(text)).toThrow(NotBytes);
  });

  it.each(["A", "AB", "AA==", "+/8", "AA AA"])("refuse %j as base64url", (text) => {
    expect(() => fromBase64url(text)).toThrow(NotBytes);
  });

  it("refuse what is not UTF-8 and not lower-case hexadecimal", () => {
    expect(() => fromUtf8(new Uint8Array([0xff]))).toThrow(NotBytes);
    expect(() => fromHex("AB")).toThrow(NotBytes);
    expect(() => fromHex("abc")).toThrow(NotBytes);
  });

  it("are hashed as the standard says", () => {
    expect(sha256OfText("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect(toHex(sha256(new Uint8Array()))).toBe(
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    );
    expect(toHex(sha256(utf8("路勤")))).toHaveLength(64);
  });
});
