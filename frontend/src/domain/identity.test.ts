import { describe, expect, it } from "vitest";

import { cases } from "./cases";
import {
  ageOn,
  idNumberFault,
  licenceFault,
  maskLicence,
  maskName,
  maskPhone,
  normaliseId,
  policeNumberOf,
  vinDoubt,
} from "./identity";

interface Case {
  check: string;
  typed: string;
  number: string;
  today: string;
  id_fault: string;
  licence_fault: string;
  doubt: string;
  whose: string;
  of: string;
  text: string;
  masked: string;
}
const table = cases<Case>("identity.json");
const of = (check: string): Case[] => table.filter((one) => one.check === check);

describe("numbers that name people and vehicles", () => {
  it("have cases of every sort", () => {
    expect(new Set(table.map((one) => one.check))).toEqual(
      new Set(["identity", "vin", "police_number", "mask"]),
    );
  });

  it.each(of("identity"))("identity $typed: '$id_fault'", (one) => {
    expect(normaliseId(one.typed)).toBe(one.number);
    expect(idNumberFault(one.number, one.today)).toBe(one.id_fault);
    expect(licenceFault(one.number, one.today)).toBe(one.licence_fault);
  });

  it.each(of("vin"))("VIN $number: '$doubt'", (one) => {
    expect(vinDoubt(one.number)).toBe(one.doubt);
  });

  it.each(of("police_number"))("police number $number: '$whose'", (one) => {
    expect(policeNumberOf(one.number)).toBe(one.whose);
  });

  it.each(of("mask"))("a masked $of: $text", (one) => {
    const mask = { name: maskName, licence: maskLicence, phone: maskPhone }[one.of];
    expect(mask?.(one.text)).toBe(one.masked);
  });

  it("give the age in completed years", () => {
    expect(ageOn("11010519491231002X", "2026-12-30")).toBe(76);
    expect(ageOn("11010519491231002X", "2026-12-31")).toBe(77);
    expect(ageOn("E12345678", "2026-12-31")).toBeNull();
  });
});
