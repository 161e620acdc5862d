/** The works inside: store, sync and device, put together once when the app starts. Everything else asks here for them. */
import type { postToBridge } from "@/remote/bridge";
import type { Store, Vault } from "@/store";
import type * as syncing from "@/sync";
import type { Sync } from "@/sync";

/** The server, as the sync knows it; this room only hands it on. */
export type Server = Parameters<typeof syncing.enrol>[1];

/** What talks to the server: fetched after the first screen stands, since nothing on that screen waits for it. */
export interface Connection {
  readonly sync: Sync;
  readonly server: Server;
  /** The ways in: enrolling, signing in, ending a shift. */
  readonly entering: Pick<typeof syncing, "enrol" | "askApproved" | "signIn" | "endShift">;
  /** The way to the service of a built-in printer. */
  readonly bridge: typeof postToBridge;
}

/** What the app is put together from. */
export interface Built {
  readonly store: Store;
  readonly connect: () => Promise<Connection>;
}

/** What the rest of the interface may use. */
export interface Works {
  readonly store: Store;
  /** What talks to the server; the same each time. */
  connection(): Promise<Connection>;
  /** This moment, ms since 1970, by the handheld's clock. */
  now(): number;
  /** Milliseconds of the clock that nobody can set. */
  monoMs(): number;
  /** The officer's opened key. Throws Locked. */
  vault(): Vault;
  openVault(): Vault | null;
  /** What an online sign-in has just given, until a PIN was chosen or the app locks. */
  fresh(): Fresh | null;
  /** Open the app for an officer, or lock it. */
  hold(vault: Vault | null): void;
  freshen(fresh: Fresh | null): void;
  /** Have the sync look now. */
  wake(): void;
}

/** An online sign-in for which no PIN has been given yet. Only in memory. */
export interface Fresh {
  readonly officer: string;
  readonly password: string;
  readonly resume: string;
  /** The password was reset: what this officer has here opens by the PIN of before alone. */
  readonly oldPin: boolean;
}

/** The app is locked: nothing of an officer's can be read or written. */
export class Locked extends Error {}

let made: Works | null = null;

/** Put the works in place. */
export function install(built: Built): Works {
  let vault: Vault | null = null;
  let fresh: Fresh | null = null;
  let connected: Promise<Connection> | null = null;
  const connection = (): Promise<Connection> => (connected ??= built.connect());
  made = {
    store: built.store,
    connection,
    now: () => Date.now(),
    monoMs: () => Math.round(performance.now()),
    openVault: () => vault,
    vault() {
      if (vault === null) throw new Locked();
      return vault;
    },
    fresh: () => fresh,
    freshen(next) {
      fresh = next;
    },
    hold(next) {
      vault = next;
      // Whatever is held when the connection stands counts: locked again meanwhile means locked.
      void connection().then(({ sync }) => (vault === null ? sync.locked() : sync.unlocked(vault)));
    },
    wake: () => void connection().then(({ sync }) => sync.now()),
  };
  return made;
}

/** The works. Throws before `install`. */
export function works(): Works {
  if (made === null) throw new Error("the app has not been put together");
  return made;
}

export const version = __APP_VERSION__;
