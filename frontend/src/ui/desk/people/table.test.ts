import { describe, expect, it } from "vitest";

import { codesAsTable, textOf } from "./table";

describe("tables of people", () => {
  it("are read as UTF-8 and as Chinese spreadsheets write them", () => {
    expect(textOf(new TextEncoder().encode("\ufeff警号").buffer)).toBe("警号");
    expect(textOf(new Uint8Array([0xbe, 0xaf, 0xba, 0xc5]).buffer)).toBe("警号");
  });

  it("of codes hold nothing that a spreadsheet would run", () => {
    const one = {
      police_number: "034512",
      name: '=cmd|"x",1',
      code: "ABCD",
      expires_at: "2026-12-02T00:00:00Z",
    };

    expect(codesAsTable([one], "a,b,c,d")).toBe(
      '\ufeffa,b,c,d\r\n034512,"\'=cmd|""x"",1",ABCD,2026-12-02\r\n',
    );
  });
});
