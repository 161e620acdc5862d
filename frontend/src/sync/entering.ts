/** The ways in: enrolling this handheld, signing in for a shift, taking the shift up again after the PIN, and ending it. */
import { Refused, type Server } from "../remote";
import type { ShiftRow, Store, TerminalRow, Vault, Welcome } from "../store";
import { readLogKey } from "../domain/note";

/** Signed in: what has to come next. `choose_pin`: nobody has a key here yet; `enter_pin`: open it with the PIN, or with this password. */
export interface SignedIn {
  readonly officer: Welcome;
  readonly shift: ShiftRow;
  /** Keep it with `store.officers.keepResume` as soon as the vault is open. */
  readonly resume: string;
  readonly next: "choose_pin" | "enter_pin";
}

/** Enrol with the technician's one-time code. Makes the keys, and learns the log's key, against which every receipt will be checked. */
export async function enrol(store: Store, server: Server, code: string, label: string): Promise<TerminalRow> {
  const key = await store.keys.make();
  const log_key = await server.logKey();
  readLogKey(log_key);
  const said = await server.enrol({ code: code.trim(), public_key: key.spki, label });
  const row: TerminalRow = {
    id: key.id,
    number: said.number,
    // Counted here, not taken from the answer: the technician compares it with what the server counted.
    fingerprint: key.fingerprint,
    label,
    state: said.state,
    enrolled_at: store.moment(),
    log_key,
  };
  await store.terminal.enrolled(row);
  return row;
}

/** Ask whether the enrolment was approved; the answer is kept. */
export async function askApproved(store: Store, server: Server): Promise<TerminalRow["state"]> {
  const { id } = await store.keys.public();
  const state = await server.enrolment(id);
  await store.terminal.setState(state);
  return state;
}

/** Sign in with number and password; opens a shift. Throws Refused (wrong number or password, locked out, terminal not active), Unreachable. */
export async function signIn(
  store: Store,
  server: Server,
  police_number: string,
  password: string,
): Promise<SignedIn> {
  const { id: terminal } = await store.keys.public();
  const challenge = await server.challenge();
  const terminal_signature = await store.keys.sign(`luqin-sign-in:1:${challenge}`);
  const said = await server.signIn({ police_number, password, terminal, challenge, terminal_signature });
  if (said.officer === null || said.shift === null || said.resume === null)
    throw new Refused(500, "no_shift", {});
  const { id, opened_at, ends_at } = said.shift;
  const shift = { id, opened_at, ends_at };
  const { name, role, unit_code, unit_name, capabilities, home_plate } = said.officer;
  const officer = {
    police_number: said.officer.police_number,
    name,
    role,
    unit_code,
    unit_name,
    capabilities,
    home_plate,
  };
  await store.officers.signedIn(officer, shift, store.moment());
  const known = await store.officers.one(officer.police_number);
  return { officer, shift, resume: said.resume, next: known?.has_pin ? "enter_pin" : "choose_pin" };
}

/** Take the shift up again under a new cookie, with the secret that the PIN has opened. False: sign in anew. Throws Unreachable, Refused. */
export async function takeUpAgain(store: Store, server: Server, vault: Vault): Promise<boolean> {
  const resume = await store.officers.resume(vault);
  if (resume === null) return false;
  const { id: terminal } = await store.keys.public();
  const challenge = await server.challenge();
  const signature = await store.keys.sign(`luqin-sign-in:1:${challenge}`);
  try {
    await server.resume({ resume, terminal, challenge, signature });
    return true;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    if (error.code === "shift_ended") await store.officers.shiftEnded(vault.officer);
    // Any other refusal says nothing about the shift: a terminal that is suspended may come back, a challenge may have been too old.
    else if (error.code !== "terminal_refused") throw error;
    return false;
  }
}

/** End the shift: at the server, then here. Throws Unreachable: then the shift goes on. */
export async function endShift(store: Store, server: Server, police_number: string): Promise<void> {
  try {
    await server.closeShift();
  } catch (error) {
    // 401, 409: there it is over already.
    if (!(error instanceof Refused) || ![401, 403, 409].includes(error.status)) throw error;
  }
  await store.officers.shiftEnded(police_number);
}
