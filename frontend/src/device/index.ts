/**
 * The only room that touches the phone: camera, position, space, battery, sound, printer, service worker.
 *
 *     const camera = await openCamera(video);              // CameraUnusable: offer a file input, photoFromFile(file)
 *     const photo = await camera.shoot();                  // { bytes, sha256, px, source: "camera" }
 *     const stop = watchPosition((where) => …);            // where.fix.acc_m, ageOf(where.fix, Date.now())
 *     photosLeft(await space());                           // 还能拍 N 张
 */
export { CameraUnusable, openCamera, type Camera, type CameraTrouble } from "./camera";
export {
  battery,
  browserName,
  buzzAttention,
  buzzSaved,
  keepSpace,
  mayBeOnline,
  monotonic_ms,
  PHOTO_BYTES,
  photosLeft,
  ring,
  space,
  stayAwake,
  type Space,
} from "./phone";
export {
  MOST_BYTES,
  PhotoEmpty,
  photoFromFile,
  photoOf,
  PhotoTooLarge,
  signatureOf,
  type Photo,
} from "./photo";
export { ageOf, judgeFix, OLD_MS, POOR_M, watchPosition, type Fix, type Where } from "./position";
export { giveFile } from "./files";
export { registerWorker, type Updates } from "./worker";
