/** The pack unpacked: roads that are searched, water that is only drawn. */
import { describe, expect, it } from "vitest";

import { unpackRoads } from "./roads";

const road = {
  id: 1,
  name: "人民路",
  class: "arterial",
  km_from: null,
  line: [11905000, 2910000, 1000, 0],
} as const;

describe("a roads pack", () => {
  it("gives the shores as closed rings of degrees", () => {
    const { water } = unpackRoads({
      digest: "",
      roads: [],
      water: [[11905000, 2910000, 100, 0, 0, 100, -100, -100]],
    });

    expect(water).toEqual([
      [
        [119.05, 29.1],
        [119.051, 29.1],
        [119.051, 29.101],
        [119.05, 29.1],
      ],
    ]);
  });

  it("without water, as older packs on a handheld are, still draws its roads", () => {
    const map = unpackRoads({ digest: "", roads: [road] });

    expect(map.water).toEqual([]);
    expect(map.roads[0]?.line).toEqual([
      [119.05, 29.1],
      [119.06, 29.1],
    ]);
  });
});
