/** Putting the officer's app on the page: read what the store holds, listen for what changes, look after the phone. */
import { createApp, watch } from "vue";

import { buzzAttention, keepSpace, registerWorker, ring } from "@/device";
import { DatabaseBlocked, DatabaseNewer, type Topic } from "@/store";
import type { SyncState } from "@/sync";
import App from "./App.vue";
import { draft, givenUp } from "./draft";
import {
  handheld,
  readAgain,
  readLog,
  readMine,
  readOfficers,
  readPacks,
  readTerminal,
  stand,
} from "./handheld";
import { lookAtPhone } from "./looking";
import { applyPrefs } from "./prefs";
import { updateWaits } from "./update";
import { writesWhile } from "./writing";
import { install, works, type Built } from "./works";

const LOOK_MS = 60_000;
const TICK_MS = 1000;

/** Start the app in the page's `#app`. */
export async function start(built: Built): Promise<void> {
  install(built);
  await applyPrefs();
  createApp(App).mount("#app");
  try {
    await readTerminal();
    await readOfficers();
    await Promise.all([readMine(), readPacks(), readLog()]);
  } catch (error) {
    handheld.trouble =
      error instanceof DatabaseNewer ? "newer" : error instanceof DatabaseBlocked ? "blocked" : "storage";
    return;
  }
  listen(built.store);
  lookAfterPhone();
  writesWhile(() => draft.value !== null || givenUp.value !== null);
  void goOnline();
  if (import.meta.env.PROD) await registerWorker({ onWaiting: updateWaits });
}

/** A newer version of the database was opened elsewhere. */
export const onNewer = (): void => {
  handheld.trouble = "newer";
};

/** The connection is fetched when the first screen stands. */
async function goOnline(): Promise<void> {
  const { sync } = await works().connection();
  sync.onState(showSync);
  showSync(sync.state());
  sync.start();
}

function listen(store: Built["store"]): void {
  const due = new Set<Topic>();
  store.changes.listen((topic) => {
    due.add(topic);
    // Many changes in one go are read once.
    if (due.size === 1) setTimeout(flush, 0);
  });
  function flush(): void {
    const topics = [...due];
    due.clear();
    // Records and views are one reading.
    const wanted = topics.includes("outbox") ? topics.filter((one) => one !== "views") : topics;
    for (const topic of wanted) void readAgain(topic);
  }
  watch(
    () => handheld.tasks.filter((task) => task.mine.state === "to_sign").map((task) => task.id),
    (now, before) => {
      const fresh = handheld.tasks.filter((task) => now.includes(task.id) && !before.includes(task.id));
      if (fresh.length === 0) return;
      buzzAttention();
      void ring(fresh.some((task) => task.urgency === "critical"));
    },
  );
}

function showSync(state: SyncState): void {
  // A server that refuses was reached: there is a network.
  handheld.online = state.contact === "never" ? navigator.onLine : state.contact !== "offline";
  handheld.refusal = state.contact === "offline" ? "" : state.refusal || state.photo_refusal;
  handheld.sending = (state.running && handheld.waiting > 0) || state.photos;
  handheld.lastContact = state.last_ms;
  handheld.tooOld = state.too_old;
  handheld.contradiction = state.contradicted;
  handheld.estranged = state.estranged;
  handheld.clockOffsetMs = state.clock.offset_ms ?? handheld.clockOffsetMs;
  if (state.contact === "ok") handheld.settledBy = state.settled_by;
  stand();
}

function lookAfterPhone(): void {
  setInterval(() => {
    handheld.now = new Date();
  }, TICK_MS);
  setInterval(() => void lookAtPhone(), LOOK_MS);
  void lookAtPhone();
  void keepSpace().then((kept) => {
    handheld.persisted = kept ?? false;
  });
}
