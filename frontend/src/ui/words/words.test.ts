// @vitest-environment happy-dom
/** Every sentence stands in both languages, with the same blanks, and nothing says what the house does not say. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import { ASIDE } from "@/testing/reasons";
import { officer as restEn } from "./en";
import { first as firstEn } from "./first.en";
import { first } from "./first.zh";
import { fill, speech } from "./index";
import { officer as rest } from "./zh";

const blanks = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();
const zh = { ...first, ...rest };
const en: Record<string, string> = { ...firstEn, ...restEn };
const pairs = Object.entries(zh).map(([key, said]) => [key, said, en[key]] as const);

describe("the words", () => {
  it("are there at all, in both languages, key for key", () => {
    expect(pairs.length).toBeGreaterThan(300);
    expect(Object.keys(en)).toEqual(Object.keys(zh));
  });

  it("stand in one file each, not in two", () => {
    expect(Object.keys(first).filter((key) => key in rest)).toEqual([]);
  });

  it("say why a record was set aside, whatever the server's reason", () => {
    expect(Object.keys(ASIDE).filter((reason) => !(`attention.${reason}` in rest))).toEqual([]);
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

describe("the words that come later", () => {
  const made = (english = async () => ({ hello: "Hello" })) => {
    const fetched: string[] = [];
    const later = (language: "zh" | "en", far: string) => async () => {
      fetched.push(language);
      return { far };
    };
    return {
      fetched,
      said: speech({ hello: "你好" }, english, { zh: later("zh", "远"), en: later("en", "far") }),
    };
  };

  it("are those of the language that is on, and no other is fetched", async () => {
    const { said, fetched } = made();

    await Promise.all([said.speak("en"), said.fetchRest(), said.fetchRest()]);

    expect([said.t("hello"), said.t("far")]).toEqual(["Hello", "far"]);
    expect(fetched).toEqual(["en"]);
  });

  it("change with the language", async () => {
    const { said } = made();
    await said.fetchRest();

    await said.speak("en");
    expect(said.t("far")).toBe("far");
    await said.speak("zh");
    expect([said.t("hello"), said.t("far"), said.language.value]).toEqual(["你好", "远", "zh"]);
  });

  it("come in the language that is on where the other can't be fetched", async () => {
    const { said } = made(() => Promise.reject(new Error("no network")));

    await expect(said.speak("en")).rejects.toThrow("no network");
    await said.fetchRest();

    expect([said.t("hello"), said.t("far"), said.language.value]).toEqual(["你好", "远", "zh"]);
  });
});

describe("the officer's screens", () => {
  const officer = join(__dirname, "../officer");
  const sources = readdirSync(officer, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(vue|ts)$/.test(name) && !name.includes(".test."))
    .map((name) => [name, readFileSync(join(officer, name), "utf8")] as const);
  const keys = new Set(Object.keys(zh));

  it("ask only for words that exist", () => {
    const asked = sources.flatMap(([, text]) =>
      [...text.matchAll(/\bt\(["']([\w.]+)["']/g)].map((found) => found[1] ?? ""),
    );
    expect(asked.length).toBeGreaterThan(150);
    expect(asked.filter((key) => !keys.has(key))).toEqual([]);
  });

  it("that come first say only words that came with them", () => {
    const app = sources.find(([name]) => name === "App.vue")?.[1] ?? "";
    const early = [...app.matchAll(/= first\(\(\) => import\("\.\/([\w/.]+)"\)\)/g)].map(
      (found) => found[1] ?? "",
    );
    expect(early.length).toBeGreaterThan(2);
    const reached = new Set<string>();
    const queue = ["App.vue", "start.ts", ...early];
    for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
      if (reached.has(name)) continue;
      reached.add(name);
      const text = readFileSync(join(officer, name), "utf8");
      for (const [, path] of text.matchAll(/^import (?!type)[^;]*?"(\.[^"]+)"/gm)) {
        const beside = join(name, "..", path ?? "");
        const found = [beside, `${beside}.ts`].find((one) => existsSync(join(officer, one)));
        if (found !== undefined && /\.(vue|ts)$/.test(found) && found !== "say.ts") queue.push(found);
      }
    }
    expect(reached.size).toBeGreaterThan(20);

    const saysMore = [...reached].filter((name) =>
      /import \{[^}]*\b(?<!as )(t|worded)\b[^}]*\} from "\.{1,2}\/say"/.test(
        readFileSync(join(officer, name), "utf8"),
      ),
    );

    expect(saysMore).toEqual([]);
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
