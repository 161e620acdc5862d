/** Marks on the map as elements: text from the server is set as text and never becomes markup. */
const SVG = "http://www.w3.org/2000/svg";

type Attributes = Readonly<Record<string, string>>;

/** What OfficerMark shows: solid up to 30 seconds, a ring up to five minutes, a moon at the last place when asleep; a tick when on a task. */
export interface OfficerLook {
  readonly age: "fresh" | "recent" | "asleep";
  readonly busy: boolean;
  readonly label: string;
}

/** A drawing of an officer's mark, with the label that names them and says the age in words. */
export function officerMark({ age, busy, label }: OfficerLook): HTMLElement {
  const mark = box("officer-mark", label);
  const drawing = svg(24);
  if (age === "asleep") {
    drawing.append(
      shape("circle", { cx: "12", cy: "12", r: "10", class: "asleep" }),
      shape("path", { d: "M16 15A5.500 5.500 0 0 1 9 7.500 5.500 5.500 0 1 0 16 15z", class: "moon" }),
    );
  } else {
    drawing.append(shape("circle", { cx: "12", cy: "12", r: age === "fresh" ? "10" : "8.500", class: age }));
    if (busy) drawing.append(shape("path", { d: "m8 12 3 3.500L16.500 9", class: `tick-${age}` }));
  }
  mark.append(drawing);
  return mark;
}

/** What TaskPin shows: one character in a drop, amber where the task waits for somebody at this desk. */
export interface TaskLook {
  readonly character: string;
  readonly waits: boolean;
  readonly selected: boolean;
  readonly label: string;
}

/** A drawing of a task's pin; its point is the place. */
export function taskPin({ character, waits, selected, label }: TaskLook): HTMLElement {
  const mark = box("task-pin", label, false);
  if (waits) mark.classList.add("waits");
  if (selected) mark.classList.add("selected");
  const drawing = svg(40);
  drawing.setAttribute("viewBox", "-15 -38 30 40");
  const text = shape("text", { y: "-18", "text-anchor": "middle" });
  text.textContent = character;
  drawing.append(shape("path", { d: "M0 0s13-13 13-23a13 13 0 1 0-26 0c0 10 13 23 13 23z" }), text);
  mark.append(drawing);
  return mark;
}

/** The name of a road on the map. */
export function roadName(name: string): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "road-name";
  mark.textContent = name;
  return mark;
}

/** A number in a circle, for violations that lie too close together to be shown one by one. */
export function cluster(count: number): HTMLElement {
  const mark = document.createElement("span");
  mark.className = "cluster";
  mark.textContent = String(count);
  return mark;
}

function box(name: string, label: string, shown = true): HTMLElement {
  const mark = document.createElement("div");
  mark.className = name;
  if (shown) {
    const words = document.createElement("span");
    words.textContent = label;
    mark.append(words);
  }
  return mark;
}

function svg(size: number): SVGElement {
  return shape("svg", {
    width: String(size === 40 ? 30 : size),
    height: String(size),
    viewBox: `0 0 ${size} ${size}`,
    "aria-hidden": "true",
  });
}

function shape(name: string, attributes: Attributes): SVGElement {
  const found = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) found.setAttribute(key, value);
  return found;
}
