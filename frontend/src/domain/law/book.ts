/** Putting the files of the law's tables together, as field/rules/law/book.py does. */
import type { Book } from "./engine";

/** One book out of the parsed files, in the order of their names: parts of one name are put together, definitions in their places. */
export function readBook(files: readonly Readonly<Record<string, unknown>>[]): Book {
  const parts: Record<string, unknown> = {};
  for (const file of files)
    for (const [name, value] of Object.entries(file))
      parts[name] = isObject(value) && isObject(parts[name]) ? { ...parts[name], ...value } : value;
  const definitions = isObject(parts["define"]) ? parts["define"] : {};
  return putIn(parts, definitions) as Book;
}

/** The same with each `@name` replaced by what it is defined as. */
export function putIn(node: unknown, definitions: Readonly<Record<string, unknown>>): unknown {
  if (typeof node === "string" && node.startsWith("@")) return putIn(definitions[node.slice(1)], definitions);
  if (Array.isArray(node)) return node.map((one) => putIn(one, definitions));
  if (!isObject(node)) return node;
  return Object.fromEntries(Object.entries(node).map(([name, one]) => [name, putIn(one, definitions)]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
