// @vitest-environment happy-dom
/** The plate keyboard as it is pressed: names that can be heard, one event a key. */
import { cleanup, fireEvent, render } from "@testing-library/vue";
import { afterEach, beforeAll, describe, expect, it } from "vitest";

import { restOfWords } from "../say";
import PlateBoxes from "./PlateBoxes.vue";
import PlateKeys from "./PlateKeys.vue";

beforeAll(restOfWords);
afterEach(cleanup);

describe("the plate keyboard", () => {
  it("shows the home province first and offers 无号牌, embassy and armed police beside the provinces", async () => {
    const { getAllByRole, getByRole, emitted } = render(PlateKeys, {
      props: { set: "provinces", home: "浙" },
    });

    expect(getAllByRole("button")[0]?.textContent).toBe("浙");
    await fireEvent.click(getByRole("button", { name: "无号牌" }));
    await fireEvent.click(getByRole("button", { name: "使 使馆" }));
    await fireEvent.click(getByRole("button", { name: "WJ 武警" }));

    expect(emitted()["none"]).toHaveLength(1);
    expect(emitted()["key"]).toEqual([["使"], ["WJ"]]);
  });

  it("says each key it is pressed, and erases and goes on by words", async () => {
    const { getByRole, emitted } = render(PlateKeys, { props: { set: "letters", home: "浙" } });

    for (const key of ["5", "K", "0"]) await fireEvent.click(getByRole("button", { name: key }));
    await fireEvent.click(getByRole("button", { name: "删除一个字" }));
    await fireEvent.click(getByRole("button", { name: "下一步" }));

    expect(emitted()["key"]).toEqual([["5"], ["K"], ["0"]]);
    expect(emitted()["erase"]).toHaveLength(1);
    expect(emitted()["next"]).toHaveLength(1);
  });
});

describe("the boxes", () => {
  it("are named by place and content, and say which are in doubt", () => {
    const { getByRole } = render(PlateBoxes, {
      props: { boxes: ["浙", "M", "5", "K", "0", "8", ""], at: 5, unsure: [5] },
    });

    expect(getByRole("button", { name: "第 1 位，浙" })).toBeTruthy();
    expect(getByRole("button", { name: "第 6 位，8，看不准，请核对" }).getAttribute("aria-current")).toBe(
      "true",
    );
    expect(getByRole("button", { name: "第 7 位，空" })).toBeTruthy();
  });
});
