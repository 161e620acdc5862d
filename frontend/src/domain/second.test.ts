import { describe, expect, it } from "vitest";

import { sha256OfText } from "./digest";
import type { ReadRecord } from "./record";
import { isWhole, stillAsked, type ToConfirm } from "./second";

const paper = "公安交通管理行政强制措施凭证\n编号：3309003000000013\n";
const asked: ToConfirm = {
  id: "a",
  violation: "v",
  kinds: ["detain_licence"],
  number: "3309003000000013",
  digest: sha256OfText(paper),
  paper,
  officer: "034512",
  officer_name: "文静",
  plate: "浙M5K082",
  offence: "1712",
  offence_name: "饮酒后驾驶",
  occurred_at: "2026-11-25T10:00:00+08:00",
  place_text: "人民路",
};
const given = (digest: string): ReadRecord =>
  ({
    content: {
      type: "paper_step",
      step: "confirmed",
      violation: "v",
      number: asked.number,
      reason: "",
      digest,
    },
  }) as unknown as ReadRecord;

describe("the second officer", () => {
  it("is asked for no text but the one that is shown", () => {
    expect(isWhole(asked)).toBe(true);
    expect(isWhole({ ...asked, paper: paper.replace("13", "14") })).toBe(false);
    expect(isWhole({ ...asked, paper: "" })).toBe(false);
    expect(isWhole({ ...asked, paper: "", digest: "" })).toBe(true);
  });

  it("is not asked again for a word that is on its way, and anew for another text", () => {
    expect(stillAsked([asked], [null, given(asked.digest)])).toEqual([]);
    expect(stillAsked([asked], [given("0".repeat(64))])).toEqual([asked]);
  });

  it("is asked for the oldest first", () => {
    const older = { ...asked, id: "b", number: "x", occurred_at: "2026-11-24T10:00:00+08:00" };
    expect(stillAsked([asked, older], []).map((one) => one.id)).toEqual(["b", "a"]);
  });
});
