/** The handheld's slip is the server's, byte for byte; and what the bytes print is the text, the seal and the code. */
import { createHash } from "node:crypto";

import { describe, expect, it } from "vitest";

import { papers } from "@/testing/papers";
import { toBase64 } from "../bytes";
import { cases } from "../cases";
import type { Dots } from "../ink";
import { sealOf } from "../packs";
import { modules } from "../qr";
import { gb18030, NotText, rareIn } from "./gb18030";
import { laidOut, wrapped } from "./layout";
import type { Form } from "./number";
import { CAPTION, COLUMNS, slip, type Width } from "./slip";

type Slip = {
  readonly case: string;
  readonly text?: string;
  readonly address: string;
  readonly slip58: string;
  readonly slip80: string;
};
const lines = new Map(
  cases<{ case: string; lines?: string[] }>("documents.json", "documents").map((one) => [
    one.case,
    one.lines,
  ]),
);
const textOf = (one: Slip): string =>
  one.text ?? (lines.get(one.case) ?? []).map((line) => `${line}\n`).join("");
const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const slips = cases<Slip>("slips.json", "slips");

/** What a thermal printer of the tests makes of the bytes: its lines, and its pictures as rows of dots. Throws at a command that such a printer lacks. */
function printed(bytes: Uint8Array): { texts: string[]; rows: boolean[][]; before: number } {
  const texts: string[] = [];
  const rows: boolean[][] = [];
  let before = -1;
  const long: Readonly<Record<string, number>> = {
    "1b40": 2,
    "1c26": 2,
    "1b33": 3,
    "1b61": 3,
    "1b45": 3,
    "1b4a": 3,
    "1b64": 3,
    "1d21": 3,
    "1c57": 3,
  };
  for (let at = 0; at < bytes.length;) {
    const command = Buffer.from(bytes.subarray(at, at + 2)).toString("hex");
    if (command === "1d76") {
      const across = (bytes[at + 4] ?? 0) + 256 * (bytes[at + 5] ?? 0);
      const high = (bytes[at + 6] ?? 0) + 256 * (bytes[at + 7] ?? 0);
      if (before < 0) before = texts.length;
      for (let y = 0; y < high; y += 1)
        rows.push(
          Array.from(
            { length: across * 8 },
            (_, x) => (((bytes[at + 8 + y * across + (x >> 3)] ?? 0) >> (7 - (x & 7))) & 1) === 1,
          ),
        );
      at += 8 + across * high;
    } else if (long[command] !== undefined) at += long[command] ?? 0;
    else {
      if ((bytes[at] ?? 0) < 0x20) throw new Error(`no such command: ${command}`);
      const end = bytes.indexOf(0x0a, at);
      texts.push(new TextDecoder("gb18030").decode(bytes.subarray(at, end)));
      at = end + 1;
    }
  }
  return { texts, rows, before };
}

describe("the slip of the handheld", () => {
  it.each(slips.map((one) => [one.case, one] as const))(
    "%s: as the server prints it, byte for byte",
    (_, one) => {
      const text = textOf(one);

      for (const width_mm of [58, 80] as const)
        expect(sha256(slip(text, papers, { address: one.address, width_mm }))).toBe(one[`slip${width_mm}`]);
    },
  );

  it.each([58, 80] as const)(
    "says on %d mm the text and nothing else, then the code and its caption",
    (width_mm: Width) => {
      for (const one of slips.filter((each) => each.text === undefined)) {
        const out = printed(slip(textOf(one), papers, { address: one.address, width_mm }));
        const dots = COLUMNS[width_mm] * 12;
        const code = modules(one.address);

        expect(out.texts.slice(0, out.before).join("")).toBe(textOf(one).replaceAll("\n", ""));
        expect(out.texts.slice(out.before)).toEqual([CAPTION]);
        expect(out.rows).toHaveLength(code.length * 6);
        expect(out.rows.every((row) => row.length === dots)).toBe(true);
        const left = (dots - code.length * 6) / 2;
        code.forEach((row, y) =>
          row.forEach((dark, x) => expect(out.rows[6 * y + 3]?.[left + 6 * x + 3]).toBe(dark)),
        );
      }
    },
  );

  it("has the seal as dots between the text and the code", () => {
    const seal: Dots = { width: 100, height: 130, black: new Uint8Array(13_000).fill(1) };
    const out = printed(slip("机关\n", papers, { address: "https://l.cn/", width_mm: 58, seal }));

    expect(out.rows).toHaveLength(130 + modules("https://l.cn/").length * 6);
    expect([141, 142, 241, 242].map((x) => out.rows[129]?.[x])).toEqual([false, true, true, false]);
  });

  it("has the seal of the pack as it came from the server, and none where the roll bears it", () => {
    const pack = { digest: "", files: [], setting: {}, form: {} as Form };
    const dots = toBase64(new Uint8Array([0x80, 0, 0, 0x40]));

    const seal = sealOf({ ...pack, seal: { width: 10, height: 2, dots } });

    expect([seal?.width, seal?.height]).toEqual([10, 2]);
    expect([...(seal?.black ?? [])].flatMap((one, at) => (one ? [at] : []))).toEqual([0, 19]);
    expect([sealOf(pack), sealOf({ ...pack, seal: null })]).toEqual([undefined, undefined]);
  });

  it("of each kind has a head, one title and its number, and is the text again", () => {
    for (const one of slips.filter((each) => each.text === undefined)) {
      const found = laidOut(textOf(one), papers);
      expect(found.map((line) => `${line.label}${line.text}\n`).join("")).toBe(textOf(one));
      expect(found.filter((line) => line.style === "title")).toHaveLength(1);
      expect(found[0]?.style).toBe("head");
      expect(found.some((line) => line.label === "编号：")).toBe(true);
    }
  });
});

describe("a broken line", () => {
  it.each(cases<{ text: string; width: number; lines: string[] }>("slips.json", "broken"))(
    "$text in $width",
    ({ text, width, lines: broken }) => {
      expect(wrapped(text, width)).toEqual(broken);
    },
  );
});

describe("GB18030", () => {
  it.each(cases<{ text: string; hex: string }>("slips.json", "gb18030"))("$text is $hex", ({ text, hex }) => {
    expect(Buffer.from(gb18030(text)).toString("hex")).toBe(hex);
  });

  it("has every character's bytes as the server's", () => {
    const every = Array.from({ length: 0x10000 }, (_, point) =>
      point >= 0xd800 && point < 0xe000 ? "" : String.fromCharCode(point),
    ).join("");

    const [one] = cases<{ sha256: string }>("slips.json", "every_character");
    expect(sha256(new Uint8Array(gb18030(every)))).toBe(one?.sha256);
  });

  it("says which characters a printer's own letters may lack, and refuses what is no character", () => {
    expect(rareIn("被处罚人：㐂田𠮷𠮷，㎡")).toEqual(["㐂", "𠮷"]);
    expect(rareIn("罚款150元，记6分。“”·…")).toEqual([]);
    expect(() => gb18030("a\ud800")).toThrow(NotText);
  });
});
