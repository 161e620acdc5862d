/**
 * Registering the service worker. A new build waits until it is asked for: never by itself, never over a form that is being filled in.
 */

const ADDRESS = "/app/sw.js";

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (address: string) => string },
  ): { createScriptURL(address: string): unknown };
}

/** The worker's address: the only one that becomes a script's, where the page's policy wants trusted types. */
export function onlyTheWorker(address: string): string {
  if (address !== ADDRESS) throw new TypeError("no other address becomes a script's here");
  return address;
}

function address(): string {
  const types = (globalThis as { trustedTypes?: TrustedTypes }).trustedTypes;
  if (!types) return ADDRESS;
  const policy = types.createPolicy("luqin-worker", { createScriptURL: onlyTheWorker });
  return policy.createScriptURL(ADDRESS) as string; // a TrustedScriptURL, which lib.dom doesn't know
}

/** What the app is told. */
export interface Updates {
  /** A new build is there and waits. Call `take` when nothing is being written: the app starts again once. */
  onWaiting(take: () => void): void;
}

/** Register; returns how to look for a newer build now. Does nothing where there are no service workers. */
export async function registerWorker(updates: Updates): Promise<() => Promise<void>> {
  if (!("serviceWorker" in navigator)) return () => Promise.resolve();
  const registration = await navigator.serviceWorker.register(address(), {
    scope: "/app/",
    updateViaCache: "none",
  });
  let asked = false;
  const take = (): void => {
    asked = true;
    registration.waiting?.postMessage("take-over");
  };
  // The first installation takes over, too, without being asked: that is no reason to start again.
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (asked) location.reload();
  });
  const tell = (): void => {
    if (registration.waiting !== null && navigator.serviceWorker.controller !== null) updates.onWaiting(take);
  };
  registration.addEventListener("updatefound", () =>
    registration.installing?.addEventListener("statechange", tell),
  );
  tell();
  return async () => void (await registration.update().catch(() => undefined));
}
