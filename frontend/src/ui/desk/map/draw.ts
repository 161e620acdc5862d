/** The city on a canvas, by Leaflet: roads under, what happens over them. It is told what to show and tells where somebody pressed. */
import type * as Leaflet from "leaflet";

import type { Point, Road, RoadMap } from "@/domain/roads";
import { roadName } from "./marks";

/** One mark with a place: its element, where its place is in it, and what pressing it does. */
export interface Mark {
  readonly id: string;
  readonly at: Point;
  readonly element: HTMLElement;
  readonly anchor: readonly [number, number];
  readonly name: string;
  readonly press?: () => void;
  /** Metres around the last place within which it was. */
  readonly accuracy_m?: number;
}

/** A plain circle: a violation. */
export interface Dot {
  readonly at: Point;
  readonly name: string;
  readonly press: () => void;
}

export interface City {
  roads(map: RoadMap): void;
  marks(layer: string, marks: readonly Mark[]): void;
  dots(dots: readonly Dot[]): void;
  /** The place that is being chosen, with its radius in metres. */
  choice(at: Point | null, radius_m: number): void;
  /** A dotted line from one place to another. */
  link(from: Point | null, to: Point | null): void;
  /** Bring a place into view, beside the card that lies over the lower right. */
  show(at: Point): void;
  /** Show all of these places. */
  fit(places: readonly Point[]): void;
  zoom(by: number): void;
  /** Fit everything that the roads cover. */
  remove(): void;
}

const WIDTH: Readonly<Record<string, number>> = {
  expressway: 8,
  urban_expressway: 8,
  arterial: 6,
  secondary: 4.5,
  street: 3,
  unknown: 2.5,
  lane: 2,
};
const NAMED = ["expressway", "urban_expressway", "arterial", "secondary", "street"];
const NAMES_AT_MOST = 24;
const NAME_BOX = [120, 44] as const;

/** Words as an element: Leaflet would make markup of a text. */
function inWords(text: string): HTMLElement {
  const words = document.createElement("span");
  words.textContent = text;
  return words;
}

const latLng = ([lon, lat]: Point): [number, number] => [lat, lon];

/** Draw into a box; `press` is told where the bare map was pressed. */
export function drawCity(L: typeof Leaflet, box: HTMLElement, press: (at: Point) => void): City {
  const colour = (name: string): string =>
    getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const canvas = L.canvas({ padding: 0.3 });
  const map = L.map(box, {
    renderer: canvas,
    attributionControl: false,
    zoomControl: false,
    zoomAnimation: false,
    fadeAnimation: false,
    markerZoomAnimation: false,
    minZoom: 10,
    maxZoom: 18,
    zoomSnap: 0.5,
  }).setView([30, 122], 13);
  const ground = L.layerGroup().addTo(map);
  const names = L.layerGroup().addTo(map);
  const layers = new Map<string, { group: Leaflet.LayerGroup; shown: Map<string, Leaflet.Marker> }>();
  const dotted = L.layerGroup().addTo(map);
  const chosen = L.layerGroup().addTo(map);
  const linked = L.layerGroup().addTo(map);
  let known: readonly Road[] = [];

  map.on("click", (event) => press([event.latlng.lng, event.latlng.lat]));
  map.on("moveend zoomend", nameRoads);
  const resized = new ResizeObserver(() => map.invalidateSize({ animate: false }));
  resized.observe(box);

  function nameRoads(): void {
    names.clearLayers();
    const bounds = map.getBounds();
    const zoom = map.getZoom();
    const worth = NAMED.slice(0, zoom >= 15 ? 5 : zoom >= 13.5 ? 4 : 3);
    const taken: Leaflet.Point[] = [];
    const said = new Set<string>();
    for (const name of worth)
      for (const road of known) {
        if (road.class !== name || road.name === "" || said.has(road.name)) continue;
        const middle = road.line[Math.floor(road.line.length / 2)];
        if (!middle || said.size >= NAMES_AT_MOST || !bounds.contains(latLng(middle))) continue;
        const at = map.latLngToContainerPoint(latLng(middle));
        if (taken.some((one) => Math.abs(one.x - at.x) < NAME_BOX[0] && Math.abs(one.y - at.y) < NAME_BOX[1]))
          continue;
        taken.push(at);
        said.add(road.name);
        const icon = L.divIcon({ className: "on-map", html: roadName(road.name), iconSize: [0, 0] });
        L.marker(latLng(middle), { icon, interactive: false, keyboard: false }).addTo(names);
      }
  }

  function layerOf(name: string) {
    const found = layers.get(name) ?? { group: L.layerGroup().addTo(map), shown: new Map() };
    layers.set(name, found);
    return found;
  }

  return {
    roads({ roads, water }) {
      known = roads;
      ground.clearLayers();
      for (const shore of water)
        L.polygon(shore.map(latLng), {
          stroke: false,
          fillColor: colour("--map-water"),
          fillOpacity: 1,
          interactive: false,
          renderer: canvas,
        }).addTo(ground);
      const classes = [...new Set(roads.map((road) => road.class))].sort(
        (a, b) => (WIDTH[a] ?? 2) - (WIDTH[b] ?? 2),
      );
      // Edges first, then the surfaces over them, so that junctions stay open; one path a class keeps it quick.
      for (const [name, extra] of [
        ["--map-road-edge", 2],
        ["--map-road", 0],
      ] as const)
        for (const one of classes)
          L.polyline(
            roads.filter((road) => road.class === one).map((road) => road.line.map(latLng)),
            {
              color: extra === 0 && /expressway/.test(one) ? colour("--map-ring") || "#f6ecd2" : colour(name),
              weight: (WIDTH[one] ?? 2) + extra,
              interactive: false,
              smoothFactor: 1.5,
              renderer: canvas,
            },
          ).addTo(ground);
      const all = L.latLngBounds(roads.flatMap((road) => road.line.map(latLng)));
      if (all.isValid()) {
        // The densest part is where people are: the city, not its outskirts.
        map.setView(all.getCenter(), Math.max(13, map.getBoundsZoom(all)), { animate: false });
        map.setMaxBounds(all.pad(0.5));
      }
      nameRoads();
    },
    marks(layer, marks) {
      const { group, shown } = layerOf(layer);
      const wanted = new Set(marks.map((one) => one.id));
      for (const [id, marker] of shown)
        if (!wanted.has(id)) {
          group.removeLayer(marker);
          shown.delete(id);
        }
      for (const one of marks) {
        const icon = L.divIcon({
          className: "on-map",
          html: one.element,
          iconSize: [0, 0],
          iconAnchor: [one.anchor[0], one.anchor[1]],
        });
        // A mark jumps to its new place; it does not glide.
        const marker = shown.get(one.id) ?? L.marker(latLng(one.at), { icon, riseOnHover: true });
        marker.setLatLng(latLng(one.at)).setIcon(icon);
        marker.off("click keypress");
        if (one.press) {
          const { press: pressed } = one;
          marker.on("click", pressed);
          marker.on(
            "keypress",
            (event: Leaflet.LeafletKeyboardEvent) => event.originalEvent.key === "Enter" && pressed(),
          );
        }
        if (!shown.has(one.id)) marker.addTo(group);
        shown.set(one.id, marker);
        const element = marker.getElement();
        element?.setAttribute("aria-label", one.name);
        element?.setAttribute("role", one.press ? "button" : "img");
        element?.setAttribute("tabindex", one.press ? "0" : "-1");
      }
    },
    dots(dots) {
      dotted.clearLayers();
      for (const one of dots)
        L.circleMarker(latLng(one.at), {
          radius: 6,
          color: colour("--ink"),
          weight: 1.5,
          fillColor: colour("--heat-2"),
          fillOpacity: 0.9,
          renderer: canvas,
          bubblingMouseEvents: false,
        })
          .on("click", one.press)
          .bindTooltip(inWords(one.name))
          .addTo(dotted);
    },
    choice(at, radius_m) {
      chosen.clearLayers();
      if (at === null) return;
      const style = { color: colour("--blue"), interactive: false, renderer: canvas };
      if (radius_m > 0)
        L.circle(latLng(at), { ...style, radius: radius_m, weight: 2, fillOpacity: 0.12 }).addTo(chosen);
      L.circleMarker(latLng(at), { ...style, radius: 7, fillOpacity: 1 }).addTo(chosen);
    },
    link(from, to) {
      linked.clearLayers();
      if (from && to)
        L.polyline([latLng(from), latLng(to)], {
          color: colour("--blue"),
          weight: 2.5,
          dashArray: "3 6",
          interactive: false,
          renderer: canvas,
        }).addTo(linked);
    },
    show(at) {
      const { x, y } = map.getSize();
      map.setView(latLng(at), Math.max(15, map.getZoom()), { animate: false });
      map.panBy([x / 6, y / 10], { animate: false });
    },
    fit(places) {
      if (places.length > 0)
        map.fitBounds(L.latLngBounds(places.map(latLng)).pad(0.15), { maxZoom: 15, animate: false });
    },
    zoom(by) {
      map.setZoom(map.getZoom() + by, { animate: false });
    },
    remove() {
      resized.disconnect();
      map.remove();
    },
  };
}
