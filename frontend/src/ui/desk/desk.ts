/** What is known at this desk now: who sits here, what waits, and when the server was last heard. The feed keeps it true. */
import { computed, reactive, shallowReactive, shallowRef, type ComputedRef, type ShallowRef } from "vue";

import type {
  AsideRow,
  DeskServer,
  FeedItem,
  Figure,
  Me,
  MeasureRow,
  OpenItem,
  Row,
  Task,
  Terminal,
  Unit,
} from "@/remote/desk";
import { unpackRoads, type RoadMap } from "@/domain/roads";
import { SILENT_MS } from "@/sync/live";

export interface Desk {
  readonly me: ShallowRef<Me | null>;
  /** The session ended while somebody was signed in. */
  readonly wasEnded: ShallowRef<boolean>;
  readonly tasks: Map<string, Task>;
  /** The newest view of each violation that the feed told of. */
  readonly rows: Map<string, Row>;
  readonly items: Map<string, OpenItem>;
  readonly aside: Map<string, AsideRow>;
  /** Coercive measures that wait, and those that the feed told of since. */
  readonly measures: Map<string, MeasureRow>;
  readonly terminals: Map<string, Terminal>;
  readonly units: ShallowRef<readonly Unit[]>;
  readonly figures: ShallowRef<readonly Figure[]>;
  readonly roads: ShallowRef<RoadMap | null>;
  /** What went wrong in a room that was left meanwhile: said wherever one is by now, until it is read. */
  readonly unsaid: ShallowRef<string>;
  /** Counts up when somebody's shift began or ended. */
  readonly officersChanged: ShallowRef<number>;
  /** All of it was read once. */
  readonly isReady: ShallowRef<boolean>;
  readonly figuresRead: ShallowRef<boolean>;
  /** The server's time, in steps of a second. */
  readonly now: ShallowRef<number>;
  readonly heard_s: ComputedRef<number>;
  readonly isSilent: ComputedRef<boolean>;
  may(capability: string): boolean;
  begin(me: Me, serverNow: string): void;
  /** Ask who sits here and what they may do: a role can change while a desk is open. The server judges each act anyway. */
  recheck(): Promise<void>;
  ended(): void;
  heard(at: number): void;
  tick(at: number): void;
  take(items: readonly FeedItem[], startOver: boolean): void;
  /** Read again what the feed does not carry. */
  refresh(): Promise<void>;
  loadRoads(): Promise<void>;
}

/** Make an empty desk. `onCritical`: a task of the highest urgency came that was not there before. */
export function makeDesk(server: DeskServer, onCritical: () => void, wall: () => number = Date.now): Desk {
  const me = shallowRef<Me | null>(null);
  const wasEnded = shallowRef(false);
  const tasks = shallowReactive(new Map<string, Task>());
  const rows = shallowReactive(new Map<string, Row>());
  const items = shallowReactive(new Map<string, OpenItem>());
  const aside = shallowReactive(new Map<string, AsideRow>());
  const measures = shallowReactive(new Map<string, MeasureRow>());
  const terminals = shallowReactive(new Map<string, Terminal>());
  const units = shallowRef<readonly Unit[]>([]);
  const figures = shallowRef<readonly Figure[]>([]);
  const roads = shallowRef<RoadMap | null>(null);
  const unsaid = shallowRef("");
  const officersChanged = shallowRef(0);
  const isReady = shallowRef(false);
  const figuresRead = shallowRef(false);
  const now = shallowRef(wall());
  const clock = reactive({ offset_ms: 0, heardAt: 0, at: 0 });
  const heard_s = computed(() => Math.max(0, Math.floor((clock.at - clock.heardAt) / 1000)));
  let terminalsAsked = false;
  let rightsAsked = false;

  const may = (capability: string): boolean => me.value?.capabilities.includes(capability) ?? false;

  function put<T>(map: Map<string, T>, item: FeedItem): void {
    if (item.gone) map.delete(item.id);
    else map.set(item.id, item.view as T);
  }

  function takeOne(item: FeedItem): void {
    switch (item.about) {
      case "task":
        put(tasks, item);
        break;
      case "violation":
        put(rows, item);
        break;
      case "item":
        put(items, item);
        if (items.get(item.id)?.closed_at) items.delete(item.id);
        break;
      case "quarantine":
        put(aside, item);
        if (aside.get(item.id)?.decision !== "waiting") aside.delete(item.id);
        break;
      case "measure":
        put(measures, item);
        break;
      case "officer":
        officersChanged.value++;
        break;
      case "terminal":
        terminalsAsked = true;
    }
  }

  const isNewCritical = (item: FeedItem): boolean =>
    item.about === "task" &&
    !item.gone &&
    !tasks.has(item.id) &&
    (item.view as Task).urgency === "critical" &&
    (item.view as Task).state === "open";

  function ended(): void {
    if (me.value === null) return;
    me.value = null;
    wasEnded.value = true;
    unsaid.value = "";
    isReady.value = figuresRead.value = false;
    for (const map of [tasks, rows, items, aside, measures, terminals]) map.clear();
  }

  async function recheck(): Promise<void> {
    const { officer } = await server.session();
    if (officer === null) ended();
    else if (me.value !== null) me.value = officer;
  }

  async function refresh(): Promise<void> {
    if (me.value === null) return;
    if (rightsAsked) {
      rightsAsked = false;
      await recheck();
    }
    if (may("see_unit")) {
      figures.value = await server.figures();
      figuresRead.value = true;
    }
    if (terminalsAsked && (may("enrol_terminal") || may("see_unit"))) {
      terminalsAsked = false;
      const found = await server.terminals();
      terminals.clear();
      for (const one of found) terminals.set(one.terminal, one);
    }
  }

  return {
    me,
    wasEnded,
    tasks,
    rows,
    items,
    aside,
    measures,
    terminals,
    units,
    figures,
    roads,
    unsaid,
    officersChanged,
    isReady,
    figuresRead,
    now,
    heard_s,
    isSilent: computed(() => clock.at - clock.heardAt > SILENT_MS),
    may,
    begin(who, serverNow) {
      me.value = who;
      wasEnded.value = false;
      terminalsAsked = true;
      clock.offset_ms = Date.parse(serverNow) - wall();
      now.value = wall() + clock.offset_ms;
    },
    ended,
    recheck,
    heard(at) {
      clock.heardAt = at;
      clock.at = Math.max(clock.at, at);
    },
    tick(at) {
      clock.at = at;
      now.value = wall() + clock.offset_ms;
    },
    take(found, startOver) {
      if (startOver) {
        for (const map of [tasks, rows, items, aside, measures]) map.clear();
        // A feed starts over where somebody's entitlement has changed.
        terminalsAsked = rightsAsked = true;
      } else if (found.some(isNewCritical)) onCritical();
      found.forEach(takeOne);
      isReady.value = true;
    },
    refresh,
    async loadRoads() {
      if (roads.value === null) roads.value = unpackRoads(await server.roads());
    },
  };
}
