import { beforeEach, describe, expect, it } from "vitest";

import { sha256OfText } from "../domain/digest";
import { lastDay } from "../domain/packs";
import { Refused, Unreachable } from "../remote";
import type { Officer, Store } from "../store";
import { Clock, enrolled, newProfile, signedIn } from "../testing/handheld";
import { SmallLog } from "../testing/log";
import { Service } from "../testing/service";
import { leaseNumbers } from "./numbers";
import { refreshPacks } from "./packs";

const FILES = ['{"a": 1}\n', '{"b": 2}\n'];
const FORM = {
  area: "330900",
  classes: { parking_notice: "6", simple_decision: "1" },
  digits: 8,
  check: "none",
};
const HOUR = 3600_000;

beforeEach(newProfile);

async function handheld(): Promise<{ store: Store; service: Service; clock: Clock }> {
  const { store, clock } = await enrolled(new SmallLog().keyText);
  const service = new Service();
  const digest = sha256OfText(FILES.join(""));
  service.lawPack = { digest, since: "2022-04-01", files: FILES };
  service.papersPack = { digest, files: FILES, setting: { auxiliary_rule: "" }, form: FORM };
  return { store, service, clock };
}

async function officer(store: Store, capabilities: string[]): Promise<Officer> {
  await signedIn(store, "034512");
  return { ...(await store.officers.all())[0]!, capabilities };
}

describe("the packs of law and papers", () => {
  it("are kept where their bytes have the digest that they name, and not otherwise", async () => {
    const { store, service, clock } = await handheld();
    await refreshPacks(store, service, clock.ms);
    expect((await store.packs.get("law"))?.files).toEqual(FILES);

    clock.forward(7 * HOUR);
    service.lawPack = { ...service.lawPack!, files: ['{"a": 2}\n', FILES[1]!] };

    await expect(refreshPacks(store, service, clock.ms)).rejects.toThrow(Unreachable);
    expect((await store.packs.get("law"))?.files).toEqual(FILES);
  });

  it("come although the server has no roads", async () => {
    const { store, service, clock } = await handheld();
    service.roads = () => Promise.reject(new Refused(404, "not_found", {}));

    await refreshPacks(store, service, clock.ms);

    expect(await store.packs.get("papers")).not.toBeNull();
  });

  it("may be used for 14 days after the last contact that called them the newest, or as the setting says", async () => {
    const { store, service, clock } = await handheld();
    await refreshPacks(store, service, clock.ms);
    clock.forward(24 * HOUR);
    service.law = () => Promise.resolve(null);
    await refreshPacks(store, service, clock.ms);
    const [law, papers] = await Promise.all([store.packs.held("law"), store.packs.held("papers")]);

    expect(lastDay(law!.got_ms, papers!.got_ms, {})).toBe("2026-12-10");
    expect(lastDay(law!.got_ms, papers!.got_ms, { pack_days: 3 })).toBe("2026-11-29");
    expect(lastDay(law!.got_ms, law!.got_ms - 24 * HOUR, { pack_days: 3 })).toBe("2026-11-28");
  });
});

describe("numbers for papers", () => {
  const block = (kind: string, first: number) => ({
    id: String(first),
    kind,
    first,
    last: first + 49,
    taken: [],
  });

  it("are asked for by kind while few are left, for kinds that have a class here, and no more often than that", async () => {
    const { store, service, clock } = await handheld();
    await refreshPacks(store, service, clock.ms);
    service.leasing = (kind) => Promise.resolve({ form: FORM, blocks: [block(kind, 33090060000001)] });
    const wen = await officer(store, ["record", "decide_penalty"]);
    const asked = new Map<string, number>();

    await leaseNumbers(store, service, wen, asked, clock.ms);
    await leaseNumbers(store, service, wen, asked, clock.ms);

    expect(service.leases).toEqual([
      { kind: "parking_notice", left: 0 },
      { kind: "simple_decision", left: 0 },
    ]);
    expect((await store.numbers.left())["simple_decision"]?.left).toBe(50);
  });

  it("are not for an auxiliary, but for notices where a local rule says so", async () => {
    const { store, service, clock } = await handheld();
    await refreshPacks(store, service, clock.ms);
    const fu = await officer(store, ["record"]);
    await leaseNumbers(store, service, fu, new Map(), clock.ms);
    expect(service.leases).toEqual([]);

    service.papersPack = { ...service.papersPack!, setting: { auxiliary_rule: "江公交〔2026〕3号" } };
    await store.packs.keep("papers", service.papersPack);
    await leaseNumbers(store, service, fu, new Map(), clock.ms);
    expect(service.leases.map((one) => one.kind)).toEqual(["parking_notice"]);
  });

  it("that are refused are not asked for again with every contact", async () => {
    const { store, service, clock } = await handheld();
    await refreshPacks(store, service, clock.ms);
    const wen = await officer(store, ["record", "decide_penalty"]);
    const asked = new Map<string, number>();

    for (let at = 0; at < 3; at++) await leaseNumbers(store, service, wen, asked, clock.ms + at * 1000);
    expect(service.leases).toHaveLength(2);

    await leaseNumbers(store, service, wen, asked, clock.ms + HOUR);
    expect(service.leases).toHaveLength(4);
  });
});
