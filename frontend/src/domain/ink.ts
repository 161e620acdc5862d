/** A signature as it is drawn on glass: strokes of points, and the picture that is made of them. Pure: the same strokes give the same dots. */

/** A place on the glass, in pixels of the screen. */
export type Point = { readonly x: number; readonly y: number };
/** The strokes, each from where the finger touched to where it left. */
export type Ink = readonly (readonly Point[])[];
/** A picture of black and white: rows of `width` dots, 1 where it is black. */
export type Dots = { readonly width: number; readonly height: number; readonly black: Uint8Array };

/** What is a signature and not a slip of the finger. */
const LEAST_POINTS = 8;
const LEAST_LENGTH_PX = 90;
/** The picture: no wider and no higher than this, with a margin, and the pen as thick as on the glass. */
const MOST_ACROSS = 600;
const MOST_DOWN = 300;
const MARGIN = 12;
const PEN_PX = 5;

/** True where somebody signed; a dot or a dash is none yet. */
export function isSigned(ink: Ink): boolean {
  const points = ink.reduce((sum, stroke) => sum + stroke.length, 0);
  const length = ink.reduce((sum, stroke) => sum + lengthOf(stroke), 0);
  return points >= LEAST_POINTS && length >= LEAST_LENGTH_PX;
}

const lengthOf = (stroke: readonly Point[]): number =>
  stroke.slice(1).reduce((sum, to, at) => {
    const from = stroke[at] ?? to;
    return sum + Math.hypot(to.x - from.x, to.y - from.y);
  }, 0);

/** A stroke as a path of an SVG, rounded between its points; a touch alone is a dot. */
export function pathOfStroke(stroke: readonly Point[]): string {
  const [first, ...rest] = stroke;
  if (first === undefined) return "";
  if (rest.length === 0) return `M${at(first)}l0 .01`;
  const curves = rest.map(
    (point, index) => `Q${at(stroke[index] ?? point)} ${at(between(stroke[index] ?? point, point))}`,
  );
  return `M${at(first)}${curves.join("")}L${at(rest[rest.length - 1] ?? first)}`;
}

const at = (point: Point): string => `${point.x.toFixed(1)} ${point.y.toFixed(1)}`;
const between = (one: Point, other: Point): Point => ({ x: (one.x + other.x) / 2, y: (one.y + other.y) / 2 });

/** The ink as a picture, cut to what was drawn: black on white, one dot a bit of it. Nothing drawn gives one white dot. */
export function dotsOf(ink: Ink): Dots {
  const points = ink.flat();
  if (points.length === 0) return { width: 1, height: 1, black: new Uint8Array(1) };
  const left = Math.min(...points.map((one) => one.x));
  const top = Math.min(...points.map((one) => one.y));
  const across = Math.max(...points.map((one) => one.x)) - left;
  const down = Math.max(...points.map((one) => one.y)) - top;
  const scale = Math.min(2, MOST_ACROSS / Math.max(across, 1), MOST_DOWN / Math.max(down, 1));
  const pen = Math.max(1.5, (PEN_PX * scale) / 2);
  const width = Math.ceil(across * scale + 2 * MARGIN);
  const height = Math.ceil(down * scale + 2 * MARGIN);
  const black = new Uint8Array(width * height);
  const place = (one: Point): Point => ({
    x: (one.x - left) * scale + MARGIN,
    y: (one.y - top) * scale + MARGIN,
  });
  for (const stroke of ink) {
    let from = stroke[0];
    for (const to of stroke) {
      line(black, width, height, place(from ?? to), place(to), pen);
      from = to;
    }
  }
  return { width, height, black };
}

/** A line with round ends: a disc at each half dot of the way. */
function line(black: Uint8Array, width: number, height: number, from: Point, to: Point, pen: number): void {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) * 2));
  for (let step = 0; step <= steps; step += 1) {
    const x = from.x + ((to.x - from.x) * step) / steps;
    const y = from.y + ((to.y - from.y) * step) / steps;
    for (
      let row = Math.max(0, Math.floor(y - pen));
      row <= Math.min(height - 1, Math.ceil(y + pen));
      row += 1
    )
      for (
        let column = Math.max(0, Math.floor(x - pen));
        column <= Math.min(width - 1, Math.ceil(x + pen));
        column += 1
      )
        if ((column - x) ** 2 + (row - y) ** 2 <= pen * pen) black[row * width + column] = 1;
  }
}
