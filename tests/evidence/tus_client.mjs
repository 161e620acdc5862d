// Sends one file with the handheld's own tus library, as node can: ENDPOINT FILE CHUNK, headers as JSON in the environment's HEADERS.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const tus = createRequire(new URL("../../frontend/package.json", import.meta.url))("tus-js-client");
const [endpoint, file, chunk] = process.argv.slice(2);

new tus.Upload(readFileSync(file), {
  endpoint,
  chunkSize: Number(chunk),
  uploadDataDuringCreation: true,
  retryDelays: Array.from({ length: 60 }, () => 60),
  headers: JSON.parse(process.env.HEADERS),
  onError: (error) => {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess: () => console.log("sent"),
}).start();
