/** The leader's desk, /desk/: needs the network, so it has no service worker. */
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

import { LEAN_VUE, shared } from "./vite.shared.ts";

export default defineConfig({ ...shared("desk"), plugins: [vue({ features: LEAN_VUE })] });
