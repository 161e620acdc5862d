import { describe, expect, it } from "vitest";

import { SmallLog } from "../testing/log";
import { fromHex, toBase64, utf8 } from "./bytes";
import { isSignature, NoteRefused, openCheckpoint, openNote, readLogKey } from "./note";

const log = new SmallLog();
for (let at = 0; at < 5; at++) log.append({ at });
const other = new SmallLog("log.example/other");
const note = log.checkpoint();

describe("a signed note", () => {
  it("gives its text to whoever knows the key", () => {
    expect(openNote(note, log.key)).toBe(note.slice(0, note.indexOf("\n\n") + 1));
    expect(openCheckpoint(note, log.key)).toEqual({ origin: log.origin, size: 5, root: log.root() });
  });

  it("ignores lines of unknown keys and takes the known one among them", () => {
    const witness = `\u2014 witness.example/w1 ${toBase64(new Uint8Array(76))}\n`;
    expect(openCheckpoint(note + witness, log.key).size).toBe(5);
    const gap = note.indexOf("\n\n") + 2;
    expect(openCheckpoint(note.slice(0, gap) + witness + note.slice(gap), log.key).size).toBe(5);
  });

  it("may carry extension lines", () => {
    const text = `${log.origin}\n5\n${toBase64(log.root())}\nextension\n`;
    expect(openCheckpoint(log.sign(text), log.key).size).toBe(5);
  });

  const root = toBase64(log.root());
  it.each([
    ["another log's checkpoint", other.checkpoint(0)],
    ["another log's text under our signature's name", note.replace("\n5\n", "\n6\n")],
    ["a size with a leading zero", log.sign(`${log.origin}\n05\n${root}\n`)],
    ["a size beyond what is exact", log.sign(`${log.origin}\n9007199254740993\n${root}\n`)],
    ["a short root", log.sign(`${log.origin}\n5\n${toBase64(new Uint8Array(31))}\n`)],
    ["a root that is no base64", log.sign(`${log.origin}\n5\n${root.slice(0, -1)}\n`)],
    ["our signature over another origin", log.sign(`${other.origin}\n5\n${root}\n`)],
    ["an empty extension line", log.sign(`${log.origin}\n5\n${root}\n\nx\n`)],
    ["a control character", note.replace("\n5\n", "\n5\r\n")],
    ["no last newline", note.slice(0, -1)],
    ["no signature", note.slice(0, note.indexOf("\n\n") + 1)],
    ["a hyphen for the dash", note.replace("\u2014", "-")],
    [
      "a signature that is cut",
      note.replace(/ ([A-Za-z0-9+/=]+)\n$/, (_, text: string) => ` ${text.slice(0, 8)}\n`),
    ],
    ["nothing", ""],
  ])("refuses %s", (_, refused) => {
    expect(() => openCheckpoint(refused, log.key)).toThrow(NoteRefused);
  });

  it("refuses each note with one bit changed", () => {
    const bytes = utf8(note);
    for (let at = 0; at < bytes.length; at += 3) {
      const bent = bytes.map((byte, each) => (each === at ? byte ^ 1 : byte));
      const text = new TextDecoder().decode(bent);
      expect(() => openCheckpoint(text, log.key), `byte ${at}`).toThrow(NoteRefused);
    }
  });

  it("does not take too many signature lines", () => {
    const line = `\u2014 w ${toBase64(new Uint8Array(76))}\n`;
    expect(() => openNote(note + line.repeat(101), log.key)).toThrow("too many");
  });
});

describe("a log's key", () => {
  it("is read as it was written", () => {
    expect(readLogKey(log.keyText)).toEqual(log.key);
    expect(readLogKey(`${log.keyText}\n`)).toEqual(log.key);
  });

  it.each([
    log.keyText.replace("log.example", "log.examplf"),
    log.keyText.slice(0, -4),
    `${log.keyText}AAAA`,
    "name+00000000+AA==",
    "",
    "PRIVATE+KEY+x+00000000+AA==",
  ])("refuses %s", (text) => {
    expect(() => readLogKey(text)).toThrow(NoteRefused);
  });
});

describe("an Ed25519 signature", () => {
  // RFC 8032 section 7.1, tests 1 to 3.
  it.each([
    [
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
      "",
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ],
    [
      "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
      "72",
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ],
    [
      "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
      "af82",
      "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ],
  ])("by %s over '%s' is known", (key, message, signature) => {
    const [k, m, s] = [fromHex(key), fromHex(message), fromHex(signature)];
    expect(isSignature(s, m, k)).toBe(true);
    for (const at of [0, 31, 32, 63]) {
      expect(
        isSignature(
          s.map((byte, each) => (each === at ? byte ^ 1 : byte)),
          m,
          k,
        ),
      ).toBe(false);
    }
    expect(isSignature(s, new Uint8Array([1, 2, 3]), k)).toBe(false);
    expect(isSignature(s.slice(1), m, k)).toBe(false);
    expect(isSignature(s, m, new Uint8Array(32).fill(0xff))).toBe(false);
  });

  it("with its second half beyond the group's order is no second signature", () => {
    const [k, m] = [
      fromHex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"),
      new Uint8Array(),
    ];
    const s = fromHex(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    );
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    let number = 0n;
    for (let at = 63; at >= 32; at--) number = number * 256n + BigInt(s[at] ?? 0);
    number += order;
    for (let at = 32; at < 64; at++, number /= 256n) s[at] = Number(number % 256n);
    expect(isSignature(s, m, k)).toBe(false);
  });
});
