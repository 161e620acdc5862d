/** Rows never move under the hand. */
import { describe, expect, it } from "vitest";
import { ref } from "vue";

import { useCalm } from "./calm";

interface Row {
  readonly id: string;
  readonly group: string;
  readonly said: string;
}
const row = (id: string, group = "new", said = ""): Row => ({ id, group, said });

function list(...first: readonly Row[]) {
  const rows = ref<readonly Row[]>(first);
  const ready = ref(false);
  const calm = useCalm(
    () => rows.value,
    (one) => one.id,
    (one) => one.group,
    () => ready.value,
  );
  ready.value = true;
  const shown = (): string => calm.rows.value.map((one) => `${one.key}:${one.place}`).join(" ");
  return { rows, calm, shown };
}

describe("a calm list", () => {
  it("shows what is there when it is first ready", () => {
    const { shown, calm } = list(row("a"), row("b"));

    expect(shown()).toBe("a:new b:new");
    expect(calm.changes.value).toBe(0);
  });

  it("keeps a new row behind one line until somebody asks", () => {
    const { rows, shown, calm } = list(row("b"));

    rows.value = [row("a"), row("b")];
    expect([shown(), calm.changes.value]).toEqual(["b:new", 1]);
    calm.show();

    expect([shown(), calm.changes.value]).toEqual(["a:new b:new", 0]);
  });

  it("lets a row say something new where it stands, and counts that it belongs elsewhere", () => {
    const { rows, shown, calm } = list(row("a"), row("b"));

    rows.value = [row("b"), row("a", "done", "signed")];

    expect([shown(), calm.changes.value]).toEqual(["a:new b:new", 1]);
    expect(calm.rows.value[0]?.row.said).toBe("signed");
  });

  it("leaves a row that went where it was, marked", () => {
    const { rows, calm } = list(row("a"), row("b"));

    rows.value = [row("b")];

    expect(calm.rows.value.map((one) => [one.key, one.gone])).toEqual([
      ["a", true],
      ["b", false],
    ]);
    expect(calm.changes.value).toBe(1);
  });
});
