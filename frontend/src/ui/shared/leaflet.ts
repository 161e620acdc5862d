/**
 * Leaflet, fetched when a map is first drawn. Its module asks once whether the browser draws VML by giving a `div` the markup `<svg/>`;
 * where the page's policy wants trusted types, exactly that string is let through, and nothing else.
 */
import type * as Leaflet from "leaflet";

interface TrustedTypes {
  readonly defaultPolicy: unknown;
  createPolicy(name: string, rules: { createHTML: (text: string) => string }): unknown;
}

let loading: Promise<typeof Leaflet> | null = null;

/** Leaflet with its styles, the same one each time. */
export function loadLeaflet(): Promise<typeof Leaflet> {
  loading ??= fetchLeaflet();
  return loading;
}

/** The markup, if it is the one that Leaflet asks with. */
export function onlyTheProbe(text: string): string {
  if (text !== "<svg/>") throw new TypeError("text does not become markup here");
  return text;
}

async function fetchLeaflet(): Promise<typeof Leaflet> {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (types && !types.defaultPolicy) types.createPolicy("default", { createHTML: onlyTheProbe });
  const [module] = await Promise.all([import("leaflet"), import("leaflet/dist/leaflet.css")]);
  return "default" in module ? (module as unknown as { default: typeof Leaflet }).default : module;
}
