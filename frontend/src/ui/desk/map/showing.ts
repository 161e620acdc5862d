/** What the map shows of officers, tasks and violations: their marks, with names and ages in words. */
import { computed, type ComputedRef, type ShallowRef } from "vue";

import type { MapPoint, Officer, Task } from "@/remote/desk";
import type { Point } from "@/domain/roads";
import { go } from "../router";
import { useSaying } from "../say";
import { useWorks } from "../works";
import type { Dot, Mark } from "./draw";
import { officerMark, taskPin } from "./marks";

const DOTS_AT_MOST = 100;
const TOGETHER_DEG = 0.0004;

const pointOf = (point: readonly number[]): Point => [point[0] ?? 0, point[1] ?? 0];

/** The marks of officers who are on duty and have a position. */
export function useOfficerMarks(
  officers: ShallowRef<readonly Officer[]>,
  press: (officer: Officer) => void,
): ComputedRef<readonly Mark[]> {
  const {
    speech: { t },
    desk,
  } = useWorks();
  const { since } = useSaying();
  return computed(() =>
    officers.value.flatMap((one): Mark[] => {
      if (one.position === null) return [];
      const age = since(one.position.measured_at);
      const aged = ageOf(desk.now.value - Date.parse(one.position.measured_at));
      const label =
        aged === "asleep"
          ? t("map.asleep", { name: one.name, age })
          : t("map.officer", { name: one.name, age });
      const doing = one.tasks[0]?.title;
      return [
        {
          id: one.police_number,
          at: pointOf(one.position.point),
          element: officerMark({ age: aged, busy: one.tasks.length > 0, label }),
          anchor: [18, 18],
          name: doing === undefined ? label : t("map.on_task", { label, title: doing }),
          press: () => press(one),
        },
      ];
    }),
  );
}

/** The age of a position as the map shows it; the server's own rule (30 seconds, five minutes). */
export function ageOf(ms: number): "fresh" | "recent" | "asleep" {
  if (ms <= 30_000) return "fresh";
  return ms <= 5 * 60_000 ? "recent" : "asleep";
}

/** The pins of tasks that are open and have a place. */
export function useTaskMarks(selected: () => string): ComputedRef<readonly Mark[]> {
  const {
    speech: { t, worded },
    desk,
  } = useWorks();
  return computed(() =>
    [...desk.tasks.values()].flatMap((task): Mark[] => {
      if (task.point === null || task.needs === "ended") return [];
      const urgency = worded("urgency", task.urgency, "state.unknown");
      return [
        {
          id: task.id,
          at: pointOf(task.point),
          element: taskPin({
            character: worded("pin", task.kind, "pin.other"),
            waits: waitsForDesk(task),
            selected: task.id === selected(),
            label: task.title,
          }),
          anchor: [15, 38],
          name: t("map.task", { urgency, title: task.title }),
          press: () => go("map", "task", task.id),
        },
      ];
    }),
  );
}

/** Whether a task waits for somebody at a desk. */
export const waitsForDesk = (task: Task): boolean =>
  ["unassigned", "unsigned", "review"].includes(task.needs);

/** The violations of the last day: at most 100 circles, those that lie on one another as one. */
export function useDots(points: ShallowRef<readonly MapPoint[]>): ComputedRef<readonly Dot[]> {
  const {
    speech: { t },
  } = useWorks();
  const { when } = useSaying();
  return computed(() => {
    const places = new Map<string, MapPoint[]>();
    for (const one of points.value) {
      const [lon, lat] = pointOf(one.point);
      const key = `${Math.round(lon / TOGETHER_DEG)},${Math.round(lat / TOGETHER_DEG)}`;
      places.set(key, [...(places.get(key) ?? []), one]);
    }
    return [...places.values()].slice(0, DOTS_AT_MOST).flatMap((there): Dot[] => {
      const [first] = there;
      if (first === undefined) return [];
      const said = t("map.violation", {
        name: first.offence_name || first.offence,
        time: when(first.occurred_at),
      });
      return [
        {
          at: pointOf(first.point),
          name: there.length > 1 ? t("map.violations", { n: there.length, first: said }) : said,
          press: () => go("violations", first.id),
        },
      ];
    });
  });
}
