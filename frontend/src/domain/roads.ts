/** The roads pack on the handheld, unpacked, and a grid over it so that the nearest road is found among few. WGS-84 throughout. */

/** What sort of road it is: the classes of the import (field/targeting/road_rows.py), the widest first. */
export type RoadClass =
  "expressway" | "urban_expressway" | "arterial" | "secondary" | "street" | "unknown" | "lane";

/** One road segment as it lies in the pack: first lon and lat, then differences, all times 100,000 and whole. */
export interface PackedRoad {
  readonly id: number;
  readonly name: string;
  readonly class: RoadClass;
  readonly km_from: number | null;
  readonly line: readonly number[];
}

export interface RoadPack {
  readonly digest: string;
  readonly roads: readonly PackedRoad[];
  /** Shores of rivers and lakes, coded like the lines; a network without water has none. */
  readonly water?: readonly (readonly number[])[];
}

/** Longitude and latitude in degrees. */
export type Point = readonly [number, number];

/** One segment between junctions. */
export interface Road {
  readonly id: number;
  readonly name: string;
  readonly class: RoadClass;
  readonly km_from: number | null;
  readonly line: readonly Point[];
}

/** All roads, by cells of the grid, and the names that meet at each end. */
export interface RoadMap {
  readonly roads: readonly Road[];
  readonly cells: ReadonlyMap<string, readonly Road[]>;
  readonly junctions: ReadonlyMap<string, ReadonlySet<string>>;
  /** Closed shores, to draw behind the roads. */
  readonly water: readonly (readonly Point[])[];
}

const SCALE = 100_000;
/** About 200 m: a look-up touches nine cells. */
const CELL_DEG = 0.002;
const METRES_PER_DEG = 111_195;

/** Unpack the roads and lay the grid. */
export function unpackRoads(pack: RoadPack): RoadMap {
  const roads = pack.roads.map(unpack).filter((road) => road.line.length > 1);
  const cells = new Map<string, Road[]>();
  const junctions = new Map<string, Set<string>>();
  for (const road of roads) {
    for (const key of cellsOf(road)) put(cells, key, road);
    if (road.name === "") continue;
    for (const end of [road.line[0], road.line[road.line.length - 1]]) {
      if (end === undefined) continue;
      const names = junctions.get(junctionKey(end)) ?? new Set<string>();
      junctions.set(junctionKey(end), names.add(road.name));
    }
  }
  return { roads, cells, junctions, water: (pack.water ?? []).map(points) };
}

/** Roads in the cells around a point: all that could be within 200 m, and some farther ones. */
export function roadsAround(map: RoadMap, [lon, lat]: Point): Road[] {
  const [column, row] = [Math.floor(lon / CELL_DEG), Math.floor(lat / CELL_DEG)];
  const found = new Set<Road>();
  for (let dx = -1; dx <= 1; dx++) {
    for (let dy = -1; dy <= 1; dy++)
      for (const road of map.cells.get(`${column + dx},${row + dy}`) ?? []) found.add(road);
  }
  return [...found];
}

/** Names of the roads that meet at the end of a segment. */
export const namesAt = (map: RoadMap, end: Point): ReadonlySet<string> =>
  map.junctions.get(junctionKey(end)) ?? new Set();

/** East and north in metres from one point to another; true to a few parts in 10,000 within a city. */
export function metresBetween(from: Point, to: Point): readonly [number, number] {
  const east = (to[0] - from[0]) * METRES_PER_DEG * Math.cos((((from[1] + to[1]) / 2) * Math.PI) / 180);
  return [east, (to[1] - from[1]) * METRES_PER_DEG];
}

/** Distance in metres. */
export function distance_m(from: Point, to: Point): number {
  const [east, north] = metresBetween(from, to);
  return Math.hypot(east, north);
}

function unpack({ id, name, class: kind, km_from, line }: PackedRoad): Road {
  return { id, name, class: kind, km_from, line: points(line) };
}

/** A point and then steps, in whole 1/100,000 degrees, as points. */
function points(coded: readonly number[]): Point[] {
  const line: Point[] = [];
  let [lon, lat] = [0, 0];
  for (let at = 0; at + 1 < coded.length; at += 2) {
    lon += coded[at] ?? 0;
    lat += coded[at + 1] ?? 0;
    line.push([lon / SCALE, lat / SCALE]);
  }
  return line;
}

function cellsOf(road: Road): Set<string> {
  const keys = new Set<string>();
  road.line.forEach((to, at) => {
    const from = road.line[at - 1] ?? to;
    const steps =
      Math.ceil(Math.max(Math.abs(to[0] - from[0]), Math.abs(to[1] - from[1])) / (CELL_DEG / 2)) || 1;
    for (let step = 0; step <= steps; step++) {
      const [lon, lat] = [
        from[0] + ((to[0] - from[0]) * step) / steps,
        from[1] + ((to[1] - from[1]) * step) / steps,
      ];
      keys.add(`${Math.floor(lon / CELL_DEG)},${Math.floor(lat / CELL_DEG)}`);
    }
  });
  return keys;
}

const junctionKey = ([lon, lat]: Point): string => `${Math.round(lon * SCALE)},${Math.round(lat * SCALE)}`;

function put(cells: Map<string, Road[]>, key: string, road: Road): void {
  const there = cells.get(key);
  if (there === undefined) cells.set(key, [road]);
  else there.push(road);
}
