/** The officer's app, /app/: installable, starts without a server (its service worker is src/sw.ts). */
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";
import { VitePWA } from "vite-plugin-pwa";

import { LEAN_VUE, OLDEST_BROWSER, shared } from "./vite.shared.ts";

export default defineConfig({
  ...shared("app"),
  plugins: [
    vue({ features: LEAN_VUE }),
    VitePWA({
      strategies: "injectManifest",
      srcDir: "../src",
      filename: "sw.ts",
      scope: "/app/",
      // Registered by src/device/worker.ts: an update is taken only when the officer asks for it.
      injectRegister: false,
      injectManifest: { globPatterns: ["**/*.{js,css,html,svg,webmanifest}"], target: OLDEST_BROWSER },
      manifest: {
        id: "/app/",
        name: "路勤",
        short_name: "路勤",
        description: "路面勤务",
        lang: "zh-Hans",
        start_url: "/app/",
        scope: "/app/",
        display: "standalone",
        orientation: "portrait",
        background_color: "#ffffff",
        theme_color: "#0b2a4a",
        icons: [
          { src: "icon.svg", sizes: "any", type: "image/svg+xml", purpose: "any" },
          { src: "icon-192.png", sizes: "192x192", type: "image/png", purpose: "any" },
          { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "any" },
          { src: "icon-512.png", sizes: "512x512", type: "image/png", purpose: "maskable" },
        ],
      },
    }),
  ],
});
