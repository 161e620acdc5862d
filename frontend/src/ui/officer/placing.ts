/** Step 5 of a violation: where. The sentence comes first and can always be typed; a position and a road make it better. */
import { computed } from "vue";

import { nearestSpot, placeText, roadsCalled, spotsNear } from "@/domain/nearest";
import type { Place } from "@/domain/record";
import { distance_m, type Road } from "@/domain/roads";
import { change, draft } from "./draft";
import { freshPlace, handheld } from "./handheld";
import { measurePlace } from "./position";
import { works } from "./works";

const METRES_PER_DEG = 111_195;

/** The two directions of the road at the place; none where no road is near. */
export const directions = computed<readonly string[]>(() => {
  const place = draft.value?.place;
  if (!place || handheld.roads === null) return [];
  return nearestSpot(handheld.roads, [place.lon, place.lat])?.directions ?? [];
});

/** Take the position that the handheld has, or measure one; false where there is none. */
export async function takePosition(again = false): Promise<boolean> {
  const place = (again ? null : freshPlace()) ?? (await measurePlace());
  if (place === null) return false;
  await put(place);
  return true;
}

/** Move the place by so many metres. It is then the officer's word, not a measurement. */
export async function moved(east_m: number, north_m: number): Promise<void> {
  const place = draft.value?.place;
  if (!place) return;
  const lat = place.lat + north_m / METRES_PER_DEG;
  const lon = place.lon + east_m / (METRES_PER_DEG * Math.cos((lat * Math.PI) / 180));
  await put({ ...place, lat, lon, source: "moved", at: new Date(works().now()).toISOString() });
}

/** Roads to choose from: what was searched for, or those nearby. */
export function nearestRoads(
  text: string,
): readonly { readonly id: Road["id"]; readonly name: string; readonly distance_m: number | null }[] {
  const { roads } = handheld;
  if (roads === null) return [];
  if (text.trim() !== "")
    return roadsCalled(roads, text).map(({ id, name }) => ({ id, name, distance_m: null }));
  const place = draft.value?.place ?? freshPlace();
  if (place === null) return roadsCalled(roads, "").map(({ id, name }) => ({ id, name, distance_m: null }));
  return spotsNear(roads, [place.lon, place.lat], 6).map(({ road, off_m }) => ({
    id: road.id,
    name: road.name,
    distance_m: off_m,
  }));
}

/** The officer names the road. Near the measured place the sentence keeps its junction; else the road's name is all that is known. */
export async function placeFromRoad(id: Road["id"]): Promise<void> {
  const { roads } = handheld;
  const road = roads?.roads.find((one) => one.id === id);
  if (roads === null || road === undefined) return;
  const place = draft.value?.place ?? null;
  const spot =
    place && spotsNear(roads, [place.lon, place.lat], 6).find((one) => one.road.name === road.name);
  if (spot) return change({ road: spot.road.id, place_text: placeText(spot), direction: "" });
  const middle = road.line[Math.floor(road.line.length / 2)];
  const listed: Place | null = middle
    ? {
        lat: middle[1],
        lon: middle[0],
        acc_m: Math.max(50, lengthOf(road) / 2),
        source: "road_list",
        at: new Date(works().now()).toISOString(),
        crs: "wgs84",
      }
    : null;
  await change({ road: road.id, place_text: road.name, direction: "", place: place ?? listed });
}

export const setPlaceText = (place_text: string): Promise<void> => change({ place_text });
export const setDirection = (direction: string): Promise<void> => change({ direction });

async function put(place: Place): Promise<void> {
  const spot = handheld.roads && nearestSpot(handheld.roads, [place.lon, place.lat]);
  const keeps = spot !== null && spot.directions.includes(draft.value?.direction ?? "");
  const words = spot === null ? {} : { road: spot.road.id, place_text: placeText(spot) };
  await change({ place, ...words, ...(keeps ? {} : { direction: "" }) });
}

const lengthOf = (road: Road): number =>
  road.line.reduce(
    (sum, point, at) => sum + (at === 0 ? 0 : distance_m(road.line[at - 1] ?? point, point)),
    0,
  );
