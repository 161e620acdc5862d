/** What a task's row and card say of it: which chip, who is at work on it. */
import type { Crew, Task } from "@/remote/desk";
import type { Word } from "../works";

const PARTED: readonly Crew["state"][] = ["reassigned", "withdrawn", "expired"];

/** Those whose task it is (or was to the end). */
export const crewOf = (task: Task): readonly Crew[] => task.crew.filter((one) => !PARTED.includes(one.state));

/** What stands on the right of a row. */
export interface StateChip {
  readonly word: Word;
  readonly look: "" | "you" | "wait" | "go" | "done";
  readonly minutes: number;
}

/** The chip of a task now. */
export function stateChip(task: Task, now: number): StateChip {
  const chip = (word: Word, look: StateChip["look"], minutes = 0): StateChip => ({ word, look, minutes });
  switch (task.needs) {
    case "unassigned":
      return chip("chip.unassigned", "you");
    case "unsigned":
      return chip("chip.unsigned", "wait", Math.max(1, Math.floor((now - since(task)) / 60_000)));
    case "review":
      return chip("chip.review", "you");
    case "overdue":
      return chip("chip.overdue", "wait");
    case "waiting":
      return chip("chip.waiting", "wait");
    case "ended":
      return chip(`taskstate.${task.state}`, task.state === "closed" ? "done" : "");
    case "under_way":
      return chip(`crew.${farthest(task)}`, "go");
  }
}

/** The groups of the board, as drawn: what waits to be signed, what is under way, what waits for the one at the desk, what is over. */
export const GROUPS = ["to_sign", "under_way", "review", "ended"] as const;
export type Group = (typeof GROUPS)[number];

/** Which group a task stands in. */
export function groupOf(task: Task): Group {
  if (["unassigned", "unsigned", "waiting"].includes(task.needs)) return "to_sign";
  if (task.needs === "review") return "review";
  return task.needs === "ended" ? "ended" : "under_way";
}

function since(task: Task): number {
  const given = crewOf(task).filter((one) => one.state === "to_sign");
  return Math.min(...given.map((one) => Date.parse(one.assigned_at)));
}

function farthest(task: Task): Crew["state"] {
  const order: readonly Crew["state"][] = ["on_site", "sent_back", "signed", "reported", "to_sign", "done"];
  return order.find((state) => task.crew.some((one) => one.state === state)) ?? "signed";
}
