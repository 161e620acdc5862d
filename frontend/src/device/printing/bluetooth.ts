/**
 * Printing over Bluetooth Low Energy to a thermal printer's serial service.
 *
 * A slip is a few kilobytes in pieces that each fit one packet. The printer confirms each piece where it can; where it can't, the pieces wait
 * for one another. Before it prints it is asked for its paper, after the last line whether it is through: of printers that don't answer this
 * it is known that they took it (`sent`), not that they `printed` it. A line lost in the middle is NotPrinted: half a slip is none.
 */
import type { Bytes } from "../../domain/bytes";
import { PLACES, radio, SERVICES, type Characteristic, type Device, type Gatt } from "./gatt";
import { NotPrinted, type Outcome, type Printer } from "./port";

/** A printer that was chosen, as it is remembered. */
export interface Paired {
  readonly id: string;
  readonly name: string;
}

/** Bytes in a piece: what newer printers agree on, and what every printer takes. */
const LARGE = 180;
const SMALL = 20;
/** Without confirmation the radio may run ahead of the printer: so many bytes, then it waits so long. */
const AHEAD_BYTES = 720;
const WAIT_MS = 60;
const TRIES = 3;
const BETWEEN_TRIES_MS = 700;
const ANSWER_MS = 700;
/** From the last piece to the last line: what a slow printer still has to print then. */
const THROUGH_MS = 8000;
/** DLE EOT 4: the paper, at once. GS r 1: the paper, when all before it is printed. */
const ASK_PAPER = new Uint8Array([0x10, 0x04, 0x04]);
const ASK_THROUGH = new Uint8Array([0x1d, 0x72, 0x01]);
const OUT_AT_ONCE = 0x60;
const OUT_WHEN_THROUGH = 0x0c;

/** How a printer is found again, and what it is told apart by; tests have clocks and radios of their own. */
export interface Parts {
  readonly device?: Device;
  readonly wait?: (ms: number) => Promise<void>;
}

const known = new Map<string, Device>();
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

/**
 * Let the officer choose a printer; only from a tap. `all` lists every device near, for printers that don't say what they are. Throws NotPrinted:
 * `no_printer` where the phone has no such radio, `not_chosen`, `not_allowed`.
 */
export async function choosePrinter(all = false): Promise<Paired> {
  const phone = radio();
  if (phone === null) throw new NotPrinted("no_printer");
  try {
    const device = await phone.requestDevice(
      all
        ? { acceptAllDevices: true, optionalServices: SERVICES }
        : { filters: SERVICES.map((one) => ({ services: [one] })), optionalServices: SERVICES },
    );
    known.set(device.id, device);
    return { id: device.id, name: device.name ?? "" };
  } catch (refusal) {
    const name = refusal instanceof DOMException ? refusal.name : "";
    throw new NotPrinted(name === "NotFoundError" ? "not_chosen" : "not_allowed");
  }
}

async function found(paired: Paired, parts: Parts): Promise<Device | null> {
  const held = parts.device ?? known.get(paired.id);
  if (held !== undefined) return held;
  const again = (await radio()?.getDevices?.())?.find((one) => one.id === paired.id) ?? null;
  if (again !== null) known.set(again.id, again);
  return again;
}

/** The printer that was chosen. */
export function bluetoothPrinter(paired: Paired, parts: Parts = {}): Printer {
  const wait = parts.wait ?? sleep;
  let printing = false;
  return {
    kind: "bluetooth",
    async ready() {
      if (parts.device === undefined && radio() === null) return "no_printer";
      return (await found(paired, parts)) === null ? "not_paired" : null;
    },
    async print({ bytes, copies }) {
      if (printing) throw new NotPrinted("busy");
      printing = true;
      try {
        const device = await found(paired, parts);
        if (device?.gatt === undefined) throw new NotPrinted("not_paired");
        const line = await connected(device.gatt, wait);
        let said: Outcome = "printed";
        for (let copy = 0; copy < copies; copy += 1) said = await printOnce(line, bytes, wait);
        return said;
      } finally {
        printing = false;
      }
    },
  };
}

interface Line {
  readonly gatt: Gatt;
  readonly write: Characteristic;
  /** The next byte that the printer says, or null after so long. */
  readonly answer: ((ms: number) => Promise<number | null>) | null;
}

/** A line to the printer: tried a few times, since printers sleep and officers walk. */
async function connected(gatt: Gatt, wait: (ms: number) => Promise<void>): Promise<Line> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await lineOf(gatt.connected ? gatt : await gatt.connect(), wait);
    } catch (lost) {
      if (lost instanceof NotPrinted) throw lost;
      if (lost instanceof DOMException && lost.name === "SecurityError") throw new NotPrinted("not_allowed");
      if (attempt === TRIES) throw new NotPrinted("gone");
      await wait(BETWEEN_TRIES_MS);
    }
  }
}

async function lineOf(gatt: Gatt, wait: (ms: number) => Promise<void>): Promise<Line> {
  for (const place of PLACES) {
    const service = await gatt.getPrimaryService(place.service).catch((lacking: unknown) => {
      if (lacking instanceof DOMException && lacking.name === "NotFoundError") return null;
      throw lacking;
    });
    const all = (await service?.getCharacteristics()) ?? [];
    const write = all.find((one) => one.uuid === place.write);
    if (write === undefined) continue;
    const speaks = all.find((one) => one.properties.notify);
    return { gatt, write, answer: speaks ? await listening(speaks, wait) : null };
  }
  throw new NotPrinted("cannot");
}

async function listening(
  speaks: Characteristic,
  wait: (ms: number) => Promise<void>,
): Promise<(ms: number) => Promise<number | null>> {
  let heard: ((byte: number) => void) | null = null;
  speaks.addEventListener("characteristicvaluechanged", () => {
    const { value } = speaks;
    if (value !== undefined && value.byteLength > 0) heard?.(value.getUint8(value.byteLength - 1));
  });
  await speaks.startNotifications();
  return (ms) =>
    Promise.race([
      new Promise<number>((done) => {
        heard = done;
      }),
      wait(ms).then(() => null),
    ]);
}

async function printOnce(line: Line, bytes: Bytes, wait: (ms: number) => Promise<void>): Promise<Outcome> {
  try {
    const before = await ask(line, ASK_PAPER, ANSWER_MS);
    if (before !== null && (before & OUT_AT_ONCE) === OUT_AT_ONCE) throw new NotPrinted("no_paper");
    await send(line.write, bytes, wait);
    if (before === null) return line.gatt.connected ? "sent" : lost();
    const through = await ask(line, ASK_THROUGH, THROUGH_MS);
    if (through === null) {
      const now = await ask(line, ASK_PAPER, ANSWER_MS); // some know only this question
      if (now === null) throw new NotPrinted("no_answer");
      if ((now & OUT_AT_ONCE) === OUT_AT_ONCE) throw new NotPrinted("no_paper");
      return "sent";
    }
    if ((through & OUT_WHEN_THROUGH) === OUT_WHEN_THROUGH) throw new NotPrinted("no_paper");
    return "printed";
  } catch (broken) {
    if (broken instanceof NotPrinted) throw broken;
    return lost();
  }
}

function lost(): never {
  throw new NotPrinted("gone");
}

async function ask(line: Line, question: Uint8Array<ArrayBuffer>, ms: number): Promise<number | null> {
  if (line.answer === null) return null;
  const answer = line.answer(ms);
  await write(line.write, question);
  return answer;
}

/** All the bytes, one piece after the other. The first piece finds out how large they may be: where it is refused, nothing of it was printed. */
async function send(to: Characteristic, bytes: Bytes, wait: (ms: number) => Promise<void>): Promise<void> {
  let size = LARGE;
  let ahead = 0;
  for (let at = 0; at < bytes.length;) {
    const piece = bytes.slice(at, at + size);
    try {
      await write(to, piece);
    } catch (refusal) {
      if (at > 0 || size === SMALL) throw refusal;
      size = SMALL;
      continue;
    }
    at += piece.length;
    ahead += piece.length;
    if (!to.properties.write && ahead >= AHEAD_BYTES) {
      ahead = 0;
      await wait(WAIT_MS);
    }
  }
}

const write = (to: Characteristic, piece: Uint8Array<ArrayBuffer>): Promise<void> =>
  to.properties.write ? to.writeValueWithResponse(piece) : to.writeValueWithoutResponse(piece);
