/**
 * Where one stands, in words: the nearest named road, its side, the junction and how far from it, or the kilometre post; and the two directions.
 * The sentence becomes part of the record, so it is Chinese whatever language the screen is in.
 */
import { metresBetween, namesAt, roadsAround, type Point, type Road, type RoadMap } from "./roads";
import { showDistance } from "./units";

/** A place seen from its road. */
export interface Spot {
  readonly road: Road;
  /** From the point to the road's line, metres. */
  readonly off_m: number;
  /** Compass side of the line on which the point lies; empty where it lies on it (under 3 m). */
  readonly side: Compass | "";
  readonly junction: { readonly name: string; readonly distance_m: number; readonly towards: Compass } | null;
  /** Kilometre post, where the road has posts. */
  readonly km: number | null;
  /** The two directions of travel along the road here, as the record says them. */
  readonly directions: readonly [string, string];
}

export type Compass =
  "north" | "north_east" | "east" | "south_east" | "south" | "south_west" | "west" | "north_west";

const ROUND: readonly Compass[] = [
  "east",
  "north_east",
  "north",
  "north_west",
  "west",
  "south_west",
  "south",
  "south_east",
];
const WORDS: Readonly<Record<Compass, string>> = {
  north: "北",
  north_east: "东北",
  east: "东",
  south_east: "东南",
  south: "南",
  south_west: "西南",
  west: "西",
  north_west: "西北",
};
const FARTHEST_M = 150;
const FARTHEST_JUNCTION_M = 1000;
const ON_THE_LINE_M = 3;

interface Foot {
  readonly road: Road;
  readonly off_m: number;
  readonly at: Point;
  readonly along_m: number;
  readonly total_m: number;
  readonly bearing_rad: number;
  /** East and north from the line to the point, metres. */
  readonly aside: readonly [number, number];
}

/** The spots nearest to a point, one for each road's name, the nearest first; none within 150 m: an empty list. */
export function spotsNear(map: RoadMap, point: Point, most = 3): Spot[] {
  const feet = roadsAround(map, point)
    .filter((road) => road.name !== "")
    .map((road) => footOn(road, point))
    .filter((foot) => foot.off_m <= FARTHEST_M)
    .sort((a, b) => a.off_m - b.off_m);
  const names = new Set<string>();
  const nearest = feet.filter((foot) => !names.has(foot.road.name) && names.add(foot.road.name));
  return nearest.slice(0, most).map((foot) => spotOf(map, foot));
}

/** The spot on the nearest named road, or null where none is within 150 m. */
export const nearestSpot = (map: RoadMap, point: Point): Spot | null => spotsNear(map, point, 1)[0] ?? null;

/** Names that begin with, or contain, what was typed, for choosing a road from the list where there is no position. */
export function roadsCalled(map: RoadMap, text: string, most = 20): Road[] {
  const wanted = text.trim();
  const byName = new Map<string, Road>();
  for (const road of map.roads) {
    if (road.name !== "" && road.name.includes(wanted) && !byName.has(road.name)) byName.set(road.name, road);
  }
  const begins = (road: Road): number => (road.name.startsWith(wanted) ? 0 : 1);
  return [...byName.values()]
    .sort((a, b) => begins(a) - begins(b) || (a.name < b.name ? -1 : 1))
    .slice(0, most);
}

/** The sentence of a place: `人民路北侧，建设路口往东 30 米`, `G1523 甬莞高速 K45+300`. */
export function placeText(spot: Spot): string {
  const side = spot.side === "" ? "" : `${WORDS[spot.side]}侧`;
  if (spot.km !== null) return `${spot.road.name}${side} ${showPost(spot.km)}`;
  if (spot.junction === null) return `${spot.road.name}${side}`;
  const { name, distance_m: far_m, towards } = spot.junction;
  const junction = /[路街道]$/.test(name) ? `${name}口` : `${name}路口`;
  if (far_m < 10) return `${spot.road.name}${side}，${junction}`;
  return `${spot.road.name}${side}，${junction}往${WORDS[towards]} ${showDistance(far_m)}`;
}

function spotOf(map: RoadMap, foot: Foot): Spot {
  const km = foot.road.km_from === null ? null : foot.road.km_from + foot.along_m / 1000;
  return {
    road: foot.road,
    off_m: foot.off_m,
    side: foot.off_m < ON_THE_LINE_M ? "" : across(foot),
    junction: junctionNear(map, foot),
    km,
    directions: directionsOf(foot.bearing_rad),
  };
}

/** The side is said across the road: north or south of one that runs east and west. */
function across(foot: Foot): Compass {
  const [east, north] = foot.aside;
  return compass(Math.atan2(north, east), 4);
}

function junctionNear(map: RoadMap, foot: Foot): Spot["junction"] {
  const ends: readonly [Point | undefined, number][] = [
    [foot.road.line[0], foot.along_m],
    [foot.road.line[foot.road.line.length - 1], foot.total_m - foot.along_m],
  ];
  const found = ends
    .flatMap(([end, far_m]) => {
      const name = end && [...namesAt(map, end)].filter((one) => one !== foot.road.name).sort()[0];
      return end && name !== undefined && far_m <= FARTHEST_JUNCTION_M ? [{ end, name, far_m }] : [];
    })
    .sort((a, b) => a.far_m - b.far_m)[0];
  if (found === undefined) return null;
  const [east, north] = metresBetween(found.end, foot.at);
  return { name: found.name, distance_m: found.far_m, towards: compass(Math.atan2(north, east), 8) };
}

/** `由东向西` and back, or `由南向北` and back, by how the road runs here. */
function directionsOf(bearing_rad: number): readonly [string, string] {
  const isEastWest = Math.abs(Math.cos(bearing_rad)) >= Math.abs(Math.sin(bearing_rad));
  return isEastWest ? ["由东向西", "由西向东"] : ["由南向北", "由北向南"];
}

function compass(angle_rad: number, points: 4 | 8): Compass {
  const step = ROUND.length / points;
  const at = Math.round((angle_rad / (2 * Math.PI)) * points) * step;
  return ROUND[(at + ROUND.length) % ROUND.length] ?? "north";
}

function footOn(road: Road, point: Point): Foot {
  let best: Foot | null = null;
  let total_m = 0;
  for (let at = 1; at < road.line.length; at++) {
    const [from, to] = [road.line[at - 1] as Point, road.line[at] as Point];
    const [dx, dy] = metresBetween(from, to);
    const [px, py] = metresBetween(from, point);
    const length_m = Math.hypot(dx, dy);
    const share = length_m === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length_m ** 2));
    const aside: readonly [number, number] = [px - dx * share, py - dy * share];
    const off_m = Math.hypot(...aside);
    if (best === null || off_m < best.off_m) {
      const foot: Point = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share];
      best = {
        road,
        off_m,
        at: foot,
        along_m: total_m + length_m * share,
        total_m: 0,
        bearing_rad: Math.atan2(dy, dx),
        aside,
      };
    }
    total_m += length_m;
  }
  if (best === null)
    return { road, off_m: Infinity, at: point, along_m: 0, total_m, bearing_rad: 0, aside: [0, 0] };
  return { ...best, total_m };
}

function showPost(km: number): string {
  const metres = Math.round(km * 1000);
  return `K${Math.floor(metres / 1000)}+${String(metres % 1000).padStart(3, "0")}`;
}
