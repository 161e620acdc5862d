/** The tables of the papers as one book, put together as field/rules/documents/book.py does; the handheld gets their files from the server. */
import { putIn } from "../law/book";
import type { Expression } from "../law/expression";

export type Text = string | readonly (string | { readonly when?: Expression; readonly text: Text })[];
export type Line = {
  readonly label?: string;
  readonly text: Text;
  readonly when?: Expression;
  readonly each?: "acts";
  readonly may?: boolean;
  readonly remedy?: boolean;
  readonly by: readonly string[];
};
export type Dated = { readonly from: string; readonly to?: string };
export type Version = Dated & { readonly title: string; readonly lines: readonly Line[] };
export type Remedy = Dated & { readonly text: Text; readonly by: readonly string[] };
export type Gate = {
  readonly why: string;
  readonly kinds: readonly string[];
  readonly must: Expression;
  readonly by?: readonly string[];
};
/** Everything that papers are made from. */
export type Papers = {
  readonly gates: readonly Gate[];
  readonly remedies: Readonly<Record<string, readonly Remedy[] | undefined>>;
  readonly kinds: Readonly<Record<string, readonly Version[] | undefined>>;
  readonly words: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>;
  /** How each ground is said, in both languages. */
  readonly sentences: Readonly<Record<string, { readonly zh: string; readonly en: string } | undefined>>;
  readonly articles: Readonly<Record<string, { readonly zh: string; readonly en: string } | undefined>>;
};
type Loose = Readonly<Record<string, unknown>>;

/** One book out of the parsed files, in the order of their names: parts of one name are put together, groups of lines laid flat. */
export function readPapers(files: readonly Loose[]): Papers {
  const parts: Record<string, unknown> = {};
  for (const file of files)
    for (const [name, value] of Object.entries(file))
      parts[name] = isObject(value) && isObject(parts[name]) ? { ...parts[name], ...value } : value;
  const definitions = isObject(parts["define"]) ? parts["define"] : {};
  const whole = putIn(parts, definitions) as Loose;
  const kinds = whole["kinds"] as Readonly<Record<string, readonly (Dated & Loose)[]>>;
  return {
    ...(whole as unknown as Papers),
    kinds: Object.fromEntries(
      Object.entries(kinds).map(([kind, versions]) => [
        kind,
        versions.map(
          (version) => ({ ...version, lines: flat(version["lines"] as unknown[], []) }) as unknown as Version,
        ),
      ]),
    ),
  };
}

/** The row that counts on this day (`YYYY-MM-DD`); undefined where none does. */
export const inForce = <T extends Dated>(rows: readonly T[], day: string): T | undefined =>
  rows.find((row) => row.from <= day && day < (row.to ?? "9999"));

/** Lines one after the other; a line in a group has the group's articles unless it names its own. */
function flat(lines: readonly unknown[], by: readonly string[]): Line[] {
  return lines.flatMap((line): Line[] => {
    if (Array.isArray(line)) return flat(line, by);
    const row = line as Loose;
    if (Array.isArray(row["lines"])) return flat(row["lines"], (row["by"] as string[] | undefined) ?? by);
    return [{ by, ...row } as unknown as Line];
  });
}

function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
