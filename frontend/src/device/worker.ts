/**
 * Registering the service worker. A new build waits until it is asked for: never by itself, never over a form that is being filled in.
 */

/** What the app is told. */
export interface Updates {
  /** A new build is there and waits. Call `take` when nothing is being written: the app starts again once. */
  onWaiting(take: () => void): void;
}

/** Register; returns how to look for a newer build now. Does nothing where there are no service workers. */
export async function registerWorker(updates: Updates): Promise<() => Promise<void>> {
  if (!("serviceWorker" in navigator)) return () => Promise.resolve();
  const registration = await navigator.serviceWorker.register("/app/sw.js", {
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
