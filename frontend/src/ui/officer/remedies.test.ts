/** What a line of the outbox says can be done, from what the server said of the record: one thing that leads somewhere, or nothing. */
import { describe, expect, it } from "vitest";

import type { OwnViolation } from "@/domain/draft";
import type { OutboxState } from "@/domain/outbox";
import type { OutboxLine } from "@/store";
import { drawn } from "./lines";
import { remedyOf } from "./remedies";

const FIRST = "0190f000-0000-7000-8000-000000000001";
const SECOND = "0190f000-0000-7000-8000-000000000002";
const delivered = (checking = ""): OutboxState => ({ state: "delivered", receipt: "7F3A-10", checking });
const needsYou = (reason: string): OutboxState => ({ state: "needs_you", reason });

function line(uid: string, state: OutboxState, content: object = {}): OutboxLine {
  const said = { type: "violation", kind: "notice", served: true, plate: "浙M5K082", ...content };
  return {
    uid,
    seq: uid === FIRST ? 1 : 2,
    sealed_ms: 0,
    state,
    record: { head: { claimed_at: "2026-11-25T09:00:00.000+08:00" }, photos: [], content: said },
    photos: [],
    token: null,
  } as unknown as OutboxLine;
}

const correction = (state: OutboxState): OutboxLine =>
  line(SECOND, state, { type: "amendment", amends: FIRST });
const reviewed = (state: OwnViolation["state"]): OwnViolation =>
  ({ id: FIRST, state }) as unknown as OwnViolation;

describe("what can be done about a record", () => {
  it.each<[string, OutboxState, OwnViolation[], string]>([
    ["that is saved: correct it", { state: "saved" }, [], "amend"],
    ["that was delivered: correct it", delivered(), [], "amend"],
    ["that is confirmed: nothing any more", delivered(), [reviewed("confirmed")], "none"],
    ["that was returned: correct it", delivered(), [reviewed("returned")], "amend"],
    ["that the desk has set aside: nothing, the desk is at it", delivered("wrong_shift"), [], "none"],
    ["that the server would not take: send it again", needsYou("refused"), [], "again"],
    ["that nobody known has signed: ask", needsYou("bad_signature"), [], "ask"],
    ["whose photo is lost: take another, by a correction", needsYou("photo_lost"), [], "amend"],
    [
      "whose photo is lost and which is confirmed: ask",
      needsYou("photo_lost"),
      [reviewed("confirmed")],
      "ask",
    ],
  ])("%s", (_, state, reviews, remedy) => {
    const one = line(FIRST, state);

    expect(remedyOf(drawn(one, [one], reviews))).toBe(remedy);
  });

  it("whose correction came too late is not another correction", () => {
    const all = [correction(delivered("cant_be_amended")), line(FIRST, delivered())];

    const drawnAll = all.map((one) => drawn(one, all, []));

    expect(drawnAll.map(({ reason, canAmend }) => [reason, canAmend])).toEqual([
      ["cant_be_amended", false],
      ["", false],
    ]);
    expect(drawnAll.map(remedyOf)).toEqual(["none", "none"]);
  });

  it("that was admitted after all is to correct it again", () => {
    const one = line(FIRST, delivered("wrong_shift"));

    expect(remedyOf(drawn(one, [one], [reviewed("recorded")]))).toBe("amend");
  });
});
