/** What both apps are built with: the oldest browser they must run in, where `@/` points, how files are named. */
import { fileURLToPath } from "node:url";
import type { UserConfig } from "vite";

/** Chrome 90 is the oldest browser on the handhelds; syntax is lowered to it, APIs are checked by check/sizes.mjs. */
export const OLDEST_BROWSER = "chrome90";

/** What Vue leaves out: our components are all `<script setup>`, and nothing is rendered on a server. */
export const LEAN_VUE = { optionsAPI: false, prodDevtools: false, prodHydrationMismatchDetails: false };

/** An absolute path below frontend/. */
export const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Where the servers of a development run answer; only `vite dev` uses it. */
const SERVER = process.env["LUQIN_SERVER"] ?? "http://127.0.0.1:8000";

/** The settings that the two apps share. */
export function shared(app: "app" | "desk"): UserConfig {
  return {
    root: here(`./${app}`),
    base: `/${app}/`,
    resolve: { alias: { "@": here("./src") } },
    define: {
      __APP_VERSION__: JSON.stringify(process.env["npm_package_version"] ?? "0.0.0"),
      // The screens are written with <script setup> alone: what only the older style needs stays out of the bundle.
      __VUE_OPTIONS_API__: "false",
      __VUE_PROD_DEVTOOLS__: "false",
    },
    build: {
      outDir: here(`./dist/${app}`),
      emptyOutDir: true,
      target: OLDEST_BROWSER,
      cssTarget: OLDEST_BROWSER,
      // Hidden from the strict content policy: no inlined modules, no data: pictures.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
    server: {
      host: "127.0.0.1",
      proxy: { "/api": SERVER, "/ws": { target: SERVER, ws: true } },
      fs: { allow: [here(".")] },
    },
  };
}
