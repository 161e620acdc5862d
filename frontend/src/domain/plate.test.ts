import { describe, expect, it } from "vitest";

import { cases } from "./cases";
import {
  displayPlate,
  kindsOf,
  maskPlate,
  normalisePlate,
  PLATE_TYPES,
  plateFault,
  regionOf,
  typesOf,
} from "./plate";

type Case =
  | {
      check: "number";
      typed: string;
      number: string;
      kinds: string[];
      types: string[];
      display: string;
      mask: string;
      region: string;
    }
  | { check: "fault"; number: string; type: string; fault: string };

describe("a number plate", () => {
  const table = cases<Case>("plates.json");
  const numbers = table.filter((one) => one.check === "number");
  const faults = table.filter((one) => one.check === "fault");

  it("has cases of both sorts", () => {
    expect([numbers.length > 20, faults.length > 10]).toEqual([true, true]);
  });

  it.each(numbers)("$typed is read, shown and masked as in Python", (one) => {
    if (one.check !== "number") return;
    const number = normalisePlate(one.typed);

    expect(number).toBe(one.number);
    expect(kindsOf(number)).toEqual(one.kinds);
    expect(typesOf(number)).toEqual(one.types);
    expect(displayPlate(number)).toBe(one.display);
    expect(maskPlate(number)).toBe(one.mask);
    expect(regionOf(number)).toBe(one.region);
  });

  it.each(faults)("$number under $type: '$fault'", (one) => {
    if (one.check !== "fault") return;
    expect(plateFault(one.number, one.type)).toBe(one.fault);
  });

  it("stands under types of the national dictionary only", () => {
    const all = numbers.flatMap((one) => (one.check === "number" ? one.types : []));
    expect(all.filter((type) => !(type in PLATE_TYPES))).toEqual([]);
  });
});
