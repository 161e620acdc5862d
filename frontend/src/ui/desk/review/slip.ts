/** What stands on a slip that is printed once more. A paper is Chinese whatever language the desk speaks. */
import { displayPlate, PLATE_TYPES } from "@/domain/plate";
import { inFours, PLACE_EAST_MIN, showMoment } from "@/domain/units";
import type { ReprintedSlip } from "@/remote/desk";

/** A slip's parts from top to bottom; `facts` are label and value. */
export interface SlipText {
  readonly title: string;
  readonly number: string;
  readonly facts: readonly (readonly [string, string])[];
  readonly sentences: readonly string[];
  readonly foot: readonly string[];
}

/** Word a slip. A notice names no sum, since nothing is decided by it; remedies stand on the page that the QR opens, as the law has them that day. */
export function slipText(slip: ReprintedSlip): SlipText {
  const moment = (at: string): string => showMoment(at, PLACE_EAST_MIN);
  const decided = slip.kind === "on_the_spot";
  const facts: readonly (readonly [string, string])[] = [
    ["号牌", displayPlate(slip.plate)],
    ["种类", PLATE_TYPES[slip.plate_type as keyof typeof PLATE_TYPES] ?? ""],
    ["时间", moment(slip.occurred_at)],
    ["地点", slip.place_text],
    ["行为", slip.offence_name === "" ? slip.offence : `${slip.offence_name}（${slip.offence}）`],
    ["违反", slip.legal_basis],
    [decided ? "处罚依据" : "", decided ? slip.penalty_basis : ""],
    ["罚款", slip.fine === null ? "" : `${slip.fine} 元`],
    ["记分", slip.points === null ? "" : slip.points === 0 ? "不记分" : `${slip.points} 分`],
    ["最后缴款日", slip.pay_by ?? ""],
    ["民警", slip.officer],
  ];
  return {
    title: decided ? "处罚决定查询单" : "违法停车告知单",
    number: inFours(slip.document_number),
    facts: facts.filter(([, value]) => value !== ""),
    sentences: decided
      ? ["处罚决定已经当场作出并交付。本单供查询，不是另一份决定书。", "怎么缴款、怎么提异议，扫码看。"]
      : [
          "本单是告知，不是处罚决定。请到本市任一违法处理窗口处理。",
          "处理时可以陈述和申辩，民警必须听，不会因此罚得更重。",
        ],
    foot: ["扫码查看和核对", `补打于 ${moment(slip.printed_at)}，原来的单子照样能查`, `电话 ${slip.phone}`],
  };
}
