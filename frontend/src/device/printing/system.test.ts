/** The page is as large as its paper. */
import { describe, expect, it } from "vitest";

import { pageOf } from "./system";

describe("a page", () => {
  it("of a roll is as wide as the roll and as long as the slip, with a tail to tear at", () => {
    expect(pageOf("80", 378)).toBe("@page{size:80mm 105mm;margin:0}"); // 378 px at 96 a inch are 100.0 mm
    expect(pageOf("58", 1)).toBe("@page{size:58mm 5mm;margin:0}");
  });

  it("of a sheet is the sheet, however long the slip", () => {
    expect(pageOf("a4", 5000)).toBe("@page{size:A4;margin:15mm}");
  });
});
