import { describe, expect, it } from "vitest";

import { fromHex } from "./bytes";
import { cases } from "./cases";
import { uuid7 } from "./random";
import { drawToken } from "./token";
import {
  readRecord,
  UnknownRecord,
  writeRecord,
  type Content,
  type Head,
  type RecordPhoto,
  type ViolationWords,
} from "./record";
import { sha256OfText } from "./digest";

const head: Head = {
  uid: "01932d4e-7c00-7000-8000-000000000001",
  terminal: "0123456789abcdef",
  seq: 1,
  prev: "",
  officer: "034512",
  shift: "01932d4e-7c00-7000-8000-000000000002",
  claimed_at: "2026-11-25T10:28:37.123+08:00",
  mono_ms: 123456,
  clock: { offset_ms: -120, unc_ms: 80, synced_at: "2026-11-25T02:20:00.000Z" },
  seen: { size: 5, root: "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=" },
  app: "0.1.0",
};
const photo: RecordPhoto = {
  sha256: "ab".repeat(32),
  bytes: 512345,
  px: [1920, 1080],
  shot: "far",
  source: "camera",
  taken_at: "2026-11-25T10:27:00.000+08:00",
  place: null,
};
const words: ViolationWords = {
  kind: "notice",
  plate: "浙M5K082",
  plate_type: "02",
  offence: "1039",
  occurred_at: "2026-11-25T10:27:00.000+08:00",
  place: {
    lat: 30.1,
    lon: 120.2,
    acc_m: 8,
    source: "gps",
    at: "2026-11-25T10:27:00.000+08:00",
    crs: "wgs84",
  },
  place_text: "人民路北侧，建设路口往东 30 米",
  road: 17,
  direction: "由东向西",
  measured: null,
  limit: null,
  person: null,
  note: "",
  document_number: "",
  served: true,
  token_sha256: "",
  pack: "cd".repeat(32),
  fine: 150,
  points: 0,
};

describe("a record's text", () => {
  it("has its keys in one order, whatever order they came in", () => {
    const shuffled = Object.fromEntries(Object.entries(words).reverse()) as unknown as ViolationWords;

    const text = writeRecord(head, [photo], { type: "violation", ...words });

    expect(writeRecord(head, [photo], { ...shuffled, type: "violation" })).toBe(text);
    expect(Object.keys(JSON.parse(text) as object).slice(0, 14)).toEqual(
      "v type uid terminal seq prev officer shift claimed_at mono_ms clock seen app photos".split(" "),
    );
  });

  it("does not change between builds: these exact bytes were signed before", () => {
    const text = writeRecord(head, [photo], { type: "violation", ...words });
    expect(sha256OfText(text)).toBe("dad73e8cf8719deb7aaf50ea324156fa4d9a52e199f366733618f62ad4f531ff");
  });

  it.each<Content>([
    { type: "violation", ...words },
    {
      type: "violation",
      ...words,
      person: { name: "张三", licence: "11010519491231002X", phone: "" },
      measured: "72.5",
      limit: "60",
    },
    { type: "amendment", ...words, amends: head.uid, reason: "车牌看错" },
    { type: "draft_closed", draft: head.uid, reason: "车开走了" },
    { type: "task_step", task: head.uid, step: "sign", place: null, feedback: {} },
    {
      type: "task_step",
      task: head.uid,
      step: "report",
      place: words.place,
      feedback: { result: "done", note: "查了 12 辆" },
    },
  ])("of type $type is read as it was written", (content) => {
    const read = readRecord(writeRecord(head, [photo], content));

    expect(read).toEqual({ head, photos: [photo], content });
  });

  it.each(
    cases<{ check: string; name: string; head: Head; photos: RecordPhoto[]; content: Content; text: string }>(
      "records.json",
    ).filter(({ check }) => check === "good"),
  )("is written as the server reads it: $name", ({ head, photos, content, text }) => {
    expect(writeRecord(head, photos, content)).toBe(text);
    expect(readRecord(text)).toEqual({ head, photos, content });
  });

  it("never carries what the record does not know", () => {
    const sloppy = { type: "violation", ...words, secret: "token" } as unknown as Content;
    expect(writeRecord(head, [{ ...photo, exif: "x" } as RecordPhoto], sloppy)).not.toMatch(/secret|exif/);
  });

  it.each(['{"v":2,"type":"violation"}', '{"v":1,"type":"poem"}', "[]", "null"])(
    "that is %s can't be shown",
    (text) => {
      expect(() => readRecord(text)).toThrow(UnknownRecord);
    },
  );
});

describe("an id made on the handheld", () => {
  const random = (count: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(count));

  it("is a UUIDv7 and sorts by time", () => {
    const ids = [0, 1, 1_700_000_000_000, 1_800_000_000_000].map((ms) => uuid7(ms, random));

    for (const id of ids)
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect([...ids].sort()).toEqual(ids);
    expect(uuid7(0x0193_2d4e_7c00, random).slice(0, 13)).toBe("01932d4e-7c00");
  });

  it.each(cases<{ bits_hex: string; path: string; sha256: string }>("tokens.json"))(
    "comes with a slip's secret, of which only the hash is signed: $path",
    (token) => {
      expect(drawToken(() => fromHex(token.bits_hex))).toEqual({ text: token.path, sha256: token.sha256 });
    },
  );
});
