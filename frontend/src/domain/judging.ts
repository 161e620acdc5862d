/** The law and the papers at work: fetched as one piece when first needed, since the first screen judges nothing. */
export { readPapers, type Papers } from "./documents/book";
export { compose, Refused } from "./documents/compose";
export { NotASheet, type Said } from "./documents/sheet";
export { readBook } from "./law/book";
export { factsOf, type SaidOnTheRoad } from "./law/casting";
export { judge, NotFacts, type Book, type Line, type Verdict } from "./law/engine";
