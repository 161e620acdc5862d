// @vitest-environment happy-dom
/** The page is as large as its paper, and nothing of it is left on the screen. */
import { afterEach, describe, expect, it, vi } from "vitest";

import type { Bytes } from "../../domain/bytes";
import { NotPrinted, type Job } from "./port";
import { pageOf, systemPrinter } from "./system";

afterEach(() => {
  vi.useRealTimers();
});

describe("the system's dialogue", () => {
  const job = (copies = 1): Job => ({
    bytes: new Uint8Array() as Bytes,
    copies,
    roll_mm: 58,
    sheet: () => Object.assign(document.createElement("article"), { textContent: "告知单" }),
  });

  it("gets the paper alone, once a copy, and leaves nothing on the screen", async () => {
    const shown: string[] = [];
    window.print = () => {
      shown.push(document.querySelector("[data-printing]")?.textContent ?? "");
      dispatchEvent(new Event("beforeprint"));
      setTimeout(() => dispatchEvent(new Event("afterprint")), 0);
    };

    expect(await systemPrinter.print(job(2))).toBe("handed_over");

    expect(shown).toEqual(["告知单", "告知单"]);
    expect([document.body.children.length, document.adoptedStyleSheets.length]).toEqual([0, 0]);
  });

  it("that never opens is no printer, and leaves nothing either", async () => {
    vi.useFakeTimers();
    window.print = () => undefined;

    const printing = systemPrinter.print(job()).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5000);

    expect(await printing).toEqual(new NotPrinted("no_printer"));
    expect([document.body.children.length, document.adoptedStyleSheets.length]).toEqual([0, 0]);
  });

  it("that stays open is waited for", async () => {
    vi.useFakeTimers();
    window.print = () => dispatchEvent(new Event("beforeprint"));
    let done = false;

    const printing = systemPrinter.print(job()).then(() => (done = true));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(done).toBe(false);
    dispatchEvent(new Event("afterprint"));
    await printing;
  });
});

describe("a page", () => {
  it("of a roll is as wide as the roll and as long as the slip, with a tail to tear at", () => {
    expect(pageOf("80", 378)).toBe("@page{size:80mm 105mm;margin:0}"); // 378 px at 96 a inch are 100.0 mm
    expect(pageOf("58", 1)).toBe("@page{size:58mm 5mm;margin:0}");
  });

  it("of a sheet is the sheet, however long the slip", () => {
    expect(pageOf("a4", 5000)).toBe("@page{size:A4;margin:15mm}");
  });
});
