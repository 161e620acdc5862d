/** Where one is on the desk, kept in the address after #, so that a link, the back button and a reload lead to the same place. */
import { shallowRef, type ShallowRef } from "vue";

/** `#/map/task/…`: a room, what follows it, and what was asked. */
export interface Route {
  readonly room: string;
  readonly rest: readonly string[];
  readonly query: URLSearchParams;
}

/** Read the part of an address after #. */
export function readRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#?\/?/, "").split("?");
  const [room = "", ...rest] = path.split("/").map(decoded);
  return { room, rest: rest.filter((part) => part !== ""), query: new URLSearchParams(query) };
}

/** The address of a place on the desk. */
export const to = (...parts: readonly string[]): string => `#/${parts.map(encodeURIComponent).join("/")}`;

/** The same with what was asked of the present place: a board that shows one group goes on showing it. */
export function withQuery(...parts: readonly string[]): string {
  const asked = route.value.query.toString();
  return asked === "" ? to(...parts) : `${to(...parts)}?${asked}`;
}

/** The present place; it follows the address. */
export const route: ShallowRef<Route> = shallowRef(readRoute(globalThis.location?.hash ?? ""));

/** Go to a place. */
export function go(...parts: readonly string[]): void {
  location.hash = to(...parts);
}

/** Follow the address from now on. */
export function followAddress(): void {
  window.addEventListener("hashchange", () => {
    route.value = readRoute(location.hash);
  });
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
