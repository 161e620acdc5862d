/** Who is on: binding the handheld, signing in, PIN, lock, changing officers, the end of the shift. */
import { ref } from "vue";

import { forgetPictures } from "./pictures";
import { KeyLost, PinLocked, PinWrong, type Vault } from "@/store";
import { draft, journalled, openStep, putDown, takeUpDraft } from "./draft";
import { settleGivenUp } from "./giving-up";
import { forgetMine, handheld, readMine, readOfficers, readTerminal, stand } from "./handheld";
import { startPosition, stopPosition } from "./position";
import { setPrefs } from "./prefs";
import { path, replace } from "./router";

import { works } from "./works";

/** What trying a PIN came to. */
export type Unlocked = "open" | { readonly triesLeft: number };

/** The word of a refusal; `offline` where nobody answered. */
export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : null;
  return typeof code === "string" ? code : "offline";
}

/** Bind this handheld with the technician's code. */
export async function enrol(code: string, label: string): Promise<void> {
  const { store, connection } = works();
  const { server, entering } = await connection();
  await entering.enrol(store, server, code.toUpperCase(), label);
  await readTerminal();
}

/** Ask whether the binding was approved. */
export async function askState(): Promise<void> {
  const { store, connection } = works();
  const { server, entering } = await connection();
  await entering.askApproved(store, server);
  await readTerminal();
}

/**
 * Sign in for a shift. Where this officer has a key here the password opens it; where it was reset the PIN of before still does, and is asked
 * for first; else a PIN is chosen next.
 */
export async function signIn(number: string, password: string): Promise<void> {
  const { store, connection, freshen } = works();
  const { server, entering } = await connection();
  await leave();
  const signed = await entering.signIn(store, server, number, password);
  const officer = signed.officer.police_number;
  setPrefs({ lastOfficer: officer });
  freshen({ officer, password, resume: signed.resume, oldPin: false });
  await readOfficers();
  if (signed.next === "enter_pin") {
    const vault = await store.pins.openByPassword(officer, password).catch(ifOtherPassword);
    // Signed in from the lock because the PIN was forgotten, or after too many tries: another PIN is chosen.
    const lockedOut = handheld.officer?.tries_left === 0 || forgotten;
    if (vault !== null && !lockedOut) await enter(vault);
    // Somebody who forgot his PIN and has nothing under it is spared the question.
    if (vault === null && (!lockedOut || (await store.drafts.count(officer)) > 0)) {
      await store.pins.triesBack(officer);
      freshen({ officer, password, resume: signed.resume, oldPin: true });
      await readOfficers();
    }
  }
  stand();
}

/** What an old PIN locks was shown on the home screen and put off; settings still lead to it. */
export const sealedSeen = ref(false);

let forgotten = false;
/** The PIN was forgotten: the next sign-in leads to a new one. */
export function forgetPin(): void {
  forgotten = true;
}

/** Choose one's own password with the technician's code. Every session of this officer ends: sign in next. */
export async function choosePassword(number: string, code: string, password: string): Promise<void> {
  const { server } = await works().connection();
  await server.choosePassword(number, code, password);
}

/** Open with the PIN of before, after the password was reset: from now on the new password opens the same key. */
export async function openWithOldPin(pin: string): Promise<Unlocked> {
  const { store, fresh } = works();
  const signed = fresh();
  if (signed === null) throw new Error("sign in first");
  try {
    const vault = await store.pins.open(signed.officer, pin);
    await store.pins.setPin(vault, pin, signed.password);
    await enter(vault);
    return "open";
  } catch (error) {
    if (error instanceof PinWrong) return { triesLeft: error.tries_left };
    if (error instanceof PinLocked) return { triesLeft: 0 };
    throw error;
  }
}

/** The PIN of before doesn't come to mind: a new one is chosen, and what the old one locks stays where it is. */
export function setOldPinAside(): void {
  const { fresh, freshen } = works();
  const signed = fresh();
  if (signed !== null) freshen({ ...signed, oldPin: false });
  stand();
}

/** Open what lies under a key of before, with the PIN or password of that time. Returns how many drafts came back, or null: it opens nothing. */
export async function openSealed(secret: string): Promise<number | null> {
  const { store, vault } = works();
  const former = await store.pins.openFormer(vault().officer, secret);
  if (former === null) return null;
  const opened = await store.drafts.adopt(former, vault());
  await countSealed();
  if (handheld.sealedDrafts === 0) await store.pins.forgetFormer(vault().officer);
  if (draft.value === null) await takeUpDraft();
  return opened;
}

/** How many drafts a new PIN would not open: none where the password opens their key. */
export async function keptUnderOldPin(): Promise<number> {
  const { store, fresh } = works();
  const signed = fresh();
  if (signed === null || !handheld.officer?.has_pin) return 0;
  const vault = await store.pins.openByPassword(signed.officer, signed.password).catch(ifOtherPassword);
  return vault === null ? await store.drafts.count(signed.officer) : await store.drafts.sealedOff(vault);
}

async function countSealed(): Promise<void> {
  const { store, vault } = works();
  handheld.sealedDrafts = await store.drafts.sealedOff(vault());
}

/** Choose the PIN, after signing in. Whatever this officer had here stays readable where the password still opens it. */
export async function setPin(pin: string): Promise<void> {
  const { store, fresh } = works();
  const signed = fresh();
  if (signed === null) throw new Error("sign in first");
  const { officer, password } = signed;
  const before = handheld.officer?.has_pin
    ? await store.pins.openByPassword(officer, password).catch(ifOtherPassword)
    : null;
  const vault = before ?? (await store.pins.choose(officer, pin, password));
  if (before !== null) await store.pins.setPin(before, pin, password);
  await enter(vault);
}

/** Try a PIN. */
export async function unlock(pin: string): Promise<Unlocked> {
  const { store } = works();
  const { officer } = handheld;
  if (officer === null) return { triesLeft: 0 };
  try {
    await enter(await store.pins.open(officer.police_number, pin));
    return "open";
  } catch (error) {
    if (error instanceof PinWrong) return { triesLeft: error.tries_left };
    if (error instanceof PinLocked) return { triesLeft: 0 };
    throw error;
  }
}

/** Lock: everything of the officer's leaves memory. Sealed records still go up. */
export async function lock(): Promise<void> {
  await leave();
  stand();
}

/** Whose lock it is. Each officer's work stays sealed under their own key. */
export async function choosePerson(number: string): Promise<void> {
  setPrefs({ lastOfficer: number });
  handheld.officer = handheld.officers.find((one) => one.police_number === number) ?? null;
  await readOfficers();
  await readMine();
}

/** End the shift: at the server, then here. Throws where the server can't be reached: then it goes on. */
export async function endShift(): Promise<void> {
  const { store, connection } = works();
  if (handheld.officer === null) return;
  // What was given up is sealed within its shift.
  await settleGivenUp();
  const { server, entering } = await connection();
  await entering.endShift(store, server, handheld.officer.police_number);
  await leave();
  await readOfficers();
}

/** How a try to send went: as far as it could, nobody was reached, or the server would not have it. */
export type Sent = "ok" | "offline" | "refused";

/** Try to send now; settles when that run is over. */
export async function sendNow(): Promise<Sent> {
  const { sync } = await works().connection();
  await sync.now();
  const { contact } = sync.state();
  return contact === "never" ? "offline" : contact;
}

async function enter(vault: Vault): Promise<void> {
  const { store, hold, fresh, freshen } = works();
  const signed = fresh();
  if (signed?.officer === vault.officer) await store.officers.keepResume(vault, signed.resume);
  freshen(null);
  forgotten = false;
  setPrefs({ lastOfficer: vault.officer });
  hold(vault);
  startPosition();
  await takeUpDraft();
  await countSealed();
  await readOfficers();
  await readMine();
  // After a kill the app opens at home: the violation that was being written goes on where it was.
  if (draft.value !== null && path.value.length === 0) replace(openStep());
}

async function leave(): Promise<void> {
  // What was given up or typed last is on the flash before the key goes.
  await settleGivenUp();
  await journalled();
  stopPosition();
  works().hold(null);
  works().freshen(null);
  putDown();
  forgetPictures();
  forgetMine();
  sealedSeen.value = false;
  handheld.sealedDrafts = 0;
}

function ifOtherPassword(error: unknown): null {
  if (error instanceof KeyLost || error instanceof PinLocked) return null;
  throw error;
}
