/**
 * The app's own camera: at least 1920 by 1080 where the phone can, one JPEG at the shutter of about half a megabyte, hashed before anything else.
 * The first encoding is the original: nothing is ever drawn into it or encoded again.
 */
import { photoOf, type Photo } from "./photo";

/** Why there is no picture from the in-app camera; the phone's own camera app (a file input) is then offered. */
export type CameraTrouble = "denied" | "none" | "busy" | "insecure";

/** The in-app camera can't be used now. */
export class CameraUnusable extends Error {
  constructor(readonly why: CameraTrouble) {
    super(why);
  }
}

/** An open camera. */
export interface Camera {
  /** What it really gives. */
  readonly width: number;
  readonly height: number;
  /** Take the picture that is seen now. */
  shoot(): Promise<Photo>;
  /** Whether there is a lamp, and switching it. */
  readonly has_torch: boolean;
  torch(on: boolean): Promise<void>;
  /** Told once if the phone takes the camera away (a call, another app). */
  onLost(listener: () => void): void;
  close(): void;
}

const WANTED: MediaStreamConstraints = {
  audio: false,
  video: { facingMode: { ideal: "environment" }, width: { ideal: 1920 }, height: { ideal: 1080 } },
};
/** Half a megabyte is what a 1920 by 1080 street scene takes at this quality; what is larger is encoded once more, from the same frame. */
const QUALITIES = [0.85, 0.7, 0.55];
const MOST_BYTES = 700_000;

/** Open the camera into a video element, which shows it. Throws CameraUnusable. */
export async function openCamera(video: HTMLVideoElement): Promise<Camera> {
  if (!navigator.mediaDevices?.getUserMedia) throw new CameraUnusable("insecure");
  const stream = await navigator.mediaDevices.getUserMedia(WANTED).catch((error: unknown) => {
    throw new CameraUnusable(whyOf(error));
  });
  video.muted = true;
  video.playsInline = true;
  video.srcObject = stream;
  await video.play().catch((error: unknown) => {
    stopAll(stream);
    throw new CameraUnusable(whyOf(error));
  });
  const track = stream.getVideoTracks()[0];
  if (track === undefined) throw new CameraUnusable("none");
  const has_torch = "torch" in (track.getCapabilities?.() ?? {});
  return {
    width: video.videoWidth,
    height: video.videoHeight,
    has_torch,
    shoot: async () => await photoOf(await frameOf(video), "camera"),
    torch: async (on) => {
      if (has_torch) await track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
    },
    onLost: (listener) => track.addEventListener("ended", listener, { once: true }),
    close: () => {
      stopAll(stream);
      video.srcObject = null;
    },
  };
}

async function frameOf(video: HTMLVideoElement): Promise<Blob> {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  const context = canvas.getContext("2d");
  if (context === null || canvas.width === 0) throw new CameraUnusable("busy");
  context.drawImage(video, 0, 0);
  try {
    let best: Blob | null = null;
    for (const quality of QUALITIES) {
      best = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
      if (best !== null && best.size <= MOST_BYTES) break;
    }
    if (best === null) throw new CameraUnusable("busy");
    return best;
  } finally {
    // Gives the pixels back at once.
    canvas.width = 0;
  }
}

function whyOf(error: unknown): CameraTrouble {
  const name = error instanceof DOMException ? error.name : "";
  if (name === "NotAllowedError" || name === "SecurityError") return "denied";
  return name === "NotFoundError" || name === "OverconstrainedError" ? "none" : "busy";
}

function stopAll(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
