/** Which rooms somebody has at the desk, by what they may do, and what waits for them in each. */
import { computed, type ComputedRef } from "vue";

import type { Terminal } from "@/remote/desk";
import { useWorks, type Works } from "./works";

export type RoomName = "map" | "review" | "measures" | "check" | "terminals" | "numbers" | "people" | "looks";

export interface Room {
  readonly name: RoomName;
  readonly count: number;
}

/** Which capability opens a room; one of them is enough. */
export const OPENED_BY: Readonly<Record<RoomName, readonly string[]>> = {
  map: ["see_unit"],
  review: ["review", "propose_annulment", "agree_annulment", "audit"],
  measures: ["approve_measure", "supervise"],
  check: ["judge_quarantine", "judge_versions", "see_unit", "enrol_terminal"],
  terminals: ["enrol_terminal", "review"],
  numbers: ["enrol_terminal", "audit", "review"],
  people: ["manage_people"],
  looks: ["audit", "review"],
};

/** A measure on which somebody has to act: decide, or give back what may no longer be kept. */
export const WAITING: ReadonlySet<string> = new Set(["taken", "refused", "lapsed"]);

/** What the rail counts for a terminal: it waits for somebody. */
export const waits = (terminal: Terminal): boolean => terminal.state === "pending";

/** The rooms of who sits here. */
export function useRooms(): ComputedRef<readonly Room[]> {
  const { desk } = useWorks();
  return computed(() =>
    (Object.keys(OPENED_BY) as RoomName[])
      .filter((name) => OPENED_BY[name].some((capability) => desk.may(capability)))
      .map((name) => ({ name, count: countOf(name, desk) })),
  );
}

function countOf(name: RoomName, desk: Works["desk"]): number {
  const figure = (called: string): number =>
    desk.figures.value.find((one) => one.name === called)?.count ?? 0;
  switch (name) {
    case "map":
      return [...desk.tasks.values()].filter((task) =>
        ["unsigned", "review", "unassigned"].includes(task.needs),
      ).length;
    case "review":
      return desk.may("agree_annulment") ? figure("annul_proposed") : figure("to_review");
    case "measures":
      return [...desk.measures.values()].filter((one) => WAITING.has(one.state)).length;
    case "check":
      return desk.aside.size + desk.items.size;
    case "terminals":
      return [...desk.terminals.values()].filter(waits).length;
    case "numbers":
    case "people":
    case "looks":
      return 0;
  }
}
