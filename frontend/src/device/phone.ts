/** What else the phone can do and how it is: space, battery, network, vibration, sound, a screen that stays on. Each may be missing. */

/** Space for the app's data. */
export interface Space {
  readonly free_bytes: number | null;
  /** The browser has promised not to clear it by itself; null where it can't say. */
  readonly persisted: boolean | null;
}

/** What a photo takes, with its place in the database: for 还能拍 N 张. */
export const PHOTO_BYTES = 600_000;
/** Kept free for records, the catalogue and the roads. */
export const RESERVE_BYTES = 20_000_000;

/** How much space is left. */
export async function space(storage: StorageManager | undefined = navigator.storage): Promise<Space> {
  const estimate = await storage?.estimate?.();
  const persisted = (await storage?.persisted?.()) ?? null;
  if (estimate?.quota === undefined || estimate.usage === undefined) return { free_bytes: null, persisted };
  return { free_bytes: Math.max(0, estimate.quota - estimate.usage), persisted };
}

/** How many photos still fit; null where the browser doesn't tell. */
export const photosLeft = ({ free_bytes }: Space): number | null =>
  free_bytes === null ? null : Math.max(0, Math.floor((free_bytes - RESERVE_BYTES) / PHOTO_BYTES));

/** Ask the browser not to clear the app's data by itself. Granted to installed apps; the answer is shown, whatever it is. */
export async function keepSpace(
  storage: StorageManager | undefined = navigator.storage,
): Promise<boolean | null> {
  return (await storage?.persist?.()) ?? null;
}

interface BatteryManager extends EventTarget {
  readonly level: number;
  readonly charging: boolean;
}

/** Charge in percent, or null where the browser doesn't tell. */
export async function battery(): Promise<{ percent: number; charging: boolean } | null> {
  const phone = navigator as Navigator & { getBattery?: () => Promise<BatteryManager> };
  try {
    const found = await phone.getBattery?.();
    return found === undefined ? null : { percent: Math.round(found.level * 100), charging: found.charging };
  } catch {
    // Forbidden by a policy of the page: the same as not told.
    return null;
  }
}

/** What the phone thinks of its network. `true` promises nothing; only a contact with the server does. */
export const mayBeOnline = (): boolean => navigator.onLine;

/** Short and felt through gloves: saved. */
export const buzzSaved = (): void => void navigator.vibrate?.(60);
/** Long: something needs you, a task has come. */
export const buzzAttention = (): void => void navigator.vibrate?.([120, 80, 120]);

/** A tone without a file; silent where the browser forbids sound before the first tap. `urgent` rings twice, higher. */
export async function ring(urgent: boolean): Promise<void> {
  if (typeof AudioContext === "undefined") return;
  const audio = new AudioContext();
  try {
    if (audio.state === "suspended") await audio.resume();
    for (let at = 0; at < (urgent ? 2 : 1); at++) await tone(audio, urgent ? 1175 : 880);
  } catch {
    // Sound is an extra: what it says also stands on the screen.
  } finally {
    await audio.close();
  }
}

function tone(audio: AudioContext, hertz: number): Promise<void> {
  const [source, volume] = [audio.createOscillator(), audio.createGain()];
  source.frequency.value = hertz;
  volume.gain.value = 0.25;
  source.connect(volume).connect(audio.destination);
  source.start();
  source.stop(audio.currentTime + 0.18);
  return new Promise((resolve) => {
    source.onended = () => resolve();
  });
}

/** Keep the screen on while the camera is open. Returns how to let it sleep again. */
export async function stayAwake(): Promise<() => void> {
  try {
    const lock = await navigator.wakeLock?.request("screen");
    return () => void lock?.release();
  } catch {
    // Low battery, or the page is hidden: the phone decides.
    return () => undefined;
  }
}

/** The browser in a few words, for the technician's list. */
export const browserName = (): string => navigator.userAgent.slice(0, 200);

/** Ms since the page was opened, by a clock that nobody can set. */
export const monotonic_ms = (): number => Math.round(performance.now());
