/** 怎么做: which help lies over the screen, and when it opens by itself. */
import { ref } from "vue";

export const TOPICS = {
  home: ["camera", "list", "upload"],
  kind: ["car", "person", "paper"],
  photos: ["car", "camera", "tick"],
  plate: ["search", "car", "tick"],
  offence: ["search", "list", "tick"],
  place: ["pin", "road", "tick"],
  person: ["person", "paper", "phone"],
  decision: ["list", "pen", "tick"],
  sign: ["pen", "undo", "tick"],
  review: ["search", "pen", "disk"],
  confirm: ["paper", "search", "tick"],
  saved: ["disk", "upload", "camera"],
  outbox: ["disk", "up", "tick"],
  record: ["search", "pen", "tick"],
  tasks: ["list", "clock", "tick"],
  task: ["pin", "tick", "pen"],
  report: ["list", "camera", "tick"],
  close: ["paper", "list", "disk"],
  settings: ["gear", "star", "lock"],
  printer: ["printer", "search", "tick"],
  enrol: ["camera", "search", "tick"],
  signin: ["person", "lock", "tick"],
  pin: ["lock", "person", "help"],
  ask: ["search", "phone", "tick"],
} as const;

export type HelpTopic = keyof typeof TOPICS;

/** The help that is open, or none. */
export const openHelp = ref<HelpTopic | null>(null);

const failures = new Map<HelpTopic, number>();

export const showHelp = (topic: HelpTopic): void => {
  openHelp.value = topic;
};

/** Note a try that failed at this step; the second in a row opens its help. */
export function tryFailed(topic: HelpTopic): void {
  const n = (failures.get(topic) ?? 0) + 1;
  failures.set(topic, n % 2);
  if (n === 2) showHelp(topic);
}

/** The step was done: earlier failures no longer count. */
export const tryDone = (topic: HelpTopic): void => {
  failures.delete(topic);
};
