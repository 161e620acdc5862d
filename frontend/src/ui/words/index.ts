/** How the interface speaks: the Chinese words of the first screen lie in the bundle, all others are fetched when they are asked for. */
import { shallowRef, type ShallowRef } from "vue";

export type Language = "zh" | "en";
export type Facts = Readonly<Record<string, string | number>>;

/** A sentence with its blanks filled: `{n}` takes the fact named n. A fact that is missing stays visible as its blank. */
export const fill = (sentence: string, facts: Facts = {}): string =>
  sentence.replace(/\{(\w+)\}/g, (blank, name: string) => (name in facts ? String(facts[name]) : blank));

export interface Speech<K extends string> {
  /** The sentence for a key in the language that is on. */
  readonly t: (key: K, facts?: Facts) => string;
  /** The sentence for a word that came from outside (a server's code, a state): `<section>.<word>`, or the fallback key. */
  readonly worded: (section: string, word: string, fallback: K, facts?: Facts) => string;
  readonly language: ShallowRef<Language>;
  /** Change the language; the old one stays on until the new words are there. */
  readonly speak: (language: Language) => Promise<void>;
  /** Fetch the words that don't come with the first screen; settles when they are there. */
  readonly fetchRest: () => Promise<void>;
}

/** Ways to fetch the words that don't come with the first screen. */
export type Rest<L extends string> = Readonly<Record<Language, () => Promise<Record<L, string>>>>;

/** Make a speech from the Chinese words and ways to fetch the English ones and the rest, which must have the same keys. */
export function speech<K extends string, L extends string = never>(
  zh: Record<K, string>,
  english: () => Promise<Record<K, string>>,
  rest?: Rest<L>,
): Speech<K | L> {
  // Without the rest there are no words of L: who says one has waited for it (words.test.ts walks the screens that can't).
  const dictionary = shallowRef(zh as Record<K | L, string>);
  const language = shallowRef<Language>("zh");
  let wanted: Language = "zh";
  let whole = false;
  let has = "";
  let fetching = Promise.resolve();

  const t = (key: K | L, facts?: Facts): string => fill(dictionary.value[key], facts);
  /** One fetch at a time, each of what is wanted by then: the last one asked for is the one that stays. */
  function fetchWanted(): Promise<void> {
    const mine = fetching.then(put);
    fetching = mine.catch(() => {
      wanted = language.value; // what can't be fetched is not waited for: the words that are on stay on
    });
    return mine;
  }
  async function put(): Promise<void> {
    const next = wanted;
    const all = whole ? rest : undefined;
    if (has === `${next} ${all !== undefined}`) return;
    const [words, more] = await Promise.all([next === "zh" ? zh : english(), all?.[next]()]);
    dictionary.value = { ...words, ...more } as Record<K | L, string>;
    has = `${next} ${all !== undefined}`;
    language.value = next;
    document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
  }
  return {
    t,
    worded: (section, word, fallback, facts) => {
      const key = `${section}.${word}`;
      return key in dictionary.value ? t(key as K | L, facts) : t(fallback, { ...facts, word });
    },
    language,
    speak: (next) => {
      wanted = next;
      return fetchWanted();
    },
    fetchRest: () => {
      whole = true;
      return fetchWanted();
    },
  };
}
