/**
 * From an offence code of the catalogue, and what is known on the road, to facts that the law can judge; the twin of
 * field/rules/law/casting.py, which says how. Which act a code stands for comes with the law's tables from the server.
 */
import type { Book, Line } from "./engine";

type Facts = Readonly<Record<string, unknown>>;

/** What a catalogue row must say where no table names the act. Money in yuan. */
export interface CatalogueRow {
  readonly fine_min: number | null;
  readonly fine_max: number | null;
  readonly points: number | null;
  readonly measures: readonly string[];
}

/** What is known on the road; what is left out stays unknown. `vehicle` and `person` in the judge's words. */
export interface SaidOnTheRoad {
  readonly at?: string;
  /** Six-digit area code. */
  readonly place?: string;
  readonly road?: string;
  readonly vehicle?: Facts;
  readonly plate_type?: string;
  readonly person?: Facts;
  readonly driver_present?: boolean;
  /** As typed, in the device's own unit. */
  readonly measured?: string | null;
  readonly limit?: string | null;
  /** `mg/100mL` or `mg/L`. */
  readonly unit?: string;
  readonly officers?: number;
  readonly auxiliaries?: number;
  /** Yuan; 0 is a warning. */
  readonly fine_intended?: number | null;
  /** Answers to what a verdict named as unknown, under that very name: `acts[0].obstructs`, `person.prior_drink_driving`, `road`. */
  readonly answers?: Facts;
}

/** Which facts each code stands for, as the tables have it. */
export type Casting = {
  /** By the first digit of the code. */
  readonly series: Readonly<Record<string, { readonly road?: string; readonly vehicle?: Facts }>>;
  readonly plates: Readonly<Record<string, Facts>>;
  readonly taken: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly phrases: readonly (readonly [string, Readonly<Record<string, string>>])[];
};
/** The act of a code, with what the code itself says of road, vehicle and person. */
export type CodeEntry = Facts & {
  readonly what: string;
  readonly road?: string;
  readonly vehicle?: Facts;
  readonly person?: Facts;
  readonly absent?: CodeEntry;
};

const BY_CATALOGUE = "by_catalogue";
const PLAIN = ["at", "place", "road", "officers", "auxiliaries", "fine_intended"] as const;
/** A longer code is some place's own split of the national one that it begins with. */
const NATIONAL_DIGITS = 4;

/** One line of facts in the judge's language, with one act. */
export function factsOf(code: string, row: CatalogueRow, said: SaidOnTheRoad, book: Book): Line {
  const { road, vehicle: _, person, absent: __, ...act } = entryOf(code, said, book);
  const line: Record<string, unknown> = {
    at: null,
    place: null,
    road: road ?? seriesOf(code, book)?.road ?? null,
    vehicle: vehicleOf(code, said, book),
    person: { ...person, ...known(said.person) },
    acts: [{ ...act, ...(act.what === BY_CATALOGUE ? ofTheRow(code, row, book) : {}) }],
  };
  for (const name of PLAIN) if (isSaid(said[name])) line[name] = said[name];
  const taken: Record<string, unknown> = {
    measured: numberOf(said.measured),
    limit: numberOf(said.limit),
    unit: said.unit ?? null,
    driver_absent: said.driver_present === undefined ? null : !said.driver_present,
  };
  for (const [name, source] of Object.entries(book.casting.taken[String(act.what)] ?? {}))
    if (isSaid(taken[source])) put(line, name.replace(/^act\./, "acts[0]."), taken[source]);
  for (const [name, value] of Object.entries(said.answers ?? {})) put(line, name, value);
  return Object.fromEntries(Object.entries(line).filter(([, value]) => isSaid(value) && !isEmpty(value)));
}

function entryOf(code: string, said: SaidOnTheRoad, book: Book): CodeEntry {
  const entry = book.codes[code] ?? book.codes[code.slice(0, NATIONAL_DIGITS)] ?? { what: BY_CATALOGUE };
  return said.driver_present === false && entry.absent ? entry.absent : entry;
}

const seriesOf = (code: string, book: Book) => book.casting.series[code.slice(0, 1)];

/** What a catalogue row says of an act: its sums and points where it has them, and what its measures mean in the law's words. */
function ofTheRow(code: string, row: CatalogueRow, book: Book): Facts {
  const lists: Record<string, string[]> = { measures: [], other: [] };
  for (const words of row.measures) {
    const [, means] = book.casting.phrases.find(([phrase]) => words.includes(phrase)) ?? ["", {}];
    for (const [name, value] of Object.entries(means))
      if (!lists[name]?.includes(value)) lists[name]?.push(value);
  }
  const { fine_min, fine_max, points } = row;
  const sums = Object.entries({ fine_min, fine_max, points }).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(sums), code, ...lists };
}

/** The vehicle by the code, the plate and what was seen, each going before the one before. */
function vehicleOf(code: string, said: SaidOnTheRoad, book: Book): Facts {
  return [
    seriesOf(code, book)?.vehicle,
    entryOf(code, said, book).vehicle,
    book.casting.plates[said.plate_type ?? ""],
    known(said.vehicle),
  ].reduce<Facts>((found, layer) => upon(found, layer ?? {}), {});
}

/** What is known of a vehicle when more is: a class or kind takes the place of both, and a class says itself what is carried. */
function upon(found: Facts, layer: Facts): Facts {
  const drops = "class" in layer ? ["class", "kind", "carries"] : "kind" in layer ? ["class", "kind"] : [];
  return { ...Object.fromEntries(Object.entries(found).filter(([name]) => !drops.includes(name))), ...layer };
}

/** Put a fact where its name says: `acts[0].obstructs`, `person.age`, `road`. */
function put(line: Record<string, unknown>, name: string, value: unknown): void {
  const ofAnAct = /^acts\[0\]\.(\w+)$/.exec(name)?.[1];
  if (ofAnAct !== undefined) {
    line["acts"] = (line["acts"] as Facts[]).map((act, at) =>
      at === 0 ? { ...act, [ofAnAct]: value } : act,
    );
    return;
  }
  const dot = name.indexOf(".");
  if (dot < 0) {
    line[name] = value;
    return;
  }
  const whole = name.slice(0, dot);
  const before = (line[whole] as Facts | undefined) ?? {};
  const more = { [name.slice(dot + 1)]: value };
  line[whole] = whole === "vehicle" ? upon(before, more) : { ...before, ...more };
}

const known = (said: Facts | undefined): Facts =>
  Object.fromEntries(Object.entries(said ?? {}).filter(([, value]) => isSaid(value)));

const isSaid = (value: unknown): boolean => value !== null && value !== undefined;

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && Object.keys(value ?? {}).length === 0;

/** The number that was typed; null where it is none. Fifteen digits are kept as they are. */
function numberOf(typed: string | null | undefined): number | null {
  return typed && /^\d{1,9}(\.\d{1,6})?$/.test(typed) ? Number(typed) : null;
}
