/** A role that changes while a desk is open is noticed there: when the feed starts over, and when an act is refused. */
import { describe, expect, it, vi } from "vitest";

import type { DeskServer, Me } from "@/remote/desk";
import type { Works } from "./works";
import { makeDesk } from "./desk";
import { sayTrouble } from "./refusal";

const LEADER = { police_number: "031007", role: "leader", capabilities: ["see_unit", "review"] } as Me;
const AUDITOR = { ...LEADER, role: "auditor", capabilities: ["see_unit", "audit"] } as Me;
const NOW = "2026-11-23T14:28:00+08:00";

function deskOf(officer: Me | null) {
  const server = {
    session: vi.fn(async () => ({ officer, now: NOW })),
    figures: async () => [],
    terminals: async () => [],
  } as unknown as DeskServer;
  const desk = makeDesk(server, () => undefined);
  desk.begin(LEADER, NOW);
  return { desk, server };
}
const works = (desk: ReturnType<typeof makeDesk>): Works =>
  ({ desk, speech: { t: (word: string) => word, worded: (_: string, word: string) => word } }) as never;

describe("what a desk may do", () => {
  it("is asked again when the feed starts over", async () => {
    const { desk } = deskOf(AUDITOR);

    desk.take([], true);
    await desk.refresh();

    expect([desk.may("review"), desk.may("audit")]).toEqual([false, true]);
  });

  it("is not asked again with every page", async () => {
    const { desk, server } = deskOf(AUDITOR);

    desk.take([], false);
    await desk.refresh();

    expect(server.session).not.toHaveBeenCalled();
  });

  it("is asked again when an act was refused", async () => {
    const { desk } = deskOf(AUDITOR);

    sayTrouble(works(desk), Object.assign(new Error("no"), { code: "not_permitted", facts: {} }));

    await vi.waitFor(() => expect(desk.may("review")).toBe(false));
  });

  it("is nothing where nobody is signed in any more", async () => {
    const { desk } = deskOf(null);

    await desk.recheck();

    expect([desk.me.value, desk.wasEnded.value]).toEqual([null, true]);
  });
});

describe("who was faster", () => {
  it("is said by name and number", () => {
    const { desk } = deskOf(LEADER);
    const said = vi.fn(() => "");
    const speech = { t: (word: string) => word, worded: said } as unknown as Works["speech"];

    sayTrouble(
      { desk, speech },
      Object.assign(new Error("late"), {
        code: "overtaken",
        facts: { state: "confirmed", by: "034203", name: "唐玉云" },
      }),
    );

    expect(said).toHaveBeenLastCalledWith(
      "code",
      "overtaken",
      "code.unknown",
      expect.objectContaining({ by: "唐玉云 034203" }),
    );
  });
});
