import { describe, expect, it } from "vitest";

import { boxes, keysFor, press, provinceRows, unpress, type Typed } from "./keyboard";
import { plateFault, PROVINCES } from "./plate";

const EMPTY: Typed = { text: "", type: "02" };
const typed = (keys: readonly string[], from: Typed = EMPTY): Typed => keys.reduce(press, from);

describe("the plate keyboard", () => {
  it("offers all 31 provinces once, the home region first", () => {
    const keys = provinceRows("浙").flat();

    expect(keys.slice(0, 6).join("")).toBe("浙沪苏皖赣闽");
    expect([...keys].sort()).toEqual([...PROVINCES].sort());
  });

  it("puts an unknown home region first all the same", () => {
    expect(provinceRows("粤").flat()[0]).toBe("粤");
    expect(provinceRows("粤").flat()).toHaveLength(31);
  });

  it("starts with provinces and goes on with digits in rows of five and letters in rows of six", () => {
    expect(keysFor(EMPTY, "浙").layout).toBe("provinces");
    const next = keysFor({ text: "浙", type: "02" }, "浙");
    expect(next.rows.map((row) => row.length)).toEqual([5, 5, 6, 6, 6, 6]);
    expect(next.rows.flat()).not.toContain("I");
    expect(next.rows.flat()).not.toContain("O");
  });

  it("wants a letter in the second box", () => {
    expect(keysFor({ text: "浙", type: "02" }, "浙").off.has("5")).toBe(true);
    expect(keysFor({ text: "浙M", type: "02" }, "浙").off.size).toBe(0);
  });

  it.each([
    [["浙", "M", "5", "K", "0", "8", "2"], "02"],
    [["浙", "M", "1", "2", "3", "4", "警"], "23"],
    [["浙", "M", "1", "2", "3", "4", "挂"], "15"],
    [["浙", "M", "1", "2", "3", "4", "学"], "16"],
    [["粤", "Z", "1", "2", "3", "4", "港"], "26"],
    [["粤", "Z", "1", "2", "3", "4", "澳"], "27"],
    [["使", "2", "2", "4", "5", "7", "8"], "03"],
    [["WJ", "浙", "1", "2", "3", "4", "X"], "31"],
  ] as const)("types %j as a number of type %s", (keys, type) => {
    const done = typed(keys);

    expect(done.type).toBe(type);
    expect(plateFault(done.text, done.type)).toBe("");
  });

  it("takes an eighth character only from types that have eight", () => {
    const seven = typed(["浙", "M", "D", "0", "6", "6", "1"]);
    expect(press(seven, "8")).toEqual(seven);
    expect(press({ ...seven, type: "52" }, "8").text).toBe("浙MD06618");
    expect([boxes("02"), boxes("52"), boxes("41")]).toEqual([7, 8, 0]);
  });

  it("takes keys back one at a time, WJ as one, and a lost ending makes an ordinary number again", () => {
    expect(unpress(typed(["浙", "M", "5"])).text).toBe("浙M");
    expect(unpress(typed(["WJ"]))).toEqual({ text: "", type: "02" });
    expect(unpress(typed(["浙", "M", "1", "2", "3", "4", "警"]))).toEqual({ text: "浙M1234", type: "02" });
    expect(unpress(EMPTY).text).toBe("");
  });
});
