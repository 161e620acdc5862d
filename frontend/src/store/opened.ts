/** The parts of the store that nobody needs before the PIN: fetched with the first call of any of them, and all lying in the precache. */
export { Drafts } from "./drafts";
export { Numbers } from "./numbers";
export { Outbox } from "./outbox";
export { Packs } from "./packs";
export { Positions } from "./positions";
export { Views } from "./views";
