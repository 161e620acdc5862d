// @vitest-environment happy-dom
/** Read aloud in the lawful order, sign on the glass, the slip as it will be printed. */
import { cleanup, fireEvent, render } from "@testing-library/vue";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { isSigned, type Ink } from "@/domain/ink";
import { restOfWords } from "../say";
import ReadAloud from "./ReadAloud.vue";
import SignPad from "./SignPad.vue";
import SlipPaper from "./SlipPaper.vue";
import { papers } from "@/testing/papers";

beforeAll(restOfWords);
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const LINES = ["你**闯红灯**（1625）。", "依据道交法 90 条。", "拟**罚款 200 元**。", "你可以陈述和申辩。"];

/** The phone's voice: it says one line after the other when the test lets it. */
class Voice extends EventTarget {
  readonly said: string[] = [];
  readonly getVoices: () => { lang: string; localService: boolean }[];
  private ends: (() => void)[] = [];
  private errors: (() => void)[] = [];
  constructor(...langs: string[]) {
    super();
    this.getVoices = () => langs.map((lang) => ({ lang, localService: true }));
  }
  speak(one: { text: string; onend: () => void; onerror: () => void }): void {
    this.said.push(one.text);
    this.ends.push(one.onend);
    this.errors.push(one.onerror);
  }
  cancel(): void {
    const [end] = this.ends.splice(0);
    this.errors = [];
    end?.(); // as Chrome does
  }
  end(): void {
    this.errors.shift();
    this.ends.shift()?.();
  }
  fail(): void {
    this.ends.shift();
    this.errors.shift()?.();
  }
}

/** What is looked for on the screen. */
let watched: Element | undefined;
let seen: ((entries: { isIntersecting: boolean }[]) => void) | undefined;
beforeEach(() => {
  seen = undefined;
  vi.stubGlobal(
    "IntersectionObserver",
    class {
      constructor(told: typeof seen) {
        seen = told;
      }
      observe(what: Element): void {
        watched = what;
      }
      disconnect(): void {}
    },
  );
});

function withVoice(voice: Voice): Voice {
  vi.stubGlobal("speechSynthesis", voice);
  vi.stubGlobal(
    "SpeechSynthesisUtterance",
    class {
      constructor(readonly text: string) {}
    },
  );
  return voice;
}

describe("what the law wants said", () => {
  it("is said line by line in its order, without the marks, and is read when the last one has been said", async () => {
    const voice = withVoice(new Voice("en-US", "zh-CN"));
    const { getByRole, getAllByRole, emitted } = render(ReadAloud, { props: { lines: LINES } });
    await fireEvent.click(getByRole("button", { name: "朗读" }));

    expect(voice.said).toEqual(["你闯红灯（1625）。"]);
    voice.end();
    voice.end();
    voice.end();
    expect(emitted()["read"]).toBeUndefined();
    voice.end();

    expect(voice.said).toEqual([
      "你闯红灯（1625）。",
      "依据道交法 90 条。",
      "拟罚款 200 元。",
      "你可以陈述和申辩。",
    ]);
    expect(emitted()["read"]).toHaveLength(1);
    expect(getAllByRole("listitem").map((one) => one.textContent?.trim())).toEqual(voice.said);
    expect(getAllByRole("listitem")[0]?.querySelector("b")?.textContent).toBe("闯红灯");
  });

  it("counts as read when its last line was on the screen, with no voice at all", () => {
    vi.stubGlobal("speechSynthesis", undefined);
    const { queryByRole, emitted } = render(ReadAloud, { props: { lines: LINES } });

    expect(queryByRole("button")).toBeNull();
    expect(watched?.previousElementSibling?.lastElementChild?.textContent).toContain(LINES[3]);
    seen?.([{ isIntersecting: false }]);
    expect(emitted()["read"]).toBeUndefined();
    seen?.([{ isIntersecting: true }]);
    seen?.([{ isIntersecting: true }]);

    expect(emitted()["read"]).toHaveLength(1);
  });

  it("is not read by a voice of another language", () => {
    withVoice(new Voice("en-US", "ja-JP"));

    expect(render(ReadAloud, { props: { lines: LINES } }).queryByRole("button")).toBeNull();
  });

  it("stops where it is told to, and isn't taken as read for it", async () => {
    const voice = withVoice(new Voice("zh-CN"));
    const { getByRole, emitted } = render(ReadAloud, { props: { lines: LINES } });
    await fireEvent.click(getByRole("button", { name: "朗读" }));

    await fireEvent.click(getByRole("button", { name: "停" }));

    expect(voice.said).toHaveLength(1);
    expect(emitted()["read"]).toBeUndefined();
    expect(getByRole("button", { name: "朗读" })).toBeTruthy();
  });

  it("goes silent without an error where the phone loses its voice", async () => {
    const voice = withVoice(new Voice("zh-CN"));
    const { getByRole, queryByRole, emitted } = render(ReadAloud, { props: { lines: LINES } });
    await fireEvent.click(getByRole("button", { name: "朗读" }));

    voice.fail();
    await Promise.resolve();

    expect(queryByRole("button")).toBeNull();
    expect(emitted()["read"]).toBeUndefined();
  });
});

describe("the glass", () => {
  const signing = (props = {}) => {
    let ink: Ink = [];
    const view = render(SignPad, {
      props: {
        label: "被处罚人签名",
        ink,
        "onUpdate:ink": async (now: Ink) => view.rerender({ ink: (ink = now) }),
        ...props,
      },
    });
    return { ...view, ink: () => ink };
  };
  const finger = (pointerId: number, x: number, y: number) => ({
    pointerId,
    clientX: x,
    clientY: y,
    button: 0,
  });

  it("takes the strokes of one finger, and not those of the palm beside it", async () => {
    const { getByRole, ink } = signing();
    const glass = getByRole("img", { name: "被处罚人签名，还没签" });
    await fireEvent.pointerDown(glass, finger(1, 10, 10));
    await fireEvent.pointerDown(glass, finger(2, 300, 150));
    await fireEvent.pointerMove(glass, finger(2, 310, 160));
    for (let at = 1; at <= 12; at += 1)
      await fireEvent.pointerMove(glass, finger(1, 10 + 10 * at, 10 + 5 * at));
    await fireEvent.pointerUp(glass, finger(2, 310, 160));
    await fireEvent.pointerUp(glass, finger(1, 130, 70));
    await fireEvent.pointerMove(glass, finger(1, 200, 200));
    await fireEvent.pointerDown(glass, finger(1, 40, 90));
    await fireEvent.pointerUp(glass, finger(1, 40, 90));

    expect(ink().map((stroke) => stroke.length)).toEqual([13, 1]);
    expect(ink()[0]?.[12]).toEqual({ x: 130, y: 70 });
    expect(isSigned(ink())).toBe(true);
    expect(getByRole("img", { name: "被处罚人签名，已有签名" }).querySelectorAll("path")).toHaveLength(2);
  });

  it("is wiped by 重签", async () => {
    const { getByRole, ink } = signing();
    await fireEvent.pointerDown(getByRole("img"), finger(1, 10, 10));
    await fireEvent.click(getByRole("button", { name: "重签" }));

    expect(ink()).toEqual([]);
    expect(getByRole("button", { name: "重签" })).toHaveProperty("disabled", true);
  });

  it("takes nothing from somebody who refused, and says so", () => {
    const { queryByRole, getByText } = signing({ refused: true });

    expect(queryByRole("img")).toBeNull();
    expect(getByText("拒绝签名")).toBeTruthy();
  });
});

describe("the slip on the screen", () => {
  const TEXT = "江澜市公安局交通警察支队\n违法停车告知单\n编号：3309001000000015\n<b>一行</b>\n";

  it("says the text line by line, a code below it, and no markup of somebody's", () => {
    const { container, getByRole } = render(SlipPaper, {
      props: { text: TEXT, papers, url: "https://luqin.example/t/AAECAwQFBgcICQoLDA0ODw" },
    });

    const lines = [...container.querySelectorAll("p:not(.slip-caption)")];
    expect(lines.map((one) => `${one.textContent}\n`).join("")).toBe(TEXT);
    expect(lines.map((one) => one.className)).toEqual([
      "paper-head",
      "paper-title",
      "paper-field",
      "paper-words",
    ]);
    expect(getByRole("img", { name: "二维码" })).toBeTruthy();
  });

  it("has no code where there is no page to open", () => {
    expect(render(SlipPaper, { props: { text: TEXT, papers } }).queryByRole("img")).toBeNull();
  });
});
