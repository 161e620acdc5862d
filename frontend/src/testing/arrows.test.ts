/** The arrows between the rooms: `ui -> sync, store, device, domain`; `sync -> store, remote, domain`; `domain ->` nothing. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { describe, expect, it } from "vitest";

const SRC = fileURLToPath(new URL("..", import.meta.url));
const MAY: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  store: ["domain"],
  remote: ["domain"],
  device: ["domain"],
  sync: ["store", "remote", "domain"],
  ui: ["sync", "store", "remote", "device", "domain", "styles"],
};

interface Import {
  readonly file: string;
  readonly from: string;
  readonly to: string;
  readonly typesOnly: boolean;
}

function imports(room: string): Import[] {
  const files = readdirSync(join(SRC, room), { recursive: true }).map(String);
  return files
    .filter((name) => /\.(ts|vue)$/.test(name) && !/\.test\.ts$|cases\.ts$|\.d\.ts$/.test(name))
    .flatMap((name) => {
      const path = join(SRC, room, name);
      const text = readFileSync(path, "utf-8");
      return [
        ...text.matchAll(/(?:(import|export)\s+(type\s)?[^"';]*?from\s*|import\s*\(?\s*)["']([^"']+)["']/g),
      ].map((found) => {
        const [, , type, target = ""] = found;
        const absolute = target.startsWith("@/") ? join(SRC, target.slice(2)) : join(dirname(path), target);
        const isOurs = target.startsWith("@/") || target.startsWith(".");
        const to = isOurs ? (relative(SRC, absolute).split("/")[0] ?? "") : `package:${target}`;
        return { file: `${room}/${name}`, from: room, to, typesOnly: type !== undefined };
      });
    });
}

describe("the rooms of the front end", () => {
  const all = Object.keys(MAY).flatMap(imports);

  it("were looked at", () => {
    for (const room of Object.keys(MAY))
      expect(all.filter((one) => one.from === room).length, room).toBeGreaterThan(5);
    expect(all.filter((one) => one.to === "domain").length).toBeGreaterThan(50);
  });

  it("import along the arrows only", () => {
    const ours = all.filter((one) => !one.to.startsWith("package:") && one.to !== one.from);
    expect(ours.filter((one) => !MAY[one.from]?.includes(one.to))).toEqual([]);
  });

  it("leave IndexedDB to the store, the network to remote, and Vue to the interface", () => {
    const packages = all.filter((one) => one.to.startsWith("package:"));
    const users = (name: string): Set<string> =>
      new Set(packages.filter((one) => one.to === `package:${name}`).map((one) => one.from));
    expect([users("idb"), users("tus-js-client"), users("vue")]).toEqual([
      new Set(["store"]),
      new Set(["remote"]),
      new Set(["ui"]),
    ]);
  });

  it("give domain nothing but three small libraries without a browser", () => {
    const packages = new Set(
      all.filter((one) => one.from === "domain" && one.to.startsWith("package:")).map((one) => one.to),
    );
    expect(packages).toEqual(
      new Set(["package:@noble/ed25519", "package:@noble/hashes/sha2.js", "package:uqr"]),
    );
  });
});
