/**
 * Numbers that name people and vehicles: resident identity and driving licence (GB 11643), VIN (GB 16735, warns only), police number; masks.
 * The same rules as the server's field/rules/identity.py, held together by tests/cases/identity.json.
 */

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CHECK_CHARACTERS = "10X98765432";
const VIN_WEIGHTS = [8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2];
// The place of a letter or digit in this text, modulo ten, is its value: A=1 … H=8, J=1 … N=5, P=7, R=9, S=2 … Z=9.
const VIN_VALUES = "0123456789.ABCDEFGH..JKLMN.P.R..STUVWXYZ";
// 13 and more digits are an identity number with some missing, not a passport.
const FOREIGN = /^(?![0-9]{13,17}X?$)[A-Z0-9]{6,17}$/;

/** What is wrong with an identity number; empty where nothing is. */
export type IdFault = "" | "length" | "characters" | "birth_date" | "check_digit";

/** Half-width, capitals, without spaces and dashes. */
export const normaliseId = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\s-]+/g, "")
    .toUpperCase();

/** What is wrong with a normalised identity number of 18. `today` is an ISO day. */
export function idNumberFault(number: string, today: string): IdFault {
  if (number.length !== 18) return "length";
  if (!/^[1-9][0-9]{16}[0-9X]$/.test(number)) return "characters";
  const born = bornOn(number);
  if (born === null || born < "1900-01-01" || born > today) return "birth_date";
  return checkCharacter(number.slice(0, 17)) === number[17] ? "" : "check_digit";
}

/** What is wrong with a driving licence's number; 6 to 17 characters may be a foreign holder's document, taken as it is. */
export const licenceFault = (number: string, today: string): IdFault =>
  FOREIGN.test(number) ? "" : idNumberFault(number, today);

/** The eighteenth character of an identity number (ISO 7064 MOD 11-2). */
export function checkCharacter(seventeen: string): string {
  const total = WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(seventeen[at]), 0);
  return CHECK_CHARACTERS.charAt(total % 11);
}

/** The birth day inside an identity number of 18, as an ISO day; null where it holds none. */
export function bornOn(number: string): string | null {
  const parts = number.length === 18 ? /^.{6}(\d{4})(\d{2})(\d{2})/.exec(number) : null;
  if (parts === null) return null;
  const day = `${parts[1]}-${parts[2]}-${parts[3]}`;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : null;
}

/** Completed years on an ISO day; null where the number holds no birth date. */
export function ageOn(number: string, day: string): number | null {
  const born = bornOn(number);
  if (born === null) return null;
  return Number(day.slice(0, 4)) - Number(born.slice(0, 4)) - (day.slice(5) < born.slice(5) ? 1 : 0);
}

/** Why a VIN may be misread; empty where it is sound. Imported and old cars may fail: warn, never refuse. */
export function vinDoubt(vin: string): "" | "length" | "characters" | "check_digit" {
  if (vin.length !== 17) return "length";
  const values = [...vin].map((one) => (one === "." ? -1 : VIN_VALUES.indexOf(one)));
  if (values.includes(-1)) return "characters";
  const total = values.reduce((sum, value, at) => sum + (value % 10) * (VIN_WEIGHTS[at] ?? 0), 0);
  return vin[8] === "0123456789X"[total % 11] ? "" : "check_digit";
}

/** Whose number it is: six digits are a sworn officer's, F and five digits an auxiliary's. */
export function policeNumberOf(text: string): "sworn" | "auxiliary" | "" {
  if (/^[0-9]{6}$/.test(text)) return "sworn";
  return /^F[0-9]{5}$/.test(text) ? "auxiliary" : "";
}

/** The first character and two stars, whatever the length. */
export const maskName = (name: string): string => (name.trim() === "" ? "" : `${[...name.trim()][0]}**`);

/** First four and last four; shorter numbers keep two characters at most. */
export function maskLicence(number: string): string {
  if (number.length < 12) {
    const kept = Math.max(0, Math.min(2, number.length - 3));
    return number.slice(0, kept) + "*".repeat(number.length - kept);
  }
  return number.slice(0, 4) + "*".repeat(number.length - 8) + number.slice(-4);
}

/** First three and last four of a mobile number; of anything shorter, only the last two. */
export function maskPhone(phone: string): string {
  if (phone.length < 9)
    return phone.length > 2 ? "*".repeat(phone.length - 2) + phone.slice(-2) : "*".repeat(phone.length);
  return phone.slice(0, 3) + "*".repeat(phone.length - 7) + phone.slice(-4);
}
