/** A verdict in the officer's words: what follows from the offence, in the rows and the one sentence of the screen. */
import { calledIn } from "@/domain/offence";
import { factWord, optionWord } from "./facts";
import { asked, type Judged, type PaperKind } from "./deciding";
import { pointsText, phrases, listed } from "./format";
import { law } from "./law";
import { language, t, worded } from "./say";

/** What stands in the chosen row. */
export interface Explained {
  readonly code: string;
  readonly fine: string;
  readonly range: string;
  readonly points: string;
  readonly procedure: string;
  readonly paper: string;
  readonly sentence: string;
  readonly bloodTest: boolean;
}

/** The verdict as rows and a sentence. `chosen` is the code that the officer chose; `paper` what the law provides for what is done here. */
export function explained(
  { verdict, row, fine }: Judged,
  chosen: string,
  paper: PaperKind | null,
  unanswered: readonly string[],
): Explained {
  const { fine_min, fine_max, measures, outcome, procedure } = verdict;
  const sum =
    fine === null || fine_max === null
      ? ""
      : fine_max === 0
        ? t("offence.none_due")
        : t("offence.fine", { n: fine });
  const provided = paper ?? verdict.documents[0] ?? "none";
  return {
    code: row.code === chosen ? "" : `${row.code} ${calledIn(language.value, row)}`,
    fine: sum || t("offence.open"),
    range:
      fine_min !== null && fine_max !== null && fine_min !== fine_max
        ? t("offence.range", { from: fine_min, to: fine_max })
        : "",
    points: verdict.points === null ? t("offence.open") : pointsText(verdict.points),
    procedure:
      outcome === "parking_notice"
        ? t("procedure.notice")
        : procedure === null
          ? t("offence.open")
          : worded("procedure", procedure, "procedure.none"),
    paper: worded("paper", provided, "paper.none"),
    sentence: phrases(
      sentence(verdict.review, outcome, verdict.officers ?? 1, unanswered),
      measuresText(measures),
    ),
    bloodTest: measures.includes("blood_test"),
  };
}

function sentence(
  review: boolean,
  outcome: string | null,
  officers: number,
  unanswered: readonly string[],
): string {
  if (review) return t("verdict.review");
  const [stuck] = unanswered;
  if (stuck !== undefined) return t("verdict.stuck", { what: factText(stuck) });
  const [open] = asked.value;
  if (open !== undefined) return t("verdict.open", { what: factText(open) });
  return worded("verdict", outcome ?? "open", "verdict.refuse", { n: officers, what: "" });
}

const measuresText = (measures: readonly string[]): string => {
  const words = law.value?.papers.words["measures"] ?? {};
  return measures.length === 0
    ? ""
    : t("verdict.measures", { list: listed(measures.map((one) => words[one] ?? one)) });
};

/** The question itself, as its name. */
export const factText = (name: string): string => worded("fact", factWord(name), "fact.other");

/** What was answered, in words. */
export function answerText(name: string, value: string | number | boolean | null): string {
  if (value === null) return t("fact.unknown");
  if (typeof value === "boolean") return t(value ? "fact.yes" : "fact.no");
  return typeof value === "number"
    ? String(value)
    : worded("option", optionWord(name, value), "option.other");
}
