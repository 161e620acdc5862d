// @vitest-environment happy-dom
/** The printer of this handheld: chosen once, tried, kept; and a paper that goes through it as the very bytes of the slip. */
import "fake-indexeddb/auto";
import { cleanup, configure, fireEvent, render } from "@testing-library/vue";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { slip } from "@/domain/documents/slip";
import type { PapersPack } from "@/domain/packs";
import { postToBridge } from "@/remote/bridge";
import { openStore, type Store } from "@/store";
import { papers, tables } from "@/testing/papers";
import {
  chosen,
  keepPrinter,
  NotPrinted,
  outcomeText,
  printSlip,
  readPrinter,
  troubleText,
} from "./printing";
import { restOfWords } from "./say";
import PrinterSettings from "./screens/PrinterSettings.vue";
import { install, type Connection } from "./works";

configure({ asyncUtilTimeout: 8000 });

const BRIDGE = "http://127.0.0.1:8123/print";
const PAPER = {
  text: "江澜市公安局交通警察支队\n违法停车告知单\n编号：3309001000000015\n号牌：浙M5K082（小型汽车）\n",
  url: "https://luqin.example/t/AAECAwQFBgcICQoLDA0ODw",
  number: "3309001000000015",
};
const PACK = {
  digest: "d",
  files: tables,
  setting: {},
  form: {},
  seal: null,
  bridge: BRIDGE,
} as unknown as PapersPack;
const nobody = {
  sync: { locked: () => undefined, unlocked: () => undefined },
  bridge: postToBridge,
} as unknown as Connection;
let store: Store;
let names = 0;
/** What the built-in printer's service was handed, and what it says. */
let took: Uint8Array[] = [];
let answer: () => Promise<Response>;

beforeAll(restOfWords);
beforeEach(async () => {
  store = openStore({ name: `printing-${names++}` });
  install({ store, connect: () => Promise.resolve(nobody) });
  await store.packs.keep("papers", PACK);
  took = [];
  answer = () => Promise.resolve(new Response(null, { status: 200 }));
  vi.stubGlobal("fetch", (to: string, asked: RequestInit) => {
    expect([to, asked.method, asked.credentials]).toEqual([BRIDGE, "POST", "omit"]);
    took.push(asked.body as Uint8Array);
    return answer();
  });
  await readPrinter();
});
afterEach(async () => {
  cleanup();
  vi.unstubAllGlobals();
  await store.close();
});

describe("a paper", () => {
  it.each([58, 80] as const)(
    "goes to the chosen printer as the bytes of its slip, %d mm",
    async (roll_mm) => {
      await keepPrinter({ kind: "bridge", roll_mm });

      expect(await printSlip(PAPER, 2)).toBe("printed");

      const bytes = slip(PAPER.text, papers, { address: PAPER.url, width_mm: roll_mm });
      expect(took.map((one) => [...one])).toEqual([[...bytes], [...bytes]]);
    },
  );

  it("goes to the printer that was chosen before the app was started", async () => {
    await keepPrinter({ kind: "bridge", roll_mm: 80 });
    chosen.value = null;

    expect(await printSlip(PAPER)).toBe("printed");
    expect(took).toHaveLength(1);
  });

  it("asks for a forgotten Bluetooth printer by a tap only", async () => {
    const requestDevice = vi.fn(() => Promise.reject(new DOMException("", "NotFoundError")));
    const activation = { isActive: false };
    const phone = { bluetooth: { requestDevice }, userActivation: activation };
    vi.stubGlobal("navigator", phone);
    await keepPrinter({ kind: "bluetooth", id: "gone", name: "PT-210", roll_mm: 58 });
    const said = (): Promise<unknown> => printSlip(PAPER).catch((error: NotPrinted) => error.why);

    expect(await said()).toBe("not_paired");
    expect(requestDevice).not.toHaveBeenCalled();
    activation.isActive = true;
    expect(await said()).toBe("not_chosen");
    expect(requestDevice).toHaveBeenCalledTimes(1);
    expect(await store.terminal.printer()).toMatchObject({ id: "gone" });
  });

  it("bears the seal where it is printed", async () => {
    await store.packs.keep("papers", { ...PACK, seal: { width: 8, height: 2, dots: "gQE=" } });
    await keepPrinter({ kind: "bridge", roll_mm: 58 });

    await printSlip(PAPER);

    const seal = {
      width: 8,
      height: 2,
      black: new Uint8Array([1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1]),
    };
    expect([...(took[0] ?? [])]).toEqual([
      ...slip(PAPER.text, papers, { address: PAPER.url, width_mm: 58, seal }),
    ]);
  });

  it("that wasn't printed says why in words, and prints at the next try", async () => {
    await keepPrinter({ kind: "bridge", roll_mm: 58 });
    answer = () => Promise.resolve(new Response('{"why":"no_paper"}', { status: 409 }));
    const refusal = await printSlip(PAPER).catch((error: unknown) => error);
    answer = () => Promise.resolve(new Response(null, { status: 200 }));

    expect(refusal).toBeInstanceOf(NotPrinted);
    expect(troubleText(refusal)).toContain("没纸");
    expect(await printSlip(PAPER)).toBe("printed");
    expect(() => troubleText(new TypeError("ours"))).toThrow("ours");
  });

  it("is shown where no printer was chosen", async () => {
    expect(await printSlip(PAPER)).toBe("shown");
    expect(took).toEqual([]);
  });

  it("with a character that printers may lack has it named", () => {
    expect(outcomeText("sent", "被处罚人：𠮷㐂\n")).toContain("𠮷㐂");
    expect(outcomeText("printed", PAPER.text)).toBe("打印好了");
  });
});

describe("the printer of this handheld", () => {
  it("is chosen, tried and kept", async () => {
    const { findByRole, findByText } = render(PrinterSettings);

    await fireEvent.click(await findByRole("button", { name: "手机自带的打印机" }));
    await fireEvent.click(await findByRole("button", { name: "80 毫米" }));
    await fireEvent.click(await findByRole("button", { name: "打印试一下" }));
    await findByText("打印好了");

    expect(took).toHaveLength(1);
    expect(new TextDecoder("gb18030").decode(took[0])).toContain("打印测试，不是文书");
    chosen.value = null;
    await readPrinter();
    expect(chosen.value).toEqual({ kind: "bridge", roll_mm: 80 });
  });

  it("is none again by one tap", async () => {
    await keepPrinter({ kind: "system", roll_mm: 58 });
    const { findByRole, queryByRole } = render(PrinterSettings);

    await fireEvent.click(await findByRole("button", { name: "没有打印机，用纸质单" }));
    await vi.waitFor(() => expect(queryByRole("button", { name: "打印试一下" })).toBeNull());

    expect(await store.terminal.printer()).toBeNull();
  });

  it("of Bluetooth says so where this phone has none, and keeps what was chosen", async () => {
    await keepPrinter({ kind: "system", roll_mm: 58 });
    const { findByRole, findByText } = render(PrinterSettings);

    await fireEvent.click(await findByRole("button", { name: "蓝牙打印机" }));
    await findByText(/用不了这种打印机/);

    expect(await store.terminal.printer()).toEqual({ kind: "system", roll_mm: 58 });
  });

  it("is not offered as built-in where no service takes papers", async () => {
    await store.packs.keep("papers", { ...PACK, bridge: "" });
    const { findByRole, queryByRole } = render(PrinterSettings);
    await findByRole("button", { name: "蓝牙打印机" });

    await vi.waitFor(() => expect(queryByRole("button", { name: "手机自带的打印机" })).toBeNull());
  });
});
