/** The scale line of the map. */
import { expect, it } from "vitest";

import { scaleWithin } from "./scale";

it("is the longest round length that fits, drawn as long as it is", () => {
  expect(scaleWithin(140, 140)).toEqual({ metres: 100, px: 100 });
  expect(scaleWithin(61, 122)).toEqual({ metres: 50, px: 100 });
  expect(scaleWithin(1000, 140)).toEqual({ metres: 1000, px: 140 });
  expect(scaleWithin(3999, 140)).toEqual({ metres: 3000, px: 105 });
});

it("is not drawn before the map has a size", () => {
  expect(scaleWithin(0, 140)).toBeNull();
  expect(scaleWithin(Number.NaN, 140)).toBeNull();
});
