// @vitest-environment happy-dom
/** A measure's certificate, made on the handheld with the server's own tables from what the saved record was judged by. */
import "fake-indexeddb/auto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { newDraft, wordsOf } from "@/domain/draft";
import { sha256OfText } from "@/domain/digest";
import type { ViolationWords } from "@/domain/record";
import { openStore } from "@/store";
import { catalogue, lawPack, papersPack } from "@/testing/law";
import { lawWords } from "./deciding";
import { draft } from "./draft";
import { handheld, type Line } from "./handheld";
import { readLaw } from "./law";
import { certificate, groundsAgainst, measuresFor, type Taking } from "./taking";
import { install, type Connection } from "./works";

const NOW = "2026-11-25T10:00:00.000+08:00";
const store = openStore({ name: "taking", now: () => Date.parse(NOW) });
const taking: Taking = {
  measures: ["detain_licence"],
  items: "机动车驾驶证一本",
  kept_at: "",
  second: "034513",
  told: true,
  signature: "paper",
  objection: "",
  number: "",
};
let words: ViolationWords;

beforeAll(async () => {
  install({ store, connect: () => new Promise<Connection>(() => undefined) });
  await store.packs.keep("law", lawPack());
  await store.packs.keep("papers", papersPack());
  handheld.offences = catalogue();
  handheld.now = new Date(NOW);
  handheld.officer = {
    police_number: "034512",
    role: "officer",
    unit_code: "330900010100",
    unit_name: "一中队",
    capabilities: ["record", "decide_penalty"],
  } as unknown as typeof handheld.officer;
  await readLaw();
  draft.value = {
    ...newDraft("d", "034512", NOW),
    kind: "on_the_spot",
    plate: "浙M5K082",
    offence: "1712",
    measured: "45",
    limit: "20",
    place_text: "人民路与建设路路口",
    occurred_at: NOW,
    person: { name: "张三", licence: "330901199001010017", phone: "" },
    answers: {
      road: "street",
      "vehicle.class": "small_passenger",
      "vehicle.use": "private",
      "person.prior_drink_driving": false,
    },
  };
  words = { ...wordsOf(draft.value, "", NOW), ...lawWords(draft.value, NOW) };
});
afterAll(() => store.close());

const line = (said: ViolationWords): Line => ({ uid: "v", amends: "", words: said }) as unknown as Line;

describe("a measure after a saved record", () => {
  it("is offered where the verdict provides one, until it is taken", () => {
    expect(measuresFor(line(words))).toEqual(["detain_licence"]);
    const { law: _law, ...unjudged } = words;
    expect(measuresFor(line(unjudged))).toEqual([]);
    const content = { type: "measure", violation: "v", measures: ["detain_licence"] };
    handheld.lines = [{ record: { content } } as unknown as Line];
    expect(measuresFor(line(words))).toEqual([]);
    handheld.lines = [];
  });

  it("has its certificate with measure, both officers, and the articles that provide it", () => {
    const paper = certificate(words, taking, "3309003000000013", NOW);

    expect(paper.digest).toBe(sha256OfText(paper.text));
    for (const said of [
      "公安交通管理行政强制措施凭证",
      "编号：3309003000000013",
      "强制措施：扣留机动车驾驶证。",
      "处理程序规定》第31条第1项",
      "扣留、收缴物品：机动车驾驶证一本",
      "交通警察：034512、034513",
    ])
      expect(paper.text).toContain(said);
  });

  it.each([
    [{ second: "" }, "too_few_officers"],
    [{ told: false }, "not_told"],
    [{ measures: ["detain_vehicle"] as const }, "not_what_the_verdict_says"],
    [{ signature: "" as const }, "content_missing"],
  ])("has none where %o", (changed, why) => {
    expect(groundsAgainst(words, { ...taking, ...changed })).toContain(why);
  });
});
