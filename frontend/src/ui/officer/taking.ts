/** Taking a coercive measure for a record that was just saved: what the verdict provides, its certificate, and the record of it. */
import { isoWithOffset } from "@/domain/clock";
import { citedInFull, measureInFull } from "@/domain/citing";
import { PLATE_TYPES } from "@/domain/plate";
import type { Content, Measure, PaperSaid, ViolationWords } from "@/domain/record";
import { drawToken } from "@/domain/token";
import { PLACE_EAST_MIN } from "@/domain/units";
import { seal } from "@/store/sealing";
import { officer as zh } from "../words/zh";
import { inLine } from "./draft";
import { freshPlace, handheld, readMine, type Line } from "./handheld";
import { headFor } from "./heading";
import { isPast, law, numbersLeft } from "./law";
import { offenceCalled } from "./choosing";

export const CERTIFICATE = "measure_certificate";

/** What the officer says of it. `number` is a paper form's, where none can be made here. */
export interface Taking {
  readonly measures: readonly Measure[];
  readonly items: string;
  readonly kept_at: string;
  readonly second: string;
  readonly told: boolean;
  readonly signature: "paper" | "refused" | "";
  readonly objection: string;
  readonly number: string;
}

/** What was taken: the paper to print, where it was made here, and where its QR leads. */
export interface Taken {
  readonly uid: string;
  readonly number: string;
  readonly paper: PaperSaid | null;
  readonly url: string;
}

/** The measures that the verdict provides and nobody has taken on this handheld yet. */
export function measuresFor({ uid, words }: Line): readonly Measure[] {
  const taken = handheld.lines.flatMap(({ record }) =>
    record?.content.type === "measure" && record.content.violation === uid ? record.content.measures : [],
  );
  return (words.law?.verdict.measures ?? []).filter(
    (one): one is Measure => KNOWN.has(one) && !taken.includes(one as Measure),
  );
}
const KNOWN: ReadonlySet<string> = new Set([
  "detain_vehicle",
  "detain_licence",
  "detain_nonmotor",
  "tow",
  "blood_test",
  "confiscate",
] satisfies readonly Measure[]);

/** Whether a certificate can be made here: there is law that is not too old, a judgement, and a number. */
export const canCertify = ({ words }: Line): boolean =>
  law.value !== null && !isPast.value && words.law !== undefined && (numbersLeft.value[CERTIFICATE] ?? 0) > 0;

/** Why the certificate can't be made as it stands, in the words of its tables; empty where it can. */
export function groundsAgainst(words: ViolationWords, taking: Taking): readonly string[] {
  const engine = law.value?.engine;
  try {
    certificate(words, taking, "0".repeat(16), momentNow());
    return [];
  } catch (refused) {
    if (engine === undefined || !(refused instanceof engine.Refused)) throw refused;
    return refused.grounds.map((one) => one.why);
  }
}

/** The certificate with this number. Throws Refused with every ground that stands against it. */
export function certificate(
  words: ViolationWords,
  taking: Taking,
  number: string,
  made_at: string,
): PaperSaid {
  const here = law.value;
  if (here === null || words.law === undefined) throw new Error("there is no law here");
  const { facts } = words.law;
  const verdict = here.engine.judge(facts, here.book, (code) => {
    const row = offenceCalled(code);
    return row !== null && row.confidence !== "low";
  });
  const row = offenceCalled(words.offence);
  const vehicle = facts["vehicle"] as { class?: string } | undefined;
  const role = (facts["person"] as { role?: string } | undefined)?.role ?? "driver";
  const { officer } = handheld;
  const articles = measureInFull(verdict.reasons.map((one) => one.article));
  const paper = here.engine.compose(
    {
      kind: CERTIFICATE,
      number,
      made_at,
      place: words.place_text,
      setting: { ...here.setting, unit_name: officer?.unit_name ?? "" },
      officers: [
        { number: officer?.police_number, role: officer?.role },
        ...(taking.second ? [{ number: taking.second, role: "officer" }] : []),
      ],
      present: taking.second ? 2 : 1,
      told: taking.told,
      heard: taking.told,
      signature: taking.signature || null,
      objection: taking.objection || null,
      person: words.person && {
        name: words.person.name,
        id: words.person.licence,
        phone: words.person.phone || null,
        role,
      },
      vehicle: {
        plate: words.plate,
        plate_type: PLATE_TYPES[words.plate_type],
        kind: zh[`option.vehicle_class.${vehicle?.class ?? ""}` as keyof typeof zh] ?? null,
      },
      pack: { last_day: here.lastDay },
      acts: [
        {
          at: facts["at"],
          place: words.place_text,
          name: row?.name ?? "",
          code: words.offence,
          violated: citedInFull(row?.basis ?? ""),
          basis: citedInFull(row?.penalty_basis ?? ""),
          points: verdict.points,
        },
      ],
      verdict,
      measures: taking.measures,
      measure: {
        basis: [citedInFull(row?.penalty_basis ?? ""), articles].filter(Boolean).join("、"),
        items: taking.items || null,
        kept_at: taking.kept_at || null,
      },
    },
    here.papers,
  );
  return { kind: paper.kind, digest: paper.digest, text: paper.text };
}

/** Seal it. When this settles number, certificate and record are on the flash. Throws ShiftOver, NumbersGone, Refused. */
export async function take(line: Line, taking: Taking): Promise<Taken> {
  const { words } = line;
  const own = taking.number === "";
  let paper: PaperSaid | null = null;
  let taken: Taken | null = null;
  await inLine(async (works) => {
    const token = drawToken(works.store.random);
    const made_at = momentNow();
    const contentOf = (number: string): Content => {
      paper = own ? certificate(words, taking, number, made_at) : null;
      return {
        type: "measure",
        violation: line.amends || line.uid,
        measures: taking.measures,
        items: taking.items,
        kept_at: taking.kept_at,
        reason: offenceCalled(words.offence)?.name ?? words.offence,
        place: freshPlace(),
        number,
        ...(paper === null ? {} : { paper }),
        ...(taking.second === "" ? {} : { second: taking.second }),
        token_sha256: token.sha256,
      };
    };
    const head = await headFor(works, works.store.id());
    const sealed = await seal(works.store, works.vault(), {
      head,
      photos: [],
      content: own ? { paper: CERTIFICATE, write: contentOf } : contentOf(taking.number),
      draft: null,
      token: token.text,
    });
    taken = {
      uid: sealed.uid,
      number: own ? sealed.number : taking.number,
      paper,
      url: `${location.origin}/t/${token.text}`,
    };
    works.wake();
  });
  await readMine();
  if (taken === null) throw new Error("nothing was sealed");
  return taken;
}

const momentNow = (): string => isoWithOffset(handheld.now.getTime(), PLACE_EAST_MIN);
