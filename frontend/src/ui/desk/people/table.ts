/** Tables of people: a file's text, whatever wrote it, and the codes as a file that a spreadsheet opens. */
import type { HandedOut } from "@/remote/desk";

/** The text of a file: UTF-8, or what Chinese spreadsheets write. */
export function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("gb18030").decode(bytes);
  }
}

/** The codes as CSV, with the mark by which spreadsheets know UTF-8. What a spreadsheet would take for a formula is quoted as text. */
export function codesAsTable(codes: readonly HandedOut[], header: string): string {
  const cell = (text: string): string => {
    const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
  };
  const rows = codes.map((one) =>
    [one.police_number, one.name, one.code, one.expires_at.slice(0, 10)].map(cell).join(","),
  );
  return `\ufeff${[header, ...rows].join("\r\n")}\r\n`;
}
