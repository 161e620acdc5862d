/** A reprinted slip says what its paper said, and a notice is never worded as a penalty. */
import { describe, expect, it } from "vitest";

import type { ReprintedSlip } from "@/remote/desk";
import { slipText } from "./slip";

const notice: ReprintedSlip = {
  token: "q5vX0sJmT0mC3u7nB1wZ9A",
  printed_at: "2026-11-25T01:20:00Z",
  office: "江澜市公安局交通警察支队",
  phone: "000-0000 0000",
  unit_name: "城东一中队",
  kind: "notice",
  document_number: "3399016000182746",
  plate: "浙M5K082",
  plate_type: "02",
  occurred_at: "2026-11-23T06:28:00Z",
  place_text: "人民路北侧",
  offence: "1039",
  offence_name: "违反规定停放",
  legal_basis: "道交法56条",
  penalty_basis: "道交法93条",
  fine: null,
  points: null,
  pay_by: null,
  officer: "034512",
};
const whole = (slip: ReprintedSlip): string => JSON.stringify(slipText(slip));

describe("a slip printed once more", () => {
  it("says plate, place, hour at the place, and act with its code", () => {
    const { title, number, facts } = slipText(notice);

    expect([title, number]).toEqual(["违法停车告知单", "3399 0160 0018 2746"]);
    expect(facts).toContainEqual(["号牌", "浙M·5K082"]);
    expect(facts).toContainEqual(["时间", "2026-11-23 14:28"]);
    expect(facts).toContainEqual(["行为", "违反规定停放（1039）"]);
    expect(whole(notice)).toContain("补打于 2026-11-25 09:20");
  });

  it("names neither sum nor penalty on a notice", () => {
    expect(whole(notice)).not.toMatch(/罚款|记分|缴款日|处罚依据/);
    expect(whole(notice)).toContain("不是处罚决定");
  });

  it("names sum, points and last day of a decision, and says that it is no second decision", () => {
    const decision = { ...notice, kind: "on_the_spot", fine: 150, points: 0, pay_by: "2026-12-08" } as const;

    expect(slipText(decision).facts).toEqual(
      expect.arrayContaining([
        ["罚款", "150 元"],
        ["记分", "不记分"],
        ["最后缴款日", "2026-12-08"],
      ]),
    );
    expect(whole(decision)).toContain("不是另一份决定书");
  });

  it("has the secret in its QR code only", () => {
    expect(whole(notice)).not.toContain(notice.token);
  });
});
