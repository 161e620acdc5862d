/** A paper as HTML without a style or a script of its own, for the printer that the system drives; `article` is the twin of field/documents/screen.py. */
import { modules, pathOf } from "../qr";
import type { Papers } from "./book";
import { laidOut } from "./layout";
import { CAPTION, type Width } from "./slip";

/** One `<article>`; each line of the text is one `<p>`, whose class says what it is. */
export function article(text: string, papers: Papers): string {
  const lines = laidOut(text, papers).map(
    (line) => `<p class="paper-${line.style}"><b>${escaped(line.label)}</b>${escaped(line.text)}</p>`,
  );
  return `<article class="paper" lang="zh-Hans">\n${lines.join("\n")}\n</article>`;
}

/** The slip as a page: the article, the QR code and its caption below. Its looks are in styles/slip.css. */
export function page(text: string, papers: Papers, beside: { address: string; width_mm: Width }): string {
  const rows = modules(beside.address);
  const code = `<svg class="slip-qr" viewBox="0 0 ${rows.length} ${rows.length}" shape-rendering="crispEdges"><path d="${pathOf(rows)}"/></svg>`;
  return `<div class="slip slip-${beside.width_mm}">${article(text, papers)}${code}<p class="slip-caption">${CAPTION}</p></div>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#x27;",
};
const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
