// @vitest-environment happy-dom
/** What the law makes of a draft on the handheld: with the server's own tables and the shipped catalogue. */
import "fake-indexeddb/auto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { newDraft, type Draft } from "@/domain/draft";
import { openStore } from "@/store";
import { catalogue, lawPack, papersPack } from "@/testing/law";
import {
  answer,
  asked,
  compose,
  judged,
  needsSecond,
  paperProvided,
  paperWanted,
  toTell,
  unanswered,
  whyNoPaper,
} from "./deciding";
import { draft } from "./draft";
import { explained } from "./explaining";
import { handheld } from "./handheld";
import { readLaw } from "./law";
import { restOfWords } from "./say";
import { install, type Connection } from "./works";

const NOW = "2026-11-25T10:00:00.000+08:00";
const NUMBER = "3309005000000011";
const store = openStore({ name: "deciding", now: () => Date.parse(NOW) });
const WEN = {
  police_number: "034512",
  name: "文警官",
  role: "officer",
  unit_code: "330900010100",
  unit_name: "一中队",
  capabilities: ["record", "decide_penalty"],
};
const FU = { ...WEN, police_number: "F00231", role: "auxiliary", capabilities: ["record"] };

beforeAll(async () => {
  install({ store, connect: () => new Promise<Connection>(() => undefined) });
  await restOfWords();
  await store.packs.keep("law", lawPack());
  await store.packs.keep("papers", papersPack());
  const { form } = papersPack();
  for (const [kind, digit] of Object.entries(form.classes)) {
    const first = Number(`330900${digit}00000001`);
    await store.numbers.leased(kind, form, [{ kind, first, last: first + 49, taken: [] }]);
  }
  handheld.offences = catalogue();
  await readLaw();
});
afterAll(() => store.close());
beforeEach(() => {
  handheld.now = new Date(NOW);
  handheld.officer = WEN as unknown as typeof handheld.officer;
});

/** A draft as it stands after these steps. */
function open(said: Partial<Draft>): Draft {
  draft.value = {
    ...newDraft("d", "034512", NOW),
    kind: "on_the_spot",
    plate: "浙M5K082",
    place_text: "人民路与建设路路口",
    occurred_at: NOW,
    answers: { road: "street", "vehicle.class": "small_passenger", "vehicle.use": "private" },
    ...said,
  };
  return draft.value;
}
const person = { name: "张三", licence: "330901199001010017", phone: "" };
/** The same with the person known, told, heard and signed. */
function told(facts: Answers): Draft {
  draft.value = { ...draft.value!, person, answers: also(facts) };
  return { ...draft.value, told: toTell()!, heard: true, signature: "glass" };
}
type Answers = NonNullable<Draft["answers"]>;
const also = (facts: Answers): Answers => ({ ...draft.value?.answers, ...facts });

const says = () => explained(judged.value!, draft.value!.offence, paperProvided.value, unanswered.value);

describe("drink-driving, by what the tester showed", () => {
  it.each([
    ["19.9", "none", 0, false],
    ["20", "general", 12, false],
    ["79.9", "general", 12, false],
    ["80", "criminal", 12, true],
  ])("%s mg/100 mL: %s", (measured, outcome, points, blood) => {
    open({ offence: "1712", measured, limit: "20" });
    draft.value = { ...draft.value!, answers: also({ "person.prior_drink_driving": false }) };

    expect(judged.value?.verdict).toMatchObject({ outcome, points });
    expect(says().bloodTest).toBe(blood);
    expect(says().paper).toBe(outcome === "none" ? "不出文书" : "强制措施凭证");
  });

  it("hangs on earlier drink-driving, asks for it, and doesn't choose where nobody knows", async () => {
    open({ offence: "1712", measured: "45", limit: "20" });
    expect(asked.value).toContain("person.prior_drink_driving");

    draft.value = { ...draft.value!, answers: also({ "person.prior_drink_driving": null }) };

    expect(asked.value).not.toContain("person.prior_drink_driving");
    expect(unanswered.value).toEqual(["person.prior_drink_driving"]);
    expect([paperWanted.value, whyNoPaper.value]).toEqual([null, "open"]);
    expect(says().sentence).toMatch(/不知道「以前因酒驾被处罚过吗？」，不能定/);
  });
});

describe("overspeed on a street of 60, a small car, at the very border", () => {
  it.each([
    ["60", "none", 0, false],
    ["65.9", "simple", 0, false],
    ["66", "simple", 0, false],
    ["71.9", "simple", 0, false],
    ["72", "simple", 3, false],
    ["89.9", "simple", 3, false],
    ["90", "simple", 6, true],
  ])("%s km/h", (measured, outcome, points, review) => {
    open({ offence: "6093", measured, limit: "60" });
    draft.value = { ...draft.value!, answers: also({ "person.points_so_far": 0 }) };

    expect(judged.value?.verdict).toMatchObject({ outcome, points, review });
  });

  it("stands under the code of its bracket where the catalogue has one", () => {
    open({ offence: "1632", measured: "72", limit: "60", plate_type: "01" });
    draft.value = {
      ...draft.value!,
      answers: {
        road: "street",
        "vehicle.class": "heavy_truck",
        "vehicle.use": "freight",
        "person.points_so_far": 0,
      },
    };

    expect(judged.value?.verdict.points).toBe(6);
    expect(judged.value?.row.code).toBe("1633");
    expect(says().code).toMatch(/^1633 /);
  });
});

describe("a decision on the spot", () => {
  it("is one of the simple procedure, and its paper has all that it must have", async () => {
    open({ offence: "1625" });
    expect(asked.value).toEqual(["person.points_so_far"]);
    await answer("person.points_so_far", 0).catch(() => undefined);
    const whole = told({});

    const paper = compose(whole, "simple_decision", NUMBER, NOW);

    expect(paperWanted.value).toBe("simple_decision");
    expect(paper.text).toContain("罚款20元，记6分");
    expect(paper.text).toContain("违反《中华人民共和国道路交通安全法》第26条、第38条");
    expect(paper.text).toContain("车辆类型：小型客车");
    expect(paper.text).toContain("先向江澜市人民政府申请行政复议");
    expect(paper.text).toContain("当事人签名：已在终端上签名");
  });

  it.each([
    ["told", { told: "" }, "not_told"],
    ["told of this place", { place_text: "建设路" }, "not_told"],
    ["heard", { heard: false }, "not_heard"],
    ["signed by nobody", { signature: "" as const }, "content_missing"],
    ["of nobody", { person: null }, "content_missing"],
    ["of no vehicle", { answers: { road: "street", "person.points_so_far": 0 } }, "content_missing"],
  ])("is none where it was not %s", (_, without, why) => {
    open({ offence: "1625" });
    const whole = { ...told({ "person.points_so_far": 0 }), ...without };

    let grounds: readonly string[] = [];
    try {
      compose(whole, "simple_decision", NUMBER, NOW);
    } catch (error) {
      grounds = (error as { grounds: { why: string }[] }).grounds.map((one) => one.why);
    }
    expect(grounds).toContain(why);
  });

  it("notes a refused signature", () => {
    open({ offence: "1625" });
    const whole = told({ "person.points_so_far": 0 });

    expect(compose({ ...whole, signature: "refused" }, "simple_decision", NUMBER, NOW).text).toContain(
      "当事人签名：拒绝签名，交通警察已注明",
    );
  });

  it("takes two officers on a highway, and not the same one twice", () => {
    open({ offence: "1625" });
    const whole = told({ road: "highway", "person.points_so_far": 0 });
    expect(needsSecond.value).toBe(true);

    expect(() => compose(whole, "simple_decision", NUMBER, NOW)).toThrow(/too_few_officers/);
    expect(compose({ ...whole, second: "034513" }, "simple_decision", NUMBER, NOW).text).toContain(
      "交通警察：034512、034513",
    );
  });
});

describe("a parking notice", () => {
  it("asks nothing, and names where to go", () => {
    open({
      kind: "notice",
      offence: "1039",
      photos: [{ shot: "far" } as unknown as Draft["photos"][number]],
    });

    expect([asked.value, paperWanted.value]).toEqual([[], "parking_notice"]);
    expect(says()).toMatchObject({ procedure: "先告知，以后再处理", paper: "违法停车告知单" });
    expect(compose(draft.value!, "parking_notice", NUMBER, NOW).text).toContain("驾驶人不在现场（代码1039）");
  });
});

describe("an auxiliary", () => {
  it.each([
    ["notice", "1039"],
    ["on_the_spot", "1625"],
    ["record_only", "1039"],
  ] as const)("issues no paper: %s", (kind, offence) => {
    handheld.officer = FU as unknown as typeof handheld.officer;
    open({ kind, offence });
    const whole = told({ "person.points_so_far": 0 });

    expect(paperWanted.value).toBe(null);
    for (const paper of ["parking_notice", "simple_decision", "notice_to_appear"] as const)
      expect(() => compose(whole, paper, NUMBER, NOW)).toThrow(/may_not_decide/);
  });
});

describe("past the last day of its packs", () => {
  it("a handheld records, and makes no paper", () => {
    open({
      kind: "notice",
      offence: "1039",
      occurred_at: null,
      photos: [{ shot: "far" } as unknown as Draft["photos"][number]],
    });
    handheld.now = new Date("2026-12-09T23:59:00+08:00");
    expect(whyNoPaper.value).toBe("");

    handheld.now = new Date("2026-12-10T00:00:00+08:00");

    expect([paperWanted.value, whyNoPaper.value]).toEqual([null, "past"]);
    expect(() => compose(draft.value!, "parking_notice", NUMBER, "2026-12-10T00:00:00+08:00")).toThrow(
      /pack_past_its_last_day/,
    );
  });
});
