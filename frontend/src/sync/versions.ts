/** Comparing the versions of builds. */

/** Whether a version is older than the least that is asked for. Parts are numbers; what isn't counts as 0; what lacks a part is older. */
export function isOlder(version: string, least: string): boolean {
  const [mine, asked] = [version, least].map((text) =>
    text.split(".").map((part) => parseInt(part, 10) || 0),
  );
  for (let at = 0; at < Math.max(mine?.length ?? 0, asked?.length ?? 0); at++) {
    const [a, b] = [mine?.[at] ?? 0, asked?.[at] ?? 0];
    if (a !== b) return a < b;
  }
  return false;
}
