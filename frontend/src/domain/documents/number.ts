/** Numbers of papers, as the terminal writes them from its own blocks; the twin of field/rules/documents/number.py. */

/** How numbers are written here; it comes with the blocks. `classes` gives each kind of paper its digit. */
export type Form = {
  readonly area: string;
  readonly classes: Readonly<Record<string, string | undefined>>;
  readonly digits: number;
  readonly check: string;
};
/** Numbers that this terminal holds, without their check characters, both ends included. */
export type Block = { readonly kind: string; readonly first: number; readonly last: number };

const CHECKS: Readonly<Record<string, (digits: string) => string>> = {
  none: () => "",
  luhn: (digits) => {
    const total = [...digits].reverse().reduce((sum, digit, at) => {
      const value = Number(digit) * (at % 2 === 0 ? 2 : 1);
      return sum + (value > 9 ? value - 9 : value);
    }, 0);
    return String((10 - (total % 10)) % 10);
  },
  /** ISO 7064 MOD 11,10. */
  mod_11_10: (digits) => {
    const left = [...digits].reduce((rest, digit) => (((rest + Number(digit)) % 10 || 10) * 2) % 11, 10);
    return String((11 - left) % 10);
  },
};

/** The number as it stands on the paper. Throws where the form names a check that this version doesn't have. */
export function written(form: Form, stem: number): string {
  const check = CHECKS[form.check];
  if (check === undefined) throw new RangeError(`no check called ${form.check}`);
  return `${stem}${check(String(stem))}`;
}

/** The number without its check character: what blocks are made of. Null where papers of this kind get no numbers. */
export function stem(form: Form, kind: string, serial: number): number | null {
  const digit = form.classes[kind];
  if (digit === undefined) return null;
  return Number(`${form.area}${digit}${String(serial).padStart(form.digits, "0")}`);
}

/** The next number of this kind that the terminal may use: the lowest of its oldest block that is not taken; null where none is left. */
export function nextStem(blocks: readonly Block[], kind: string, taken: ReadonlySet<number>): number | null {
  for (const block of blocks)
    if (block.kind === kind)
      for (let one = block.first; one <= block.last; one += 1) if (!taken.has(one)) return one;
  return null;
}

/** How many of this kind are left. */
export const numbersLeft = (blocks: readonly Block[], kind: string, taken: ReadonlySet<number>): number =>
  blocks
    .filter((block) => block.kind === kind)
    .reduce((sum, block) => {
      const used = [...taken].filter((one) => block.first <= one && one <= block.last).length;
      return sum + block.last - block.first + 1 - used;
    }, 0);
