/** The only room that touches the network. */
export { NotNow, Refused, Unreachable } from "./ask";
export { lineAddress, makeLine, type Line, type LineState } from "./line";
export { serverAt, type Server } from "./server";
export type * from "./types";
export { sendPhoto, uploadText, type PhotoToSend } from "./uploads";
