/** Ids that are made at the desk. */
import { uuid7 } from "@/domain/random";

/** A new id, from the browser's own randomness. */
export const randomId = (): string =>
  uuid7(Date.now(), (count) => crypto.getRandomValues(new Uint8Array(count)));
