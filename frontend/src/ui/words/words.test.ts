/** Every sentence stands in both languages, with the same blanks, and nothing says what the house does not say. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import * as en from "./en";
import { fill } from "./index";
import * as zh from "./zh";

const blanks = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();
const sections = Object.keys(zh) as (keyof typeof zh)[];
const pairs = sections.flatMap((section) =>
  Object.entries(zh[section]).map(
    ([key, said]) => [key, said, (en[section] as Record<string, string>)[key]] as const,
  ),
);

describe("the words", () => {
  it("are there at all, in both languages, key for key", () => {
    expect(pairs.length).toBeGreaterThan(300);
    for (const section of sections) expect(Object.keys(en[section])).toEqual(Object.keys(zh[section]));
  });

  it("keep their blanks in English", () => {
    const differing = pairs.filter(
      ([, chinese, english]) => !english || blanks(english).join() !== blanks(chinese).join(),
    );
    expect(differing).toEqual([]);
  });

  it("speak no machine's Chinese", () => {
    for (const [key, chinese] of pairs)
      expect(`${key} ${chinese}`).not.toMatch(/系统|数据错误|提交失败|参数|操作成功|您输入有误/);
  });

  it("leave a blank that has no fact visible", () => {
    expect(fill("待传 {n} 条", { n: 2 })).toBe("待传 2 条");
    expect(fill("待传 {n} 条")).toBe("待传 {n} 条");
  });
});

describe("the officer's screens", () => {
  const officer = join(__dirname, "../officer");
  const sources = readdirSync(officer, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes(".test."))
    .map((name) => [name, readFileSync(join(officer, name), "utf8")] as const);
  const keys = new Set(Object.keys({ ...zh.officer, ...zh.codes }));

  it("ask only for words that exist", () => {
    const asked = sources.flatMap(([, text]) =>
      [...text.matchAll(/\bt\(["']([\w.]+)["']/g)].map((found) => found[1] ?? ""),
    );
    expect(asked.length).toBeGreaterThan(150);
    expect(asked.filter((key) => !keys.has(key))).toEqual([]);
  });

  it("write no Chinese of their own into a template", () => {
    const written = sources.flatMap(([name, text]) => {
      const template = name.endsWith(".vue") ? text.slice(text.indexOf("<template>")) : "";
      return [...template.matchAll(/[\u4e00-\u9fff]+/g)].map((found) => `${name}: ${found[0]}`);
    });
    // A language is called by its own name in every language, and these are keys of the keyboard.
    expect(written.filter((one) => !/: (中文|使)$/.test(one))).toEqual([]);
  });
});
