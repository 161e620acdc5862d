// Weighs the built apps against the budgets, and checks that the oldest browser can read every script. Run after `npm run build`.
//
// First screen: everything that index.html loads and what that imports at once, words included. Chunks that come later have their own line.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { parse } from "acorn";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const kB = 1000;
let failed = 0;
let passed = 0;

function check(what, is, most, unit = "kB") {
  const good = is <= most;
  if (good) passed++;
  else failed++;
  console.log(`${good ? "ok  " : "FAIL"} ${what}: ${is.toFixed(1)} of ${most} ${unit}`);
}

const files = (app) =>
  readdirSync(join(DIST, app), { recursive: true })
    .map(String)
    .filter((name) => /\.(js|css|html|svg|webmanifest)$/.test(name));
const read = (app, name) => readFileSync(join(DIST, app, name));
const gz = (bytes) => gzipSync(bytes, { level: 9 }).length / kB;
const sum = (numbers) => numbers.reduce((all, one) => all + one, 0);

/** Scripts that the page loads by itself, with all they import at once. */
function firstScreen(app) {
  const html = read(app, "index.html").toString();
  const queue = [...html.matchAll(/(?:src|href)="\/[a-z]+\/([^"]+\.js)"/g)].map((found) => found[1]);
  const seen = new Set();
  while (queue.length > 0) {
    const name = queue.pop();
    if (seen.has(name)) continue;
    seen.add(name);
    for (const [, to] of read(app, name)
      .toString()
      .matchAll(/(?:from|import)\s*["'`](\.[^"'`]+\.js)["'`]/g)) {
      queue.push(join(dirname(name), to));
    }
  }
  return [...seen];
}

/** The one chunk that holds a library, known by a text that only it has. */
const chunkWith = (app, mark) =>
  files(app).filter((name) => name.endsWith(".js") && name !== "sw.js" && read(app, name).includes(mark));

const app = files("app");
const scripts = app.filter((name) => name.endsWith(".js"));
// The map's own stylesheet comes with it, later, and is weighed with it.
const mapStyles = app.filter(
  (name) => name.endsWith(".css") && read("app", name).includes(".leaflet-container"),
);
const map = [...chunkWith("app", "leaflet-container"), ...mapStyles];
const tus = chunkWith("app", "tus: ");
if (map.length === 0 || tus.length === 0)
  throw new Error("the map or the upload library is not where it is looked for");

check("app: first screen, scripts (gz)", sum(firstScreen("app").map((name) => gz(read("app", name)))), 60);
check(
  "app: styles (gz)",
  sum(
    app
      .filter((name) => name.endsWith(".css") && !mapStyles.includes(name))
      .map((name) => gz(read("app", name))),
  ),
  14,
);
check("app: map, later (gz)", sum(map.map((name) => gz(read("app", name)))), 90);
check("app: uploads, later (gz)", sum(tus.map((name) => gz(read("app", name)))), 16);

const worker = read("app", "sw.js").toString();
const precached = app.filter((name) => worker.includes(`"${name}"`));
if (precached.length < 10) throw new Error("the worker's list of files can't be read");
const late = new Set([...map, ...tus]);
check(
  "app: precached, without map and uploads (raw)",
  sum(precached.filter((name) => !late.has(name)).map((name) => read("app", name).length / kB)),
  600,
);
const notThere = scripts.filter((name) => name !== "sw.js" && !precached.includes(name));
check("app: scripts missing without a network", notThere.length, 0, "files");

// What a browser asks before it offers to install the app, each icon being really as large as it says.
const manifest = JSON.parse(read("app", "manifest.webmanifest").toString());
const pngSide = (name) => read("app", name).readUInt32BE(16);
const icons = manifest.icons.filter((icon) => icon.type === "image/png");
const installable = {
  "a name": manifest.name && manifest.short_name,
  "its own window": manifest.display === "standalone",
  "a start within its scope": manifest.start_url.startsWith(manifest.scope) && manifest.scope === "/app/",
  "icons of 192 and 512": ["192x192", "512x512"].every((size) => icons.some((icon) => icon.sizes === size)),
  "an icon for round masks": icons.some((icon) => icon.purpose === "maskable"),
  "icons of the size they say": icons.every(
    (icon) => icon.sizes === `${pngSide(icon.src)}x${pngSide(icon.src)}`,
  ),
  "a link from the page": read("app", "index.html").includes('rel="manifest"'),
};
const lacking = Object.keys(installable).filter((what) => !installable[what]);
for (const what of lacking) console.log(`     ${what} is missing`);
check("app: what an installable app lacks", lacking.length, 0, "things");

if (readdirSync(DIST).includes("desk")) {
  const desk = files("desk").filter((name) => name.endsWith(".js"));
  check("desk: all scripts (gz)", sum(desk.map((name) => gz(read("desk", name)))), 550);
}

// Chrome 90: no later syntax than ES2021, and none of the interfaces that came after it.
const NEWER = [
  /\bstructuredClone\(/,
  /\.randomUUID\(/,
  /Object\.hasOwn\(/,
  /AbortSignal\.(timeout|any)\(/,
  /\breportError\(/,
  /\.(toSorted|toReversed|toSpliced|findLast|findLastIndex)\(/,
  /\bArray\.fromAsync\(/,
  /\b(Promise|Object|Map)\.(withResolvers|groupBy)\(/,
];
// Looked at by hand: src/domain/older.ts supplies the first; the second is a method of Vue's own arrays that only its caller would need.
const SEEN_TO = new Set(["Object.hasOwn(", ".toReversed("]);
const NEWER_AT = /[\w)\]]\.at\(-?\w+\)/;
const NEWER_CSS = [/:has\(/, /@container/, /@layer/, /color-mix\(/];
const unreadable = [];
const newer = [];
for (const name of scripts) {
  const text = read("app", name).toString();
  try {
    parse(text, { ecmaVersion: 2021, sourceType: name === "old-browser.js" ? "script" : "module" });
  } catch (error) {
    unreadable.push(`${name}: ${error.message}`);
  }
  for (const pattern of [...NEWER, NEWER_AT]) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined && !SEEN_TO.has(found)) newer.push(`${name}: ${found}`);
  }
}
for (const name of app.filter((one) => one.endsWith(".css"))) {
  const text = read("app", name).toString();
  for (const pattern of NEWER_CSS) if (pattern.test(text)) newer.push(`${name}: ${pattern}`);
  // dvh came with Chrome 108: it may only follow a value that 90 knows.
  for (const [rule] of text.matchAll(/[^{};]*:[^;}]*\d(?:dvh|svh|lvh)\b/g)) {
    const property = rule.split(":")[0].trim();
    const before = text.slice(0, text.indexOf(rule)).split("{").at(-1);
    if (!before.includes(`${property}:`)) newer.push(`${name}: ${rule} without a fallback`);
  }
}
for (const line of [...unreadable, ...newer]) console.log(`     ${line}`);
check("app: scripts that Chrome 90 can't read", unreadable.length, 0, "files");
check("app: newer interfaces than Chrome 90's without a fallback", newer.length, 0, "places");

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
