/** How a fact is asked for that a verdict hangs on: from a list, as a number, or as yes and no. Names are those of the judge's language. */

export type Asking =
  | { readonly as: "choice"; readonly options: readonly string[] }
  | { readonly as: "number"; readonly offered: readonly number[] }
  | { readonly as: "yes_no" };

const LICENCE = ["valid", "none", "expired", "wrong_class", "suspended", "detained", "revoked"];
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  road: ["street", "highway", "urban_expressway", "expressway"],
  vehicle_class: [
    ...["small_passenger", "medium_passenger", "large_passenger"],
    ...["light_truck", "medium_truck", "heavy_truck", "trailer"],
    ...["motorcycle", "moped", "low_speed", "tractor", "ebike", "bicycle"],
  ],
  vehicle_use: [
    ...["private", "taxi", "bus", "highway_coach", "tour_coach", "school_bus"],
    ...["freight", "hazmat", "learner", "other_commercial"],
  ],
  person_licence: LICENCE,
  act_licence: LICENCE,
  act_basis: ["general", "sign", "line"],
  act_whose: ["driver", "passenger"],
  act_which: ["driving_licence", "vehicle_licence"],
};
const NUMBERS: Readonly<Record<string, readonly number[]>> = {
  person_points_so_far: [0, 1, 3, 6, 9],
  person_age: [],
  vehicle_seats: [5, 7],
  vehicle_total_mass_kg: [],
  vehicle_rated_load_kg: [],
  act_aboard: [],
  act_gross_kg: [],
  act_load_kg: [],
  act_premium: [],
  act_profit: [],
  act_months: [],
  act_hours: [],
};

/** The fact's name as the words have it: `acts[0].whose` is `act_whose`. */
export const factWord = (name: string): string => name.replace(/^acts\[\d+\]\./, "act_").replace(".", "_");

/** How it is asked. */
export function askingFor(name: string): Asking {
  const word = factWord(name);
  const options = CHOICES[word];
  if (options !== undefined) return { as: "choice", options };
  const offered = NUMBERS[word];
  return offered === undefined ? { as: "yes_no" } : { as: "number", offered };
}

/** The word for one option of a choice. */
export const optionWord = (name: string, option: string): string => {
  const word = factWord(name);
  return word.endsWith("licence") ? `licence.${option}` : `${word}.${option}`;
};

/** The kinds of vehicle that are offered first for a type of plate: what most plates of that type are on. */
export function kindsOfVehicle(plate_type: string): readonly string[] {
  const all = CHOICES["vehicle_class"] ?? [];
  const first = USUAL[plate_type] ?? [];
  return [...first, ...all.filter((one) => !first.includes(one))];
}
const LARGE = ["large_passenger", "medium_passenger", "heavy_truck", "medium_truck"];
const SMALL = ["small_passenger", "light_truck"];
const USUAL: Readonly<Record<string, readonly string[]>> = {
  "01": LARGE,
  "02": SMALL,
  "07": ["motorcycle"],
  "08": ["moped"],
  "13": ["low_speed"],
  "14": ["tractor"],
  "15": ["trailer"],
  "51": LARGE,
  "52": SMALL,
};
