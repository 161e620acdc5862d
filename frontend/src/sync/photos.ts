/** Photos on their way: two at a time, each going on where it was cut. What arrives is proved by the next contact, not by the upload's end. */
import { toHex } from "../domain/bytes";
import { Refused, sendPhoto, Unreachable, uploadText, type PhotoToSend } from "../remote";
import type { Store } from "../store";
import { dispatchOf } from "../store/dispatch";

/** What sending photos needs. */
export interface PhotoParts {
  readonly store: Store;
  readonly send?: (photo: PhotoToSend) => Promise<void>;
  /** Told after each photo that is wholly up. */
  readonly onUp: () => void;
  readonly stop: AbortSignal;
}

const AT_ONCE = 2;

/** Send the photos that the server wants. Returns how many went up; throws Unreachable where the line broke. */
export async function sendPhotos(parts: PhotoParts): Promise<number> {
  const terminal = await parts.store.terminal.get();
  if (terminal === null) return 0;
  const queue = [...(await dispatchOf(parts.store).photosToSend())].sort((a, b) => a.bytes - b.bytes);
  let up = 0;
  const worker = async (): Promise<void> => {
    for (let photo = queue.shift(); photo !== undefined && !parts.stop.aborted; photo = queue.shift()) {
      if (await sendOne(parts, terminal.id, photo.digest, photo.upload_url)) {
        up++;
        parts.onUp();
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: AT_ONCE }, worker));
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return up;
}

/** True: all its bytes are up. False: it can't go now, and the row says why where the officer must know. */
async function sendOne(
  parts: PhotoParts,
  terminal: string,
  digest: string,
  url: string | null,
): Promise<boolean> {
  const { keys } = parts.store;
  const dispatch = dispatchOf(parts.store);
  const bytes = await dispatch.photoBytes(digest);
  if (bytes === null) {
    await dispatch.photoTrouble(digest, "lost");
    return false;
  }
  const keeping: Promise<void>[] = [];
  try {
    await (parts.send ?? sendPhoto)({
      terminal,
      digest,
      signature: await keys.sign(uploadText(terminal, digest)),
      bytes,
      url,
      onUrl: (now) => keeping.push(dispatch.setUploadUrl(digest, now)),
      onProgress: () => undefined,
      stop: parts.stop,
    });
    await Promise.all(keeping);
    await dispatch.uploaded(digest);
    return true;
  } catch (error) {
    await Promise.all(keeping);
    if (!(error instanceof Refused)) throw error;
    await refused(parts.store, digest, bytes, error);
    return false;
  }
}

async function refused(store: Store, digest: string, bytes: Blob, why: Refused): Promise<void> {
  // Its record is not there (yet): the next contact says again whether it is wanted.
  if (why.status === 403 || why.status === 404 || why.status === 410)
    return await dispatchOf(store).uploaded(digest);
  // The server got other bytes than were promised: on the way, or do they lie wrong here?
  if (why.status === 460) {
    const found = toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", await bytes.arrayBuffer())));
    if (found !== digest) return await dispatchOf(store).photoTrouble(digest, "damaged");
    await dispatchOf(store).setUploadUrl(digest, null);
    throw new Unreachable("damaged on the way");
  }
  await dispatchOf(store).photoTrouble(digest, "refused");
}
