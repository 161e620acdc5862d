// @vitest-environment happy-dom
/** A violation from the first tap to the sealed record, on the real store; and what a kill in the middle of it leaves. */
import "fake-indexeddb/auto";
import { cleanup, configure, fireEvent, render, type RenderResult } from "@testing-library/vue";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { photoFromFile } from "@/device";
import type { Kind } from "@/domain/record";
import { openStore, type Store } from "@/store";
import App from "./App.vue";
import { chooseKind, setPerson } from "./beginning";
import { setOffence } from "./choosing";
import { change, draft, givenUp, journalled, openStep, putDown, takeUpDraft } from "./draft";
import { settleGivenUp } from "./giving-up";
import { handheld, readMine, readOfficers, readPacks, readTerminal } from "./handheld";
import { forgetPictures, pictureOf } from "./pictures";
import { openHelp } from "./help";
import { replace } from "./router";
import { addShot, cannotTake, loadPictures } from "./shots";
import { install, works, type Connection } from "./works";

const PASSWORD = "correct horse";
const PIN = "271828";
const WEN = {
  police_number: "034512",
  name: "文警官",
  role: "officer",
  unit_code: "330900010100",
  unit_name: "一中队",
  capabilities: ["record", "decide_penalty", "handle_task"],
  home_plate: "浙M",
};
const PARKING = {
  code: "1039",
  name: "违法停车，驾驶人不在现场",
  py: ["wftc"],
  category: "停车",
  fine_min: 20,
  fine_max: 200,
  fine: 150,
  points: 0,
  measures: [],
  basis: "道交法56条",
  penalty_basis: "道交法93条",
  from: "2020-01-01",
  to: null,
  confidence: "high",
};

// happy-dom says null for what it lacks; a browser that lacks it says undefined.
for (const lacking of ["locks", "geolocation"])
  Object.defineProperty(navigator, lacking, { value: undefined, configurable: true });
configure({ asyncUtilTimeout: 8000 });

/** A connection that reaches nobody: the officer is off the network. */
const nobody = {
  sync: {
    locked: () => undefined,
    unlocked: () => undefined,
    now: () => Promise.resolve(),
    state: () => ({ contact: "offline" }),
  },
} as unknown as Connection;

let store: Store;
let names = 0;

/** What happens when the app is started and the PIN is given. */
async function unlock(name: string): Promise<void> {
  store = openStore({ name });
  install({ store, connect: () => Promise.resolve(nobody) });
  await readTerminal();
  await readOfficers();
  works().hold(await store.pins.open(WEN.police_number, PIN));
  await takeUpDraft();
  await readOfficers();
  await readPacks();
  await readMine();
}

async function enrolled(name: string): Promise<void> {
  const made = openStore({ name });
  const { id, fingerprint } = await made.keys.make();
  const enrolled_at = "2026-11-25T08:00:00.000+08:00";
  await made.terminal.enrolled({
    id,
    number: 17,
    fingerprint,
    label: "",
    state: "active",
    enrolled_at,
    log_key: "",
  });
  const shift = {
    id: "0190f000-0000-7000-8000-000000000001",
    opened_at: enrolled_at,
    ends_at: "2026-11-25T20:00:00.000+08:00",
  };
  await made.officers.signedIn(WEN, shift, enrolled_at);
  await made.pins.choose(WEN.police_number, PIN, PASSWORD);
  await made.packs.keep("offences", { digest: "ab", valid_on: "2026-11-25", offences: [PARKING] });
  await made.close();
}

/** The browser is killed: what was in memory is gone, what was written stays. */
async function kill(): Promise<void> {
  cleanup();
  await journalled();
  putDown();
  givenUp.value = null;
  forgetPictures();
  openHelp.value = null;
  await store.close();
}

async function press(page: RenderResult, name: string | RegExp): Promise<void> {
  await fireEvent.click(await page.findByRole("button", { name }));
}

async function photograph(page: RenderResult, byte: number): Promise<void> {
  const before = draft.value?.photos.length ?? 0;
  const input = await page.findByLabelText<HTMLInputElement>("用手机相机拍");
  const file = new File([new Uint8Array([0xff, 0xd8, byte])], `${byte}.jpg`, { type: "image/jpeg" });
  Object.defineProperty(input, "files", { value: [file], configurable: true });
  await fireEvent.change(input);
  await expect.poll(() => draft.value?.photos.length).toBe(before + 1);
}

async function type(page: RenderResult, keys: string): Promise<void> {
  for (const key of keys) await press(page, key);
}

beforeEach(async () => {
  localStorage.clear();
  const name = `handheld-${++names}`;
  await enrolled(name);
  await unlock(name);
  replace("/");
});
afterEach(kill);

/** Up to the plate: kind, three photos, the sign and the cabin skipped. */
async function asFarAsThePlate(page: RenderResult): Promise<void> {
  await press(page, /^记违法/);
  await press(page, /违停告知/);
  for (const byte of [1, 2, 3]) await photograph(page, byte);
  await press(page, "下一步");
  await page.findByRole("group", { name: "车牌号" });
}

/** Without a position the main button leads to the road's name; it can always be typed. */
async function sayWhere(page: RenderResult): Promise<void> {
  await press(page, "选路名");
  await fireEvent.update(await page.findByLabelText("地点写成"), "人民路北侧");
  await press(page, "用这个地点，下一步");
}

/** A violation of this kind with its photos, its plate and its place; the app stands at this step of it. */
async function begun(kind: Kind, step: "photos" | "review"): Promise<RenderResult> {
  await chooseKind(kind);
  for (const [byte, shot] of (["far", "near", "plate"] as const).entries())
    await addShot(await photoFromFile(new File([new Uint8Array([0xff, 0xd8, byte])], "1.jpg")), shot);
  await change({ plate: "浙M5K082", place_text: "人民路北侧", step });
  if (step === "review") await setOffence("1039");
  replace(openStep());
  return render(App);
}

describe("logging a violation", () => {
  it(
    "asks kind, photos, plate, offence, place, then seals one record with all of it",
    { timeout: 30_000 },
    async () => {
      const page = render(App);

      await asFarAsThePlate(page);
      expect(draft.value?.step).toBe("plate");
      await fireEvent.click(await page.findByRole("button", { name: /第 1 位/ }));
      await type(page, "浙M5K082");
      await press(page, "下一步");
      await press(page, /1039/);
      await press(page, "就选 1039，下一步");
      await sayWhere(page);
      await page.findByText("都对吗？");
      expect(draft.value?.served).toBeNull();
      await press(page, "贴好了，存下");
      await page.findByText("已存到本机");

      const [line, ...others] = await store.outbox.lines(WEN.police_number);
      expect(others).toEqual([]);
      expect(line?.record.content).toMatchObject({
        kind: "notice",
        plate: "浙M5K082",
        plate_type: "02",
        offence: "1039",
        fine: 150,
        place_text: "人民路北侧",
        served: true,
      });
      expect(line?.record.photos.map((photo) => photo.shot)).toEqual(["far", "near", "plate"]);
      expect(line?.token).toHaveLength(22);
      expect(JSON.stringify(line?.record)).not.toContain(line?.token);
      expect(await store.drafts.all(works().vault())).toEqual([]);
    },
  );

  it(
    "does not go on without a whole plate, and says why at the second try with its help",
    { timeout: 30_000 },
    async () => {
      const page = render(App);

      await asFarAsThePlate(page);
      await press(page, "下一步");
      await page.findByText("车牌还不完整，请对照片补齐");
      await press(page, "下一步");

      await page.findByRole("dialog", { name: "怎么输车牌" });
      expect(draft.value?.step).toBe("plate");
    },
  );

  it("tells an auxiliary why there is nothing to decide", async () => {
    handheld.officer = { ...handheld.officer!, capabilities: ["record", "handle_task"] };
    const page = render(App);

    await press(page, /^记违法/);

    await page.findByText("辅警只能先记下来。处罚和告知单请民警来开。");
    expect(page.queryByRole("button", { name: /现场处罚/ })).toBeNull();
  });
});

describe("a parking notice", () => {
  it(
    "takes five taps after the photos besides the plate, once one like it was written",
    { timeout: 30_000 },
    async () => {
      await store.officers.choseOffence(WEN.police_number, "1039", Date.now());
      await readOfficers();
      const page = await begun("notice", "photos");
      const taps = ["下一步", "下一步", "就选 1039，下一步", "对，下一步", "贴好了，存下"];

      for (const [at, name] of taps.entries()) {
        await page.findByText(`第 ${at + 2} 步 / 6`);
        await press(page, name);
      }
      await page.findByText("已存到本机");

      expect(taps).toHaveLength(5);
      const [line] = await store.outbox.lines(WEN.police_number);
      expect(line?.record.content).toMatchObject({ offence: "1039", fine: 150, served: true });
    },
  );

  it("is said to be on the car by nothing but its own button", { timeout: 30_000 }, async () => {
    const page = await begun("notice", "review");
    expect(draft.value?.served).toBeNull();

    await press(page, "还没给，存下");
    await page.findByText("已存到本机");

    const [line] = await store.outbox.lines(WEN.police_number);
    expect(line?.record.content).toMatchObject({ kind: "notice", served: false });
  });
});

describe("a record that waits for the network", () => {
  it("is sent when it is asked for, or it is said that nobody was reached", { timeout: 30_000 }, async () => {
    const page = await begun("notice", "review");
    await press(page, "还没给，存下");
    await page.findByText("已存到本机");
    await readMine();
    await press(page, "出示二维码");
    await page.findByText("请扫码留好，传好就能查");

    replace("/outbox");
    await press(page, "现在就传");

    await page.findByText("没连上。都在手机里，有网络自动传。");
  });
});

describe("the review", () => {
  it(
    "lets no decision be called handed over without its driver and its number, and says so at each",
    { timeout: 30_000 },
    async () => {
      const page = await begun("on_the_spot", "review");

      await press(page, "当面交了，存下");

      const driver = (await page.findByText("当面交了，就要填驾驶人")).closest("li");
      expect(driver?.textContent).toContain("没填");
      expect(await store.outbox.lines(WEN.police_number)).toEqual([]);
      await setPerson({ name: "王强", licence: "", phone: "" });
      await press(page, "当面交了，存下");
      await page.findByText("当面交了，就要填文书号");
      const number = page.getByLabelText("文书号（纸单上有就填）");
      expect(number.getAttribute("aria-invalid")).toBe("true");
      expect(document.activeElement).toBe(number);
      await fireEvent.update(number, "3399 0160");
      await expect.poll(() => page.queryByText("当面交了，就要填文书号")).toBeNull();
      await press(page, "当面交了，存下");
      await page.findByText("已存到本机");

      const [line] = await store.outbox.lines(WEN.police_number);
      expect(line?.record.content).toMatchObject({ served: true, document_number: "33990160" });
    },
  );

  it(
    "keeps what was typed over a look at another step and over a kill, and is come back to at once",
    { timeout: 30_000 },
    async () => {
      const page = await begun("on_the_spot", "review");
      await fireEvent.update(await page.findByLabelText("备注（可不填）"), "雨大");
      await fireEvent.update(page.getByLabelText("文书号（纸单上有就填）"), "3399");

      await press(page, "改号牌");
      await page.findByRole("group", { name: "车牌号" });
      await press(page, "下一步");
      expect((await page.findByLabelText<HTMLTextAreaElement>("备注（可不填）")).value).toBe("雨大");
      await press(page, "改驾驶人");
      await fireEvent.update(await page.findByLabelText("驾驶证号（18 位）"), "1234");
      await press(page, "返回上一步");
      await press(page, "还没给，存下");
      await page.findByText("证号对不上，请照证件再核一遍");
      await press(page, "改行为");
      await page.findByLabelText("查行为：拼音首字母、汉字或代码");
      await press(page, "返回上一步");
      await page.findByText("都对吗？");

      expect(openStep()).toBe("/log/review");
      await kill();
      await unlock(`handheld-${names}`);
      expect(draft.value).toMatchObject({
        note: "雨大",
        document_number: "3399",
        person: { licence: "1234" },
      });
    },
  );

  it("prices an offence anew when the kind is changed", { timeout: 30_000 }, async () => {
    const page = await begun("on_the_spot", "review");
    expect(draft.value?.fine).toBe(150);

    await press(page, "改处理");
    await press(page, /只记录/);

    await page.findByRole("button", { name: "存下记录" });
    expect(draft.value).toMatchObject({ kind: "record_only", offence: "1039", fine: null });
  });
});

describe("the journal", () => {
  it(
    "loses no shot that was still being kept when something else was changed",
    { timeout: 30_000 },
    async () => {
      const page = render(App);
      await press(page, /^记违法/);
      await press(page, /违停告知/);
      await page.findByLabelText("用手机相机拍");
      const bytes = new Blob([new Uint8Array([0xff, 0xd8, 9])], { type: "image/jpeg" });

      const keeping = addShot(await photoFromFile(new File([bytes], "9.jpg")), "far");
      const skipping = cannotTake("cabin", "dark");
      await Promise.all([keeping, skipping]);

      const [written] = await store.drafts.all(works().vault());
      expect(written?.photos.map((photo) => photo.shot)).toEqual(["far"]);
      expect(written?.skipped).toEqual({ cabin: "dark" });
    },
  );
});

describe("a kill in the middle", () => {
  it(
    "leaves the draft at the same step, with what was typed and the pictures",
    { timeout: 30_000 },
    async () => {
      const page = render(App);
      await asFarAsThePlate(page);
      await fireEvent.click(await page.findByRole("button", { name: /第 1 位/ }));
      await type(page, "浙M5K");
      await expect.poll(() => draft.value?.plate).toBe("浙M5K");
      await journalled();

      await kill();
      await unlock(`handheld-${names}`);

      expect(openStep()).toBe("/log/plate");
      expect(draft.value?.plate).toBe("浙M5K");
      await loadPictures();
      expect(draft.value?.photos.map(({ sha256 }) => pictureOf(sha256))).toEqual([
        expect.stringMatching(/^blob:/),
        expect.stringMatching(/^blob:/),
        expect.stringMatching(/^blob:/),
      ]);
    },
  );

  it("loses no draft that is given up: its shots go up with the reason", { timeout: 30_000 }, async () => {
    const page = render(App);
    await asFarAsThePlate(page);

    replace("/log/close");
    await press(page, "驾驶人来开走了");
    await page.findByRole("button", { name: /^记违法/ });
    await settleGivenUp();

    const [line] = await store.outbox.lines(WEN.police_number);
    expect(line?.record.content).toMatchObject({ type: "draft_closed", reason: "driver_came" });
    expect(line?.record.photos).toHaveLength(3);
    expect(draft.value).toBeNull();
  });

  it("gives nothing up by a wrong tap: it can be taken back, as it was", { timeout: 30_000 }, async () => {
    const page = render(App);
    await asFarAsThePlate(page);
    const before = draft.value;

    replace("/log/close");
    await press(page, "点错了");
    await page.findByText(/这条不记了，3 张照片会上传/);
    await press(page, "点错了，撤回");
    await settleGivenUp();

    expect(draft.value).toEqual(before);
    expect(await store.outbox.lines(WEN.police_number)).toEqual([]);
  });

  it("in the seconds before it is settled leaves the draft open", { timeout: 30_000 }, async () => {
    const page = render(App);
    await asFarAsThePlate(page);

    replace("/log/close");
    await press(page, "点错了");
    await kill();
    await unlock(`handheld-${names}`);

    expect(draft.value?.photos).toHaveLength(3);
  });
});

describe("a correction that is open", () => {
  it(
    "leaves the large door to new violations, and asks no reason when given up",
    { timeout: 30_000 },
    async () => {
      const page = render(App);
      await asFarAsThePlate(page);
      const first = draft.value?.id ?? "";

      await change({ amends: "0190f000-0000-7000-8000-0000000000aa", plate: "浙M5K082", step: "review" });
      replace("/");
      await page.findByText("浙M·5K082 的更正还没写完");
      await press(page, /^记违法/);
      await page.findByText("这次怎么处理？");
      expect(draft.value).toBeNull();

      await takeUpDraft();
      expect(draft.value?.id).toBe(first);
      replace("/log/close");
      await page.findByText("原来那条照旧，改过的不留。");
      expect(page.queryByText("驾驶人来开走了")).toBeNull();
      await press(page, "不更正了");
      await page.findByText("不更正了，原来那条照旧。");
    },
  );
});
