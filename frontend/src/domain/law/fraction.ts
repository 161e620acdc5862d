/** Exact numbers: 0.091 times 220 is 20.02. Two whole numbers each, never rounded. */

export type Fraction = { readonly over: bigint; readonly under: bigint };

/** The fraction of exactly the digits with which a number is written. Throws for what is no finite number. */
export function fraction(value: number): Fraction {
  const written = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (written === null) throw new RangeError(`no finite number: ${value}`);
  const [, sign = "", whole = "0", decimals = "", exponent = "0"] = written;
  const shift = Number(exponent) - decimals.length;
  const digits = BigInt(sign + whole + decimals);
  return shift >= 0
    ? { over: digits * 10n ** BigInt(shift), under: 1n }
    : { over: digits, under: 10n ** BigInt(-shift) };
}

/** Whether something is a fraction. */
export function isFraction(value: unknown): value is Fraction {
  return typeof value === "object" && value !== null && "under" in value;
}

export const add = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.under + b.over * a.under,
  under: a.under * b.under,
});

export const subtract = (a: Fraction, b: Fraction): Fraction => add(a, { over: -b.over, under: b.under });

export const multiply = (a: Fraction, b: Fraction): Fraction => ({
  over: a.over * b.over,
  under: a.under * b.under,
});

/** Below 0, 0 or above 0: as a stands to b. Denominators are never negative. */
export function compare(a: Fraction, b: Fraction): number {
  const difference = a.over * b.under - b.over * a.under;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** As a number of JSON has it: whole where it is whole, else to the cent. */
export function toNumber(value: Fraction): number {
  if (value.over % value.under === 0n) return Number(value.over / value.under);
  return Math.round((Number(value.over) / Number(value.under)) * 100) / 100;
}
