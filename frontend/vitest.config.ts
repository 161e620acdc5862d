/** Tests lie beside what they test; each file says in its first line if it needs a document (happy-dom). */
import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vitest/config";

import { here } from "./vite.shared.ts";

export default defineConfig({
  plugins: [vue()],
  resolve: { alias: { "@": here("./src") } },
  define: { __APP_VERSION__: JSON.stringify("test") },
  test: {
    include: ["src/**/*.test.ts"],
    environment: "node",
    maxWorkers: 2,
    restoreMocks: true,
    // The rounds of a PIN and a busy machine take their time; a test that hangs is still found.
    testTimeout: 60_000,
  },
});
