/** Printing through a built-in printer: its service on this handheld listens on a loopback address and takes the bytes. */
import type { Bytes } from "../../domain/bytes";
import { NotPrinted, type Printer, type Trouble } from "./port";

/** What the service answered: its status, and its one word where it refused. Rejects where nobody answers. */
export type Post = (bytes: Bytes) => Promise<{ readonly status: number; readonly why: string }>;

const WORDS: Readonly<Record<string, Trouble>> = { no_paper: "no_paper", busy: "busy" };

/** The bridge; `post` brings bytes there, null where this place has none. 200 says that the paper came out, 202 that the bytes were taken. */
export const bridgePrinter = (post: Post | null): Printer => ({
  kind: "bridge",
  ready: () => Promise.resolve(post === null ? "no_printer" : null),
  async print({ bytes, copies }) {
    if (post === null) throw new NotPrinted("no_printer");
    let said: "printed" | "sent" = "printed";
    for (let copy = 0; copy < copies; copy += 1) {
      const { status, why } = await post(bytes).catch(() => {
        throw new NotPrinted("gone");
      });
      if (status === 202) said = "sent";
      else if (status !== 200)
        throw new NotPrinted(WORDS[why] ?? (status === 403 ? "not_allowed" : "cannot"));
    }
    return said;
  },
});
