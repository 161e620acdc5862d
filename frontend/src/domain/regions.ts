/** Provinces and issuing letters: how a number plate begins. */

/** The 31 characters of the provinces, in the order of the keyboard's rows without the home region. */
export const PROVINCES = "京津冀鲁豫晋辽吉黑蒙陕甘鄂湘粤桂琼渝川贵云藏青宁新浙沪苏皖赣闽";
/** A to Z without I and O. */
export const LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ";

/** Province and issuing letter, e.g. `浙M`; empty where the number doesn't begin with them. */
export function regionOf(number: string): string {
  const [province = "", letter = ""] = number;
  return number.length > 2 && isOneOf(PROVINCES, province) && isOneOf(LETTERS, letter)
    ? province + letter
    : "";
}

/** Whether one character stands among these. */
export const isOneOf = (characters: string, one: string): boolean => one !== "" && characters.includes(one);
