/** Signed texts as people can read them. The exact text stays beside: only that was signed. */

/** A line, and whether the other side has no such line. */
export interface Line {
  readonly line: string;
  readonly differs: boolean;
}

/** The text laid out, a value a line; text that is no JSON stays as it is. */
export function pretty(text: string): string[] {
  try {
    return JSON.stringify(JSON.parse(text) as unknown, null, 2).split("\n");
  } catch {
    return text.split("\n");
  }
}

/** The lines of one side, those marked that the other side lacks. */
export function differing(lines: readonly string[], others: readonly string[]): Line[] {
  const bare = (line: string): string => line.replace(/,$/, "");
  const there = new Set(others.map(bare));
  return lines.map((line) => ({ line, differs: !there.has(bare(line)) }));
}
