// @vitest-environment happy-dom
/** A paper is said to be printed when it was, and never else: a printer that sleeps, walks away, runs out of paper or says nothing of itself. */
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Bytes } from "../../domain/bytes";
import { bluetoothPrinter, choosePrinter } from "./bluetooth";
import { bridgePrinter } from "./bridge";
import { PLACES, type Characteristic, type Device, type Gatt } from "./gatt";
import { NotPrinted, screenPrinter, type Job, type Printer, type Trouble } from "./port";

const BYTES: Bytes = new Uint8Array(Array.from({ length: 5000 }, (_, at) => 0x21 + (at % 90)));
const job = (copies = 1): Job => ({
  bytes: BYTES,
  copies,
  roll_mm: 58,
  sheet: () => document.createElement("article"),
});
const NAME = { id: "p1", name: "MTP-II" };
const at = (place: number) => PLACES[place] ?? { service: "", write: "" };
const why = async (
  printer: Printer,
  copies = 1,
): Promise<Trouble | "printed" | "sent" | "handed_over" | "shown"> => {
  try {
    return await printer.print(job(copies));
  } catch (error) {
    if (error instanceof NotPrinted) return error.why;
    throw error;
  }
};

/** A thermal printer with a radio: what it took, and how it behaves. */
class Thermal extends EventTarget implements Gatt {
  connected = false;
  took: number[] = [];
  pieces: number[] = [];
  connects = 0;
  waited: number[] = [];
  constructor(
    readonly way: {
      readonly place?: number;
      /** The largest piece that it takes. */
      readonly most?: number;
      /** It confirms each piece. */
      readonly confirms?: boolean;
      /** Goes away after so many bytes, once. */
      goesAfter?: number;
      /** So many connections fail before one holds. */
      sleeps?: number;
      /** What it answers: to the paper at once, to being through; none where it is dumb. */
      readonly paper?: () => number | null;
      readonly through?: () => number | null;
      readonly silent?: boolean;
    } = {},
  ) {
    super();
  }
  readonly speaks = Object.assign(new EventTarget(), {
    uuid: "speaks",
    properties: { write: false, writeWithoutResponse: false, notify: true },
    value: undefined as DataView | undefined,
    startNotifications: () => Promise.resolve(),
  });
  private say(byte: number | null | undefined): void {
    if (byte === null || byte === undefined) return;
    this.speaks.value = new DataView(new Uint8Array([byte]).buffer);
    this.speaks.dispatchEvent(new Event("characteristicvaluechanged"));
  }
  private take(value: BufferSource): Promise<void> {
    const bytes = new Uint8Array(value as ArrayBuffer);
    if (!this.connected) return Promise.reject(new DOMException("gone", "NetworkError"));
    if (bytes.length > (this.way.most ?? 512))
      return Promise.reject(new DOMException("too long", "NotSupportedError"));
    const asked = [...bytes].join();
    if (asked === "16,4,4") {
      queueMicrotask(() => this.say(this.way.paper?.()));
      return Promise.resolve();
    }
    if (asked === "29,114,1") {
      queueMicrotask(() => this.say(this.way.through?.()));
      return Promise.resolve();
    }
    if (this.way.goesAfter !== undefined && this.took.length + bytes.length > this.way.goesAfter) {
      delete this.way.goesAfter;
      this.connected = false;
      return Promise.reject(new DOMException("gone", "NetworkError"));
    }
    this.pieces.push(bytes.length);
    this.took.push(...bytes);
    return Promise.resolve();
  }
  connect(): Promise<Gatt> {
    this.connects += 1;
    if ((this.way.sleeps ?? 0) >= this.connects)
      return Promise.reject(new DOMException("asleep", "NetworkError"));
    this.connected = true;
    return Promise.resolve(this);
  }
  disconnect(): void {
    this.connected = false;
  }
  getPrimaryService(uuid: string) {
    const place = at(this.way.place ?? 0);
    if (uuid !== place.service) return Promise.reject(new DOMException("no such service", "NotFoundError"));
    const confirms = this.way.confirms ?? true;
    const write = Object.assign(new EventTarget(), {
      uuid: place.write,
      properties: { write: confirms, writeWithoutResponse: true, notify: false },
      writeValueWithResponse: (value: BufferSource) => this.take(value),
      writeValueWithoutResponse: (value: BufferSource) => this.take(value),
      startNotifications: () => Promise.resolve(),
    });
    const all = this.way.silent ? [write] : [this.speaks as unknown as Characteristic, write];
    return Promise.resolve({ getCharacteristics: () => Promise.resolve(all as readonly Characteristic[]) });
  }
  printer(): Printer {
    const device = Object.assign(new EventTarget(), { ...NAME, gatt: this as Gatt }) satisfies Device;
    return bluetoothPrinter(NAME, {
      device,
      wait: (ms) => {
        this.waited.push(ms);
        return new Promise((done) => setTimeout(done, 0));
      },
    });
  }
}
const fine = { paper: () => 0x12, through: () => 0x00 };

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("a Bluetooth printer", () => {
  it.each(PLACES.map((place, number) => [place.service, number] as const))(
    "is written to where it listens: %s",
    async (_, place) => {
      const thermal = new Thermal({ ...fine, place });

      expect(await why(thermal.printer())).toBe("printed");
      expect(thermal.took).toEqual([...BYTES]);
    },
  );

  it("has each copy whole", async () => {
    const thermal = new Thermal(fine);

    expect(await why(thermal.printer(), 2)).toBe("printed");
    expect(thermal.took).toEqual([...BYTES, ...BYTES]);
  });

  it("that takes small pieces only has all of it in small pieces", async () => {
    const thermal = new Thermal({ ...fine, most: 20 });

    expect(await why(thermal.printer())).toBe("printed");
    expect(thermal.took).toEqual([...BYTES]);
    expect(Math.max(...thermal.pieces)).toBe(20);
  });

  it("that confirms nothing is waited for, and is believed no further than it went", async () => {
    const thermal = new Thermal({ silent: true, confirms: false });

    expect(await why(thermal.printer())).toBe("sent");
    expect(thermal.took).toEqual([...BYTES]);
    expect(thermal.waited.length).toBeGreaterThan(5);
  });

  it("that goes away in the middle has printed nothing, and all of it at the next try", async () => {
    const thermal = new Thermal({ ...fine, goesAfter: 2000 });
    const printer = thermal.printer();

    expect(await why(printer)).toBe("gone");
    expect(thermal.took.length).toBeLessThan(2001);
    thermal.took = [];
    expect(await why(printer)).toBe("printed");
    expect(thermal.took).toEqual([...BYTES]);
    expect(thermal.connects).toBe(2);
  });

  it("that goes away at any piece of the way is never said to have printed", async () => {
    for (let goesAfter = 0; goesAfter < BYTES.length; goesAfter += 180)
      for (const silent of [true, false])
        expect(await why(new Thermal({ ...fine, silent, goesAfter }).printer())).toBe("gone");
  });

  it("that goes away after its last piece is not said to have printed", async () => {
    const thermal: Thermal = new Thermal({
      paper: () => 0x12,
      through: () => {
        thermal.disconnect();
        return null;
      },
    });

    expect(await why(thermal.printer())).toBe("gone");
  });

  it("that sleeps is called three times", async () => {
    expect(await why(new Thermal({ ...fine, sleeps: 2 }).printer())).toBe("printed");

    const off = new Thermal({ ...fine, sleeps: 9 });
    expect(await why(off.printer())).toBe("gone");
    expect(off.connects).toBe(3);
  });

  it("without paper has nothing sent to it", async () => {
    const thermal = new Thermal({ ...fine, paper: () => 0x7e });

    expect(await why(thermal.printer())).toBe("no_paper");
    expect(thermal.took).toEqual([]);
  });

  it("that runs out of paper on the way has not printed", async () => {
    expect(await why(new Thermal({ ...fine, through: () => 0x0c }).printer())).toBe("no_paper");
    const answers = [0x12, 0x72];
    const stuck = new Thermal({ paper: () => answers.shift() ?? null, through: () => null });
    expect(await why(stuck.printer())).toBe("no_paper");
  });

  it("that answered before and doesn't any more is asked after, not believed", async () => {
    const answers = [0x12];
    const dumb = new Thermal({ paper: () => answers.shift() ?? null, through: () => null });

    expect(await why(dumb.printer())).toBe("no_answer");
    expect(await why(new Thermal({ paper: () => 0x12, through: () => null }).printer())).toBe("sent");
  });

  it("that is no printer is said to be none", async () => {
    expect(await why(new Thermal({ ...fine, place: 99 }).printer())).toBe("cannot");
  });

  it("prints one paper at a time", async () => {
    const printer = new Thermal(fine).printer();

    const both = await Promise.all([why(printer), why(printer)]);

    expect(both).toEqual(["printed", "busy"]);
  });
});

describe("choosing a Bluetooth printer", () => {
  const radio = (answer: () => Promise<unknown>, getDevices?: () => Promise<unknown>) => {
    const requestDevice = vi.fn(answer);
    vi.stubGlobal("navigator", { bluetooth: { requestDevice, ...(getDevices && { getDevices }) } });
    return requestDevice;
  };
  const refusal = (name: string) => () => Promise.reject(new DOMException("", name));

  it("asks the phone for what printers are near, or for everything, and may write to all their services", async () => {
    const asked = radio(() => Promise.resolve({ id: "x", name: "PT-210" }));

    expect(await choosePrinter()).toEqual({ id: "x", name: "PT-210" });
    await choosePrinter(true);

    const [first, second] = asked.mock.calls.map((call) => (call as unknown[])[0]) as {
      filters?: unknown[];
      acceptAllDevices?: boolean;
      optionalServices: string[];
    }[];
    expect(first?.filters).toHaveLength(PLACES.length);
    expect(second?.acceptAllDevices).toBe(true);
    expect([first?.optionalServices.length, second?.optionalServices.length]).toEqual([
      PLACES.length,
      PLACES.length,
    ]);
  });

  it("says by its own word what stood against it", async () => {
    const said = async (): Promise<unknown> => choosePrinter().catch((error: NotPrinted) => error.why);

    radio(refusal("NotFoundError"));
    expect(await said()).toBe("not_chosen");
    radio(refusal("SecurityError"));
    expect(await said()).toBe("not_allowed");
    vi.stubGlobal("navigator", {});
    expect(await said()).toBe("no_printer");
    expect(await bluetoothPrinter(NAME).ready()).toBe("no_printer");
  });

  it("is wanted again where the browser has forgotten the printer, and not where it remembers it", async () => {
    radio(refusal("NotFoundError"));
    expect(await bluetoothPrinter({ id: "forgotten", name: "" }).ready()).toBe("not_paired");
    expect(await why(bluetoothPrinter({ id: "forgotten", name: "" }))).toBe("not_paired");

    radio(refusal("NotFoundError"), () => Promise.resolve([{ id: "kept", name: "" }]));
    expect(await bluetoothPrinter({ id: "kept", name: "" }).ready()).toBeNull();
  });
});

describe("a built-in printer", () => {
  it.each([
    [200, "", "printed"],
    [202, "", "sent"],
    [409, "no_paper", "no_paper"],
    [503, "busy", "busy"],
    [403, "", "not_allowed"],
    [500, "whatever", "cannot"],
  ] as const)("that answers %i %s: %s", async (status, word, outcome) => {
    const took: Bytes[] = [];
    const printer = bridgePrinter((bytes) => {
      took.push(bytes);
      return Promise.resolve({ status, why: word });
    });

    expect(await printer.ready()).toBeNull();
    expect(await why(printer)).toBe(outcome);
    expect(took).toEqual([BYTES]);
  });

  it("whose service doesn't run is gone; where there is none, there is no such printer", async () => {
    expect(await why(bridgePrinter(() => Promise.reject(new TypeError("refused"))))).toBe("gone");
    expect(await bridgePrinter(null).ready()).toBe("no_printer");
    expect(await why(bridgePrinter(null))).toBe("no_printer");
  });
});

describe("without a printer", () => {
  it("the paper is shown, and not said to be printed", async () => {
    expect(await screenPrinter.ready()).toBeNull();
    expect(await why(screenPrinter)).toBe("shown");
  });
});
