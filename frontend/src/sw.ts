/// <reference lib="webworker" />
/**
 * The service worker: the app's own files are there without a network, and addresses below /app/ answer with the app. Nothing else.
 * It keeps no data and sends none: evidence lies in IndexedDB, and going up is the sync's work.
 */
import { cleanupOutdatedCaches, createHandlerBoundToURL, precacheAndRoute } from "workbox-precaching";
import { NavigationRoute, registerRoute } from "workbox-routing";

declare const self: ServiceWorkerGlobalScope & {
  __WB_MANIFEST: (string | { url: string; revision: string | null })[];
};

precacheAndRoute(self.__WB_MANIFEST);
cleanupOutdatedCaches();
// Only the app's own addresses: the desk and the citizens' pages come from the network.
registerRoute(new NavigationRoute(createHandlerBoundToURL("/app/index.html"), { allowlist: [/^\/app\//] }));

self.addEventListener("message", (event) => {
  if (event.data === "take-over") void self.skipWaiting();
});
// The first installation serves the open page at once, so that it works without a network from the first minute.
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
