/** The officer's words, in the language that is on. */
import { speech, type Language } from "../words";
import { codes, officer } from "../words/zh";

const words = { ...codes, ...officer };
export type Word = keyof typeof words;

const said = speech<Word>(words, async () => {
  const en = await import("../words/en");
  return { ...en.codes, ...en.officer };
});

export const t = said.t;
export const language = said.language;
export const speak = said.speak;
export const languages: readonly Language[] = ["zh", "en"];

/** The sentence for a word that came from outside; the fallback where it is unknown. */
export const worded = said.worded;
