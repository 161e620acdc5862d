/** Every figure leads to its rows, and to work in hand where it is that. */
import { describe, expect, it } from "vitest";

import { rowsOf } from "./figures";
import { readRoute } from "./router";

const leader = (capability: string): boolean => ["review", "see_unit"].includes(capability);
const dutyDesk = (capability: string): boolean => capability === "see_unit";

describe("the rows behind a figure", () => {
  it("are the review queue for who reviews, a list for who does not", () => {
    const address = "/api/violations?state=recorded&order=oldest";

    expect(rowsOf(address, leader)).toBe("#/review");
    expect(rowsOf(address, dutyDesk)).toBe("#/violations?state=recorded&order=oldest");
  });

  it("keep what was asked", () => {
    const route = readRoute(rowsOf("/api/violations?since=2026-11-25T00:00:00+08:00", leader));

    expect([route.room, route.query.has("since")]).toEqual(["violations", true]);
  });

  it("of open items stand in the room of checks", () => {
    expect(rowsOf("/api/items", dutyDesk)).toBe("#/check");
  });
});

describe("an address", () => {
  it("names a room, what follows and what was asked, however odd it is", () => {
    expect(readRoute("#/check/item/photos%3Aa%3A1")).toMatchObject({
      room: "check",
      rest: ["item", "photos:a:1"],
    });
    expect(readRoute("")).toMatchObject({ room: "", rest: [] });
    expect(readRoute("#/map/%E0%A4%A")).toMatchObject({ room: "map" });
  });
});
