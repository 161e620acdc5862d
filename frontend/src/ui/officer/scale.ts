/** A map's scale line: a round length that fits, and how long it is on the screen. */

/** A length and the pixels that it takes. */
export interface ScaleLine {
  readonly metres: number;
  readonly px: number;
}

const ROUND = [5, 3, 2, 1] as const;

/** The longest round length (1, 2, 3 or 5 with zeros) within `most_px` pixels that show `span_m` metres; null where there is no map to measure yet. */
export function scaleWithin(span_m: number, most_px: number): ScaleLine | null {
  if (!(span_m >= 1)) return null;
  const ten = 10 ** Math.floor(Math.log10(span_m));
  const metres = ten * (ROUND.find((digit) => digit * ten <= span_m) ?? 1);
  return { metres, px: Math.round((most_px * metres) / span_m) };
}
