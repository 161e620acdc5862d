/** The figures of the head: each is a link to the rows that it counts. */
import { computed, shallowReactive, type ComputedRef } from "vue";

import { groupOf } from "./map/task";
import { to } from "./router";
import { useWorks, type Word } from "./works";

export interface ShownFigure {
  readonly name: string;
  readonly word: Word;
  readonly count: number;
  readonly href: string;
}

/** What each figure was when somebody last opened its rows. */
export const lookedAt = shallowReactive(new Map<string, number>());

const WORDS: Readonly<Record<string, Word>> = {
  today: "figure.today",
  to_review: "figure.to_review",
  returned: "figure.returned",
  annul_proposed: "figure.annul_proposed",
  incomplete: "figure.incomplete",
  measures: "figure.measures",
  items: "figure.items",
};

/** Where the rows of a figure are, from the address that the server gives: `/api/violations?state=returned`. */
export function rowsOf(address: string, may: (capability: string) => boolean): string {
  const path = address.replace(/^\/api\//, "");
  if (path.startsWith("violations?state=recorded") && may("review")) return to("review");
  if (path === "violations?state=annul_proposed" && may("agree_annulment")) return to("review");
  if (path === "items") return to("check");
  return `#/${path}`;
}

/** Tasks from the board that is here already, the rest from the server. What nobody waits for is not said. */
export function useFigures(): ComputedRef<readonly ShownFigure[]> {
  const { desk } = useWorks();
  return computed(() => {
    const open = [...desk.tasks.values()].filter((task) => task.needs !== "ended");
    const unsigned = open.filter((task) => groupOf(task) === "to_sign");
    const ofTasks: ShownFigure[] = [
      { name: "tasks", word: "figure.tasks", count: open.length, href: to("map") },
      { name: "to_sign", word: "figure.to_sign", count: unsigned.length, href: `${to("map")}?needs=to_sign` },
    ];
    const ofServer = desk.figures.value.flatMap((one) => {
      const word = WORDS[one.name];
      return word === undefined
        ? []
        : [{ name: one.name, word, count: one.count, href: rowsOf(one.rows, desk.may) }];
    });
    return [...ofTasks, ...ofServer].filter((figure) => figure.count > 0);
  });
}
