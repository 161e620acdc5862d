/** Sending one photo's bytes by tus, in pieces that a cut line doesn't lose. The library is fetched when the first photo goes up. */
import type { Upload, UploadOptions } from "tus-js-client";

import { NotNow, Refused, Unreachable } from "./ask";

/** The web server hands a piece on when it has all of it: so much a cut line loses at most, twenty seconds' worth at 50 kbit/s. */
const CHUNK_BYTES = 128 * 1024;
const ENDPOINT = "/api/uploads/";

/** A photo that is to go up. */
export interface PhotoToSend {
  readonly terminal: string;
  readonly digest: string;
  /** The terminal's signature over `luqin-upload:1:<terminal>:<digest>`. */
  readonly signature: string;
  readonly bytes: Blob;
  /** Where an earlier attempt was going on, or null. */
  readonly url: string | null;
  /** Told where it goes on, so that it can after a kill. */
  readonly onUrl: (url: string) => void;
  readonly onProgress: (sent: number, of: number) => void;
  /** Stop when aborted; what is up stays up. */
  readonly stop: AbortSignal;
}

/** The text that is signed for an upload. */
export const uploadText = (terminal: string, digest: string): string =>
  `luqin-upload:1:${terminal}:${digest}`;

/** Send it, or as much as goes; returns when the server has all bytes. Throws Refused (it won't have it), Unreachable (later). */
export async function sendPhoto(photo: PhotoToSend): Promise<void> {
  const tus = await loadTus();
  await new Promise<void>((resolve, reject) => {
    let upload: Upload | null = null;
    const options: UploadOptions = {
      endpoint: ENDPOINT,
      uploadUrl: photo.url,
      uploadSize: photo.bytes.size,
      chunkSize: CHUNK_BYTES,
      uploadDataDuringCreation: true,
      // Tries again by the sync's own clock, which knows about the network; the address is kept with the photo, not in localStorage.
      retryDelays: [],
      storeFingerprintForResuming: false,
      headers: {
        "Luqin-Terminal": photo.terminal,
        "Luqin-Digest": photo.digest,
        "Luqin-Signature": photo.signature,
      },
      onUploadUrlAvailable: () => {
        if (upload?.url) photo.onUrl(upload.url);
      },
      onProgress: (sent, of) => photo.onProgress(sent, of ?? photo.bytes.size),
      onSuccess: () => resolve(),
      onError: (error) => reject(named(error)),
    };
    upload = new tus.Upload(photo.bytes, options);
    photo.stop.addEventListener("abort", () => {
      void upload?.abort();
      reject(new Unreachable("stopped"));
    });
    upload.start();
  });
}

let library: Promise<typeof import("tus-js-client")> | null = null;

function loadTus(): Promise<typeof import("tus-js-client")> {
  library ??= import("tus-js-client").catch((error: unknown) => {
    library = null;
    throw new Unreachable(error instanceof Error ? error.message : "the library could not be fetched");
  });
  return library;
}

/** Refused for good, or only unreachable for now. 409 and 423 mean that an earlier request is still being written: later. */
function named(error: unknown): Error {
  const response = (error as { originalResponse?: { getStatus(): number; getBody(): string } | null })
    .originalResponse;
  if (!response) return new Unreachable(error instanceof Error ? error.message : "cut off");
  const status = response.getStatus();
  if (status >= 500) return new NotNow(codeIn(response.getBody()));
  if (status < 400 || [408, 409, 423, 425, 429].includes(status)) return new Unreachable(`status ${status}`);
  return new Refused(status, codeIn(response.getBody()), {});
}

function codeIn(body: string): string {
  try {
    const said = JSON.parse(body) as { code?: unknown };
    return typeof said.code === "string" ? said.code : "refused";
  } catch {
    return "refused";
  }
}
