/** The plate keyboard: every kind of plate can be typed with the keys that are shown, and the keys stand where the drawing has them. */
import { describe, expect, it } from "vitest";

import { plateFault, type PlateType } from "@/domain/plate";
import { boxesOf, ENDINGS, keyRows, reshape, setAt, typeByMark } from "./plate-keys";

describe("the keys of a box", () => {
  it("are the provinces at the first, the home one in the first place", () => {
    const rows = keyRows(setAt("02", 0), "浙");

    expect(rows[0]?.[0]).toBe("浙");
    expect(rows.flat()).toHaveLength(31);
    expect(rows.every((row) => row.length <= 6)).toBe(true);
  });

  it("are digits two by five and letters by ABC without I and O elsewhere", () => {
    const rows = keyRows(setAt("02", 3), "浙");

    expect(rows.map((row) => row.length)).toEqual([5, 5, 6, 6, 6, 6]);
    expect(rows.flat()).not.toContain("I");
    expect(rows.flat()).not.toContain("O");
    expect(rows[2]?.join("")).toBe("ABCDEF");
  });

  it("are the endings in one row of six", () => {
    expect(keyRows("endings", "浙")).toEqual([[...ENDINGS]]);
  });
});

describe("a plate", () => {
  it.each<[PlateType, string]>([
    ["02", "浙M5K082"],
    ["52", "浙MD06618"],
    ["51", "浙M06618D"],
    ["15", "浙M5K08挂"],
    ["16", "浙M5K08学"],
    ["23", "浙M5K08警"],
    ["26", "粤Z5K08港"],
    ["27", "粤Z5K08澳"],
    ["03", "224578使"],
    ["04", "浙M1234领"],
    ["31", "WJ浙12345"],
    ["32", "VA12345"],
  ])("of type %s takes %s into its boxes", (type, number) => {
    const start = reshape(boxesOf([], type), type);
    const characters = [...number];

    expect(start).toHaveLength(characters.length);
    characters.forEach((character, box) => {
      const shown = keyRows(setAt(type, box), "浙").flat();
      expect(start[box] === character || shown.includes(character), `${character} in box ${box + 1}`).toBe(
        true,
      );
    });
    expect(plateFault(number, type)).toBe("");
  });

  it("keeps what was typed when it becomes a new-energy one, and gets one box more", () => {
    expect(reshape([..."浙MD0661"], "52")).toEqual([..."浙MD0661", ""]);
  });

  it("loses its ending when it becomes an ordinary one again", () => {
    expect(reshape([..."浙M5K08警"], "02")).toEqual([..."浙M5K08", ""]);
  });

  it("is of the kind that its ending says", () => {
    expect(typeByMark("警")).toBe("23");
    expect(typeByMark("5")).toBeNull();
  });
});
