import { openDB } from "idb";
import { beforeEach, describe, expect, it } from "vitest";

import type { Content } from "../domain/record";
import { drafted, enrolled, newProfile, sealed, shot, signedIn, toSeal, words } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { addStores } from "./database";
import { openStore, type Store, type Vault } from "./index";
import { NumbersGone, PhotoMissing, seal, type Sealed, type ToSeal } from "./sealing";

const FORM = { area: "330900", classes: { parking_notice: "6" }, digits: 8, check: "mod_11_10" };
const FIRST = 330900600000001;

beforeEach(newProfile);

const nameOf = (store: Store): string => store.db["name" as never] as string;

async function withNumbers(last: number, taken: number[] = []): Promise<{ store: Store; wen: Vault }> {
  const { store, wen } = await enrolled(new SmallLog().keyText);
  await store.numbers.leased("parking_notice", FORM, [
    { kind: "parking_notice", first: FIRST, last: FIRST + last - 1, taken: taken.map((one) => FIRST + one) },
  ]);
  return { store, wen };
}

/** A notice whose paper bears the number that sealing takes. */
async function notice(store: Store, vault: Vault, plate?: string): Promise<ToSeal> {
  const draft = await drafted(store, vault, 1, plate);
  const write = (number: string): Content => ({
    type: "violation",
    ...words(draft.plate),
    document_number: number,
    paper: { kind: "parking_notice", digest: "0".repeat(64), text: `编号：${number}\n` },
  });
  return { ...toSeal(store, vault, draft), content: { paper: "parking_notice", write } };
}

const issue = async (store: Store, vault: Vault): Promise<Sealed> =>
  await seal(store, vault, await notice(store, vault));

const left = async (store: Store): Promise<number> => (await store.numbers.left())["parking_notice"]!.left;

describe("numbers of papers on the handheld", () => {
  it("are taken in their order, and stand in the very text that is signed", async () => {
    const { store, wen } = await withNumbers(50, [0]);

    const first = await issue(store, wen);
    const second = await issue(store, wen);

    expect([first, second].map((one) => one.number.slice(0, 15))).toEqual([
      "330900600000002",
      "330900600000003",
    ]);
    const [newest] = await store.outbox.lines(wen.officer);
    expect(newest!.record.content).toMatchObject({
      document_number: second.number,
      paper: { text: `编号：${second.number}\n` },
    });
    expect(await left(store)).toBe(47);
  });

  it("are never on two papers, whichever tabs of this handheld seal at once", async () => {
    const { store, wen } = await withNumbers(50);
    const other = openStore({ name: nameOf(store), now: store.now });

    const papers = await Promise.all(
      Array.from({ length: 8 }, async (_, at) => {
        const tab = at % 2 === 0 ? store : other;
        return await seal(tab, wen, await notice(tab, wen));
      }),
    );

    expect(new Set(papers.map((one) => one.number)).size).toBe(8);
    expect(papers.map((one) => one.seq).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await left(store)).toBe(42);
    await other.close();
  });

  it("are used with their record or not at all", async () => {
    const { store, wen } = await withNumbers(50);
    const what = await notice(store, wen);
    const { taken } = shot("never kept");

    await expect(seal(store, wen, { ...what, photos: [...what.photos, taken] })).rejects.toThrow(
      PhotoMissing,
    );

    expect(await left(store)).toBe(50);
    expect(await store.outbox.lines(wen.officer)).toEqual([]);
    expect(await store.drafts.all(wen)).toHaveLength(1);
    expect((await seal(store, wen, what)).number).toMatch(/^330900600000001/);
  });

  it("leave the draft as it is where its paper may not be made", async () => {
    const { store, wen } = await withNumbers(50);
    const what = await notice(store, wen);
    const write = (): Content => {
      throw new RangeError("no such paper");
    };

    await expect(seal(store, wen, { ...what, content: { paper: "parking_notice", write } })).rejects.toThrow(
      RangeError,
    );

    expect([await left(store), (await store.drafts.all(wen)).length]).toEqual([50, 1]);
  });

  it("run out, and then nothing is sealed", async () => {
    const { store, wen } = await withNumbers(2);
    await issue(store, wen);
    await issue(store, wen);

    await expect(issue(store, wen)).rejects.toThrow(NumbersGone);

    expect([await left(store), (await store.drafts.all(wen)).length]).toEqual([0, 1]);
  });

  it("are the terminal's: another officer goes on where the first stopped", async () => {
    const { store, wen } = await withNumbers(50);
    const first = await issue(store, wen);
    const yu = await signedIn(store, "034513");

    const second = await issue(store, yu);

    expect(Number(second.number.slice(0, 15)) - Number(first.number.slice(0, 15))).toBe(1);
  });

  it("stay used when the server, which has not heard of them, leases again", async () => {
    const { store, wen } = await withNumbers(3);
    const first = await issue(store, wen);

    await store.numbers.leased("parking_notice", FORM, [
      { kind: "parking_notice", first: FIRST, last: FIRST + 2, taken: [] },
      { kind: "parking_notice", first: FIRST + 50, last: FIRST + 99, taken: [] },
    ]);

    expect(await left(store)).toBe(52);
    expect((await issue(store, wen)).number).not.toBe(first.number);
  });

  it("can be voided by a record of their own: the number is gone, and says so", async () => {
    const { store, wen } = await withNumbers(50);
    const { photos: _, ...what } = await notice(store, wen);
    const write = (number: string): Content => ({
      type: "paper_step",
      number,
      violation: null,
      step: "voided",
      reason: "纸卷走偏",
    });

    const voided = await seal(store, wen, {
      ...what,
      photos: [],
      draft: null,
      content: { paper: "parking_notice", write },
    });

    const [line] = await store.outbox.lines(wen.officer);
    expect(line!.record.content).toMatchObject({ step: "voided", number: voided.number });
    expect((await issue(store, wen)).number).not.toBe(voided.number);
  });
});

describe("a handheld of the build before there were numbers", () => {
  it("keeps every row, and what it had sealed stays byte for byte", async () => {
    const { store, wen } = await enrolled(new SmallLog().keyText);
    await sealed(store, wen, 2);
    await drafted(store, wen, 1);
    const before = await rowsOf(nameOf(store));
    await store.close();
    await asVersion1("old", before);

    const now = openStore({ name: "old", now: store.now });
    const [line] = await now.outbox.lines(wen.officer);

    expect(line!.photos).toHaveLength(2);
    expect(await now.drafts.all(wen)).toHaveLength(1);
    expect(await now.numbers.left()).toEqual({});
    await now.close();
    expect(await rowsOf("old")).toEqual(before);
  });
});

type Rows = Record<string, { key: IDBValidKey; value: unknown }[]>;

/** Every row of every store that was there in version 1. */
async function rowsOf(name: string): Promise<Rows> {
  const db = await openDB(name);
  const rows: Rows = {};
  for (const one of [...db.objectStoreNames].filter((store) => store !== "numbers")) {
    const [keys, values] = await Promise.all([db.getAllKeys(one), db.getAll(one)]);
    rows[one] = keys.map((key, at) => ({ key, value: values[at] as unknown }));
  }
  db.close();
  return rows;
}

/** A database as version 1 left it, with these rows in it. */
async function asVersion1(name: string, rows: Rows): Promise<void> {
  const db = await openDB(name, 1, {
    upgrade(made) {
      addStores(made as never);
      made.deleteObjectStore("numbers");
    },
  });
  for (const [store, all] of Object.entries(rows)) {
    const inline = db.transaction(store).store.keyPath !== null;
    for (const { key, value } of all) await (inline ? db.put(store, value) : db.put(store, value, key));
  }
  db.close();
}
