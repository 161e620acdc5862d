/** Every word of the server that the desk shows has a sentence in both languages; the server's own description is what it is held against. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { describe, expect, it } from "vitest";

import type { components } from "@/remote/schema";
import { ASIDE } from "@/testing/reasons";
import { grounds } from "../desk/grounds";
import { desk as en } from "./desk.en";
import { desk as zh } from "./desk.zh";

type Shapes = components["schemas"];
type Words<T> = Exclude<T, "" | null>;
/** One key for each word: a word that the server adds is an error of the compiler here, and a missing sentence fails below. */
type Each<T extends string> = Record<T, true>;

const SHOWN = {
  urgency: { critical: true, urgent: true, routine: true } satisfies Each<Shapes["Task"]["urgency"]>,
  taskkind: {
    vehicle_check: true,
    violation_control: true,
    hazard: true,
    key_control: true,
    campaign: true,
    relief: true,
    other: true,
  } satisfies Each<Shapes["Task"]["kind"]>,
  completion: { all: true, any: true } satisfies Each<Shapes["Task"]["completion"]>,
  taskstate: { open: true, closed: true, withdrawn: true, expired: true } satisfies Each<
    Shapes["Task"]["state"]
  >,
  crew: {
    to_sign: true,
    signed: true,
    on_site: true,
    reported: true,
    sent_back: true,
    done: true,
    reassigned: true,
    withdrawn: true,
    expired: true,
  } satisfies Each<Shapes["Crew"]["state"]>,
  why: { free: true, has_task: true, asleep: true, no_position: true, off_duty: true } satisfies Each<
    Shapes["OnTheRoad"]["why"]
  >,
  role: {
    officer: true,
    auxiliary: true,
    leader: true,
    legal_reviewer: true,
    duty_desk: true,
    technician: true,
    auditor: true,
  } satisfies Each<Shapes["Myself"]["role"]>,
  state: {
    recorded: true,
    confirmed: true,
    returned: true,
    annul_proposed: true,
    annulled: true,
  } satisfies Each<Shapes["MaskedRow"]["state"]>,
  kind: { notice: true, on_the_spot: true, record_only: true } satisfies Each<Shapes["MaskedRow"]["kind"]>,
  outcome: { admitted: true, quarantined: true, conflict: true } satisfies Each<Shapes["Row"]["outcome"]>,
  judged: { waiting: true, admitted: true, refused: true } satisfies Each<Words<Shapes["Row"]["decision"]>>,
  aside: ASIDE,
  item: {
    photos_outstanding: true,
    return_unanswered: true,
    paper_missing: true,
    number_missing: true,
    measure_unapproved: true,
    second_unconfirmed: true,
    second_missing: true,
    quarantine_waiting: true,
    unsettled: true,
    verdict_differs: true,
    paper_faulty: true,
    pack_past: true,
    reading_differs: true,
    second_as_first: true,
    offence_lowered: true,
    log_stopped: true,
  } satisfies Each<Shapes["Item"]["kind"]>,
  row_wrong: {
    number: true,
    twice: true,
    name: true,
    role: true,
    unit: true,
    unit_ambiguous: true,
    differs: true,
    suspended: true,
  } satisfies Each<NonNullable<Shapes["Line"]["why"]>>,
  terminal: { pending: true, active: true, suspended: true, revoked: true } satisfies Each<
    Shapes["Terminal"]["state"]
  >,
} as const;

const GROUNDS: readonly string[] = [
  ...Object.keys({
    photo_unclear: true,
    photo_missing: true,
    plate_doubtful: true,
    wrong_offence: true,
    wrong_place: true,
    wrong_time: true,
    person_missing: true,
    other: true,
  } satisfies Each<Shapes["ReturnRequest"]["reason"]>),
  ...Object.keys({
    emergency_vehicle: true,
    stolen: true,
    plate_used_by_other: true,
    rescue: true,
    already_handled: true,
    signals_conflict: true,
    unclear: true,
    plate_misread: true,
    other: true,
  } satisfies Each<Shapes["ProposeRequest"]["ground"]>),
  ...Object.keys({ ground_not_given: true, evidence_stands: true, other: true } satisfies Each<
    Shapes["RefuseRequest"]["ground"]
  >),
  ...Object.keys({
    checked_with_officer: true,
    paper_seen: true,
    clock_explained: true,
    technical_cause: true,
    other: true,
  } satisfies Each<Shapes["AdmitRequest"]["ground"]>),
  ...Object.keys({
    not_genuine: true,
    duplicate: true,
    not_on_duty: true,
    terminal_misused: true,
    not_readable: true,
    other: true,
  } satisfies Each<Shapes["RefuseTextRequest"]["ground"]>),
  ...Object.keys({
    done: true,
    explained: true,
    terminal_lost: true,
    not_needed: true,
    other: true,
  } satisfies Each<Shapes["CloseRequest"]["ground"]>),
];

const root = join(__dirname, "../../../..");
const python = (path: string): string => readFileSync(join(root, path), "utf8");
const blanks = (sentence: string): string[] => (sentence.match(/\{\w+\}/g) ?? []).sort();

describe("the words of the desk", () => {
  it("are the same keys in the same order, with the same blanks", () => {
    expect(Object.keys(zh).length).toBeGreaterThan(400);
    expect(Object.keys(en)).toEqual(Object.keys(zh));
    const differing = Object.keys(zh).filter(
      (key) =>
        blanks(zh[key as keyof typeof zh]).join() !== blanks(en[key as keyof typeof zh]).join() ||
        en[key as keyof typeof zh] === "",
    );
    expect(differing).toEqual([]);
  });

  it("speak no machine's Chinese", () => {
    for (const said of Object.values(zh))
      expect(said).not.toMatch(/系统|数据|提交失败|参数|操作成功|您输入有误/);
  });

  it.each(Object.entries(SHOWN))("say every word of %s", (section, words) => {
    for (const word of Object.keys(words)) expect(zh).toHaveProperty([`${section}.${word}`]);
  });

  it("say every ground, and the lists offer all of them", () => {
    for (const word of GROUNDS) expect(zh).toHaveProperty([`ground.${word}`]);
    const offered = (["return", "propose", "refuse", "admit", "refuse_text", "close"] as const).flatMap(
      (list) => grounds(list),
    );
    expect([...offered].sort()).toEqual([...GROUNDS].sort());
  });

  it("say every doubt and every reason to set aside why", () => {
    const doubts = [...python("field/rules/checks.py").matchAll(/^ {4}[A-Z_]+ = "(\w+)"/gm)].map((m) => m[1]);
    expect(doubts.length).toBeGreaterThan(15);
    for (const word of doubts) expect(zh).toHaveProperty([`doubt.${word}`]);
    for (const word of Object.keys(SHOWN.aside)) expect(zh).toHaveProperty([`aside_why.${word}`]);
    for (const word of Object.keys(SHOWN.item)) expect(zh).toHaveProperty([`item_why.${word}`]);
  });

  it("say what happened to a task and to a record, by every kind of entry", () => {
    const tasks = [...python("field/dispatch/kinds.py").matchAll(/"task\.(\w+)"/g)].map((m) => m[1]);
    expect(tasks.length).toBeGreaterThan(10);
    for (const word of tasks) expect(zh).toHaveProperty([`happened.${word}`]);
    for (const word of [
      "recorded",
      "amended",
      "confirmed",
      "returned",
      "annul_proposed",
      "annulled",
      "annul_refused",
    ])
      expect(zh).toHaveProperty([`entry.${word}`]);
  });
});

describe("the desk's screens", () => {
  const folder = join(__dirname, "../desk");
  const vue = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".vue"))
    .map((name) => [name, readFileSync(join(folder, name), "utf8")] as const);

  it("write no Chinese of their own, no style and no markup from text", () => {
    expect(vue.length).toBeGreaterThan(25);
    for (const [name, text] of vue) {
      const template = text.slice(text.indexOf("<template>"));
      expect([name, template.replace("中文", "").match(/[\u4e00-\u9fff]+|\sstyle=|v-html/g)]).toEqual([
        name,
        null,
      ]);
    }
  });

  it("rank nobody by tickets or fines", () => {
    for (const [name, text] of vue)
      expect([name, /sort[^\n]*(recorded|fine|ticket)/.test(text)]).toEqual([name, false]);
  });
});
