// @vitest-environment happy-dom
/** What stands on the plate screen before the first key. */
import { beforeEach, expect, it } from "vitest";

import { homePlate, learnRegion } from "./home-plate";
import { setPrefs } from "./prefs";

const WEN = { unit_code: "330900010100", home_plate: "浙M" };

beforeEach(() => setPrefs({ regions: {} }));

it("is the city's own province and letter, before anything was typed", () => {
  expect(homePlate(WEN)).toBe("浙M");
});

it("is what is typed most here, also where the server says otherwise", () => {
  for (const plate of ["苏E8Q335", "苏E12345", "浙M5K082"]) learnRegion(plate);

  expect(homePlate(WEN)).toBe("苏E");
});

it("is at least the province of the unit, where an earlier build signed in", () => {
  expect(homePlate({ ...WEN, home_plate: "" })).toBe("浙");
  expect(homePlate(null)).toBe("");
});
