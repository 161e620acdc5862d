/** How the interface speaks: Chinese lies in the bundle, English is fetched when it is asked for. */
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
}

/** Make a speech from the Chinese words and a way to fetch the English ones, which must have the same keys. */
export function speech<K extends string>(
  zh: Record<K, string>,
  english: () => Promise<Record<K, string>>,
): Speech<K> {
  const dictionary = shallowRef<Record<K, string>>(zh);
  const language = shallowRef<Language>("zh");
  const t = (key: K, facts?: Facts): string => fill(dictionary.value[key], facts);
  return {
    t,
    worded: (section, word, fallback, facts) => {
      const key = `${section}.${word}`;
      return key in dictionary.value ? t(key as K, facts) : t(fallback, { ...facts, word });
    },
    language,
    speak: async (next) => {
      dictionary.value = next === "zh" ? zh : await english();
      language.value = next;
      document.documentElement.lang = next === "zh" ? "zh-Hans" : "en";
    },
  };
}
