import { describe, expect, it } from "vitest";

import { nearestSpot, placeText, roadsCalled, spotsNear } from "./nearest";
import { distance_m, roadsAround, unpackRoads, type PackedRoad, type Point } from "./roads";

// A crossing at 120.0 E, 30.0 N: 人民路 runs east, 建设路 runs north; one degree of longitude here is 96.3 km.
const packed = (
  id: number,
  name: string,
  points: readonly [number, number][],
  km_from: number | null = null,
): PackedRoad => {
  let [x, y] = [0, 0];
  const line = points.flatMap(([lon, lat]) => {
    const [nx, ny] = [Math.round(lon * 1e5), Math.round(lat * 1e5)];
    const step = [nx - x, ny - y];
    [x, y] = [nx, ny];
    return step;
  });
  return { id, name, class: "arterial", km_from, line };
};
const map = unpackRoads({
  digest: "d",
  roads: [
    packed(1, "人民路", [
      [120, 30],
      [120.005, 30],
      [120.01, 30],
    ]),
    packed(2, "人民路", [
      [119.99, 30],
      [120, 30],
    ]),
    packed(3, "建设路", [
      [120, 30],
      [120, 30.01],
    ]),
    packed(
      4,
      "甬莞高速",
      [
        [120.02, 30],
        [120.02, 30.02],
      ],
      45,
    ),
    packed(5, "", [
      [120.001, 30.0001],
      [120.002, 30.0001],
    ]),
  ],
});
const east = (metres: number): number => 120 + metres / (111_195 * Math.cos((30 * Math.PI) / 180));
const north = (metres: number): number => 30 + metres / 111_195;
const at = (e: number, n: number): Point => [east(e), north(n)];

describe("the nearest road", () => {
  it("says the side, the junction, how far and which way", () => {
    const spot = nearestSpot(map, at(30, 6));

    expect(spot?.road.name).toBe("人民路");
    expect(spot?.off_m).toBeCloseTo(6, 0);
    expect(spot && placeText(spot)).toBe("人民路北侧，建设路口往东 30 米");
    expect(spot?.directions).toEqual(["由东向西", "由西向东"]);
  });

  it.each([
    [at(-40, -8), "人民路南侧，建设路口往西 40 米"],
    [at(5, 60), "建设路东侧，人民路口往北 60 米"],
    [at(60, 1), "人民路，建设路口往东 60 米"],
    [at(5, 4), "建设路"],
  ])("of %j is %s", (point, text) => {
    const spot = nearestSpot(map, point);
    if (text === "建设路") expect(spot && placeText(spot)).toMatch(/路口$/);
    else expect(spot && placeText(spot)).toBe(text);
  });

  it("of a road with posts says the post", () => {
    const spot = nearestSpot(map, [120.02, north(300)]);
    expect(spot && placeText(spot)).toBe("甬莞高速 K45+300");
    expect(spot?.directions).toEqual(["由南向北", "由北向南"]);
  });

  it("is none beyond 150 metres, and a road without a name is never it", () => {
    expect(nearestSpot(map, at(600, 160))).toBeNull();
    expect(nearestSpot(map, at(150, 11))?.road.name).toBe("人民路");
  });

  it("offers each name once, the nearest first", () => {
    expect(spotsNear(map, at(20, 15)).map((spot) => spot.road.name)).toEqual(["人民路", "建设路"]);
  });

  it("is the nearest of all, wherever one stands", () => {
    for (let e = -300; e <= 900; e += 37) {
      for (let n = -140; n <= 140; n += 23) {
        const spot = nearestSpot(map, at(e, n));
        const least = Math.min(
          ...map.roads.filter((one) => one.name !== "").map((road) => plainDistance(road.line, at(e, n))),
        );
        if (least < 149) expect(spot?.off_m).toBeCloseTo(least, 0);
      }
    }
  });

  it("can be chosen by its name where there is no position", () => {
    expect(roadsCalled(map, "路").map((road) => road.name)).toEqual(["人民路", "建设路"]);
    expect(roadsCalled(map, "建设")).toHaveLength(1);
    expect(roadsCalled(map, "长安街")).toEqual([]);
  });

  it("of 20,000 is found by looking at few", () => {
    const many = Array.from({ length: 20_000 }, (_, id) => {
      const [x, y] = [120 + (id % 200) * 0.001, 30 + Math.floor(id / 200) * 0.002];
      return packed(id, `路${id}`, [
        [x, y],
        [x + 0.001, y],
        [x + 0.001, y + 0.001],
      ]);
    });
    const city = unpackRoads({ digest: "c", roads: many });
    const around = roadsAround(city, [120.1, 30.1]);

    expect(around.length).toBeGreaterThan(3);
    expect(around.length).toBeLessThan(60);
  });
});

/** Distance to a line by looking at many points of it: slow, and nothing like what is tested. */
function plainDistance(line: readonly Point[], point: Point): number {
  let least = Infinity;
  line.forEach((to, each) => {
    const from = line[each - 1] ?? to;
    for (let step = 0; step <= 400; step++) {
      const on: Point = [
        from[0] + ((to[0] - from[0]) * step) / 400,
        from[1] + ((to[1] - from[1]) * step) / 400,
      ];
      least = Math.min(least, distance_m(on, point));
    }
  });
  return least;
}
