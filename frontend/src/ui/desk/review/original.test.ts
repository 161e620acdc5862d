// @vitest-environment happy-dom
/** The original beside its copy: fetched on wish, shown when it is what the record names, and never else. */
import { cleanup, fireEvent, render } from "@testing-library/vue";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import type { Full } from "@/remote/desk";
import { Refused } from "@/remote/ask";
import { WORKS, type Works } from "../works";
import { pictureOf, sha256Of } from "./digest";
import PhotoStage from "./PhotoStage.vue";

const JPEG = new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])]);
const OTHER = new Blob([new Uint8Array([0xff, 0xd8, 0xff, 0xe0, 1, 2, 4])]);
let made: Blob[] = [];
let gone = 0;

beforeEach(() => {
  made = [];
  gone = 0;
  vi.spyOn(URL, "createObjectURL").mockImplementation((blob) => `blob:${made.push(blob as Blob)}`);
  vi.spyOn(URL, "revokeObjectURL").mockImplementation(() => void (gone += 1));
});
afterEach(cleanup);

async function stage(
  answer: () => Promise<Blob>,
  capabilities = ["review"],
  work: "review" | "annulment" = "review",
) {
  const digest = await sha256Of(JPEG);
  const shot = (name: string) => ({
    digest: name,
    shot: "far",
    taken_at: "2026-11-23T14:28:00+08:00",
    arrived_at: "x",
  });
  const original = vi.fn(answer);
  const works = {
    server: { photo: (_: string, which: string, size: string) => `${size}:${which}`, original },
    speech: { t: (word: string) => word, worded: (_: string, word: string) => word },
    desk: { may: (one: string) => capabilities.includes(one), recheck: () => Promise.resolve() },
  } as unknown as Works;
  const full = {
    id: "v1",
    photos: [shot(digest), shot("b".repeat(64))],
    plate: "",
    place_text: "",
    officer: "",
    terminal_number: 1,
  };
  const view = render(PhotoStage, {
    props: { full: full as unknown as Full, work },
    global: { provide: { [WORKS as symbol]: works } },
  });
  const shown = () => view.container.querySelector(".big img")?.getAttribute("src");
  return { ...view, digest, original, shown };
}

describe("the original at the desk", () => {
  it("is shown in place of the copy when its hash is the record's, as the picture that it is", async () => {
    const { getByRole, findByText, shown, digest, original } = await stage(() => Promise.resolve(JPEG));
    expect(shown()).toBe(`view:${digest}`);

    await fireEvent.click(getByRole("button", { name: "photo.see_original" }));
    await findByText("photo.same");

    expect(original).toHaveBeenCalledWith("v1", digest, "review");
    expect([shown(), made[0]?.type]).toEqual(["blob:1", "image/jpeg"]);
    await fireEvent.click(getByRole("button", { name: "photo.see_copy" }));
    expect([shown(), gone]).toEqual([`view:${digest}`, 1]);
  });

  it("is not shown when it isn't what the record names", async () => {
    const { getByRole, findByText, shown } = await stage(() => Promise.resolve(OTHER));

    await fireEvent.click(getByRole("button", { name: "photo.see_original" }));
    await findByText("photo.differs");

    expect([shown(), made.length]).toEqual([undefined, 0]);
  });

  it("gives way to the copy of the next photo", async () => {
    const { getByRole, findByText, getAllByRole, shown } = await stage(() => Promise.resolve(JPEG));
    await fireEvent.click(getByRole("button", { name: "photo.see_original" }));
    await findByText("photo.same");

    await fireEvent.click(getAllByRole("button", { name: /photo.name/ })[1]!);

    expect([shown(), gone]).toEqual([`view:${"b".repeat(64)}`, 1]);
  });

  it("is asked for by the work in hand, and a refusal is said", async () => {
    const { getByRole, findByText, original } = await stage(
      () => Promise.reject(new Refused(400, "why_needed", {})),
      ["agree_annulment"],
      "annulment",
    );

    await fireEvent.click(getByRole("button", { name: "photo.see_original" }));
    await findByText("why_needed");

    expect(original.mock.calls[0]?.slice(2)).toEqual(["annulment"]);
  });

  it("is not offered to whoever decides nothing about evidence", async () => {
    expect(
      (await stage(() => Promise.resolve(JPEG), ["see_unit"])).queryByRole("button", {
        name: "photo.see_original",
      }),
    ).toBeNull();
  });

  it("that is no picture of a kind we know is called bytes", async () => {
    expect((await pictureOf(new Blob(["<svg>"]))).type).toBe("application/octet-stream");
    expect((await pictureOf(new Blob(["RIFF....WEBPVP8 "]))).type).toBe("image/webp");
  });
});
