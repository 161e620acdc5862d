/** Putting the desk on the page: who sits here, what happens, and the beat of the clock. */
import { createApp, watch } from "vue";

import { makeLive, type LiveParts } from "@/sync/live";
import type { DeskServer } from "@/remote/desk";
import { speech, type Language } from "../words";
import { desk as zh } from "../words/desk.zh";
import App from "./App.vue";
import { makeDesk } from "./desk";
import { isSessionEnd } from "./refusal";
import { followAddress } from "./router";
import { ring } from "./ring";
import { WORKS } from "./works";

/** The screen is drawn anew at most this often. */
const TICK_MS = 2000;
const LANGUAGE = "luqin.desk.language";

/** What the desk is put together from. */
export interface Parts {
  readonly server: DeskServer;
  readonly line: LiveParts["line"];
}

/** Start the desk in the page's `#desk`. */
export async function start({ server, line }: Parts): Promise<void> {
  const words = speech(zh, async () => (await import("../words/desk.en")).desk);
  const desk = makeDesk(server, ring);
  let reading: Promise<void> | null = null;
  const live = makeLive({
    feed: (cursor, epoch) => server.feed(cursor, epoch),
    line,
    now: () => performance.now(),
    onItems: (items, startOver) => {
      desk.take(items, startOver);
      reading ??= desk
        .refresh()
        .catch(isSessionEnd)
        .then(() => {
          reading = null;
        });
    },
    onHeard: (at) => desk.heard(at),
    onEnded: () => desk.ended(),
    isEnd: isSessionEnd,
  });

  await speakAsBefore(words.speak);
  watch(words.language, (language) => localStorage.setItem(LANGUAGE, language));
  watch(desk.me, (me, was) => {
    if (me?.police_number === was?.police_number) return; // the same person with another role: the feed starts over by itself
    if (was) live.stop();
    if (me) live.start();
  });
  setInterval(() => desk.tick(performance.now()), TICK_MS);
  // Coming back to the page is a good moment to ask.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible" && desk.me.value) void live.pull();
  });
  followAddress();

  const app = createApp(App);
  app.provide(WORKS, { server, speech: words, desk, live });
  try {
    const session = await server.session();
    if (session.officer) desk.begin(session.officer, session.now);
  } catch {
    // Nobody answers yet: the sign-in says so when it is tried.
    desk.me.value = null;
  }
  app.mount("#desk");
}

async function speakAsBefore(speak: (language: Language) => Promise<void>): Promise<void> {
  if (localStorage.getItem(LANGUAGE) === "en") await speak("en");
}
