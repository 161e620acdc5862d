/** The officer's words, in the language that is on. The first screens' come with the app; the others with the first screen behind those. */
import { speech, type Facts, type Language } from "../words";
import { first as zh } from "../words/first.zh";
import type { officer as rest } from "../words/zh";

/** A word that is there from the start. */
export type FirstWord = keyof typeof zh;
export type Word = FirstWord | keyof typeof rest;

const said = speech<FirstWord, Exclude<Word, FirstWord>>(
  zh,
  async () => (await import("../words/first.en")).first,
  {
    zh: async () => (await import("../words/zh")).officer,
    en: async () => (await import("../words/en")).officer,
  },
);

/** The sentence for a key. Only for what is shown once `restOfWords` has settled. */
export const t = said.t;
/** The sentence for a key, for the screens that stand before anything else has been fetched. */
export const first: (key: FirstWord, facts?: Facts) => string = said.t;
export const language = said.language;
export const speak = said.speak;
export const languages: readonly Language[] = ["zh", "en"];

/** Fetch the words of all other screens; settles when they are there. Changing the language then changes them too. */
export const restOfWords = said.fetchRest;

/** The sentence for a word that came from outside; the fallback where it is unknown. */
export const worded = said.worded;

/** What a server's refusal means, by its code. */
export const refusalText = (code: string): string => worded("code", code, "code.unknown");
