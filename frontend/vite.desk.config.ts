/** The leader's desk, /desk/: needs the network, so it has no service worker. */
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

import { shared } from "./vite.shared.ts";

export default defineConfig({ ...shared("desk"), plugins: [vue()] });
