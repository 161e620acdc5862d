import { afterEach, beforeEach, describe, expect, expectTypeOf, it, vi } from "vitest";

import { readSyncAnswer } from "./answer";
import { csrfOf, get, getText, post, Refused, Unreachable, type Asking } from "./ask";
import { deskAt } from "./desk";
import { lineAddress, makeLine, newsIn, type LineState } from "./line";
import { serverAt } from "./server";
import type { components } from "./schema";
import type * as wire from "./types";

const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json" } });
const page = (status = 200): Response =>
  new Response("<html>Please accept our terms</html>", { status, headers: { "Content-Type": "text/html" } });

function asking(
  answer: (path: string, init: RequestInit) => Response | Promise<Response>,
  cookies = "",
): Asking {
  return {
    fetch: ((path: string, init: RequestInit) => Promise.resolve(answer(path, init))) as typeof fetch,
    cookies: () => cookies,
  };
}

describe("the words on the wire", () => {
  type Schemas = components["schemas"];

  it("are those of the server's own description", () => {
    // Checked by the compiler: what the server describes fits what is read here.
    expectTypeOf<Schemas["SyncAnswer"]["session"]>().toEqualTypeOf<wire.SyncAnswer["session"]>();
    expectTypeOf<Schemas["SyncAnswer"]["terminal_state"]>().toEqualTypeOf<
      wire.SyncAnswer["terminal_state"]
    >();
    expectTypeOf<Schemas["SyncAnswer"]["settled_by"]>().toEqualTypeOf<wire.SyncAnswer["settled_by"]>();
    expectTypeOf<Schemas["Verdict"]["outcome"]>().toEqualTypeOf<wire.WireVerdict["outcome"]>();
    expectTypeOf<Schemas["SyncAnswer"]>().toExtend<wire.SyncAnswer>();
    expectTypeOf<Schemas["SignedIn"]>().toExtend<wire.SignedInAnswer>();
    expectTypeOf<Schemas["Enrolled"]>().toExtend<wire.EnrolAnswer>();
  });
});

describe("asking the server", () => {
  it("says why somebody looks beside the address, never in it", async () => {
    const seen: { path: string; why: string | null }[] = [];
    const desk = deskAt(
      asking((path, init) => {
        seen.push({ path, why: new Headers(init.headers).get("Luqin-Why") });
        return json({});
      }),
    );

    await desk.violation("7", "市民来电");

    expect(seen).toEqual([{ path: "/api/violations/7", why: encodeURIComponent("市民来电") }]);
  });

  it("sends the token of either cookie with what changes something", async () => {
    const seen: (string | null)[] = [];
    const ask = (cookies: string) =>
      post(
        asking((_, init) => {
          seen.push(new Headers(init.headers).get("X-CSRF-Token"));
          return json({});
        }, cookies),
        "/x",
        {},
      );
    await ask("a=1; csrf=abc; b=2");
    await ask("__Host-csrf=def");
    await ask("other_csrf=ghi");

    expect(seen).toEqual(["abc", "def", null]);
    expect(csrfOf("")).toBe("");
  });

  it("gives the answer, nothing for 304 and 204, and plain text", async () => {
    expect(
      await get(
        asking(() => json({ a: 1 })),
        "/x",
      ),
    ).toEqual({ a: 1 });
    expect(
      await get(
        asking(() => new Response(null, { status: 304 })),
        "/x",
      ),
    ).toBeNull();
    expect(
      await post(
        asking(() => new Response(null, { status: 204 })),
        "/x",
        {},
      ),
    ).toBeUndefined();
    const text = new Response("key\n", { headers: { "Content-Type": "text/plain; charset=utf-8" } });
    expect(
      await getText(
        asking(() => text),
        "/x",
      ),
    ).toBe("key\n");
  });

  it("names a refusal by the server's word and its facts", async () => {
    const refused = get(
      asking(() => json({ code: "too_large", facts: { most: 1 } }, 413)),
      "/x",
    );
    await expect(refused).rejects.toMatchObject({ status: 413, code: "too_large", facts: { most: 1 } });
    await expect(refused).rejects.toThrow(Refused);
  });

  it.each<[string, () => Response | Promise<Response>]>([
    ["no network", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a captive portal's page with 200", () => page()],
    ["a proxy's page with 502", () => page(502)],
    [
      "JSON that is cut off",
      () => new Response('{"now":"2026', { headers: { "Content-Type": "application/json" } }),
    ],
    ["an error without the server's word", () => json({ message: "no" }, 500)],
  ])("%s is nobody's answer", async (_, answer) => {
    await expect(get(asking(answer), "/x")).rejects.toThrow(Unreachable);
    await expect(post(asking(answer), "/x", {})).rejects.toThrow(Unreachable);
    await expect(getText(asking(answer), "/x")).rejects.toThrow(Unreachable);
  });

  it("does not wait for ever", async () => {
    vi.useFakeTimers();
    const never = asking(
      (_, init) =>
        new Promise((__, reject) =>
          init.signal?.addEventListener("abort", () => reject(new DOMException("", "AbortError"))),
        ),
    );
    const asked = expect(get(never, "/x")).rejects.toThrow(Unreachable);
    await vi.advanceTimersByTimeAsync(30_000);
    await asked;
    vi.useRealTimers();
  });

  it("fetches the token before the first change, where there is none", async () => {
    const paths: string[] = [];
    const server = serverAt(
      asking((path) => {
        paths.push(path);
        return json({});
      }),
    );
    await server.closeShift();
    expect(paths).toEqual(["/api/session", "/api/shift/close"]);
  });
});

describe("a contact's answer", () => {
  const good = {
    now: "2026-11-25T02:00:00.000Z",
    verdicts: [],
    photos: [],
    feed: null,
    checkpoint: null,
    settled_up_to: null,
    settled_by: "none",
    minimum_version: "0.1.0",
    session: "none",
    terminal_state: "active",
  };

  it("of the right shape is one", () => {
    expect(readSyncAnswer(good)).toEqual(good);
    const feed = {
      epoch: "e",
      start_over: false,
      cursor: 1,
      more: false,
      items: [{ n: 1, about: "task", id: "a", gone: false, view: {} }],
    };
    expect(readSyncAnswer({ ...good, feed }).feed).toEqual(feed);
  });

  it.each<[string, unknown]>([
    ["nothing", null],
    ["a list", []],
    ["no time", { ...good, now: undefined }],
    ["a time that is none", { ...good, now: "soon" }],
    ["verdicts that are none", { ...good, verdicts: [{}] }],
    ["photos that are none", { ...good, photos: "all" }],
    ["a feed without a cursor", { ...good, feed: { epoch: "e", start_over: false, more: false, items: [] } }],
    ["an unknown holder", { ...good, settled_by: "me" }],
    ["an unknown state", { ...good, terminal_state: "fine" }],
  ])("with %s did not come from the server", (_, said) => {
    expect(() => readSyncAnswer(said)).toThrow(Unreachable);
  });
});

class FakeSocket {
  static made: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  constructor() {
    FakeSocket.made.push(this);
  }
  send(text: string): void {
    this.sent.push(text);
  }
  close(): void {
    this.readyState = 3;
  }
  opens(): void {
    this.readyState = 1;
    this.onopen?.();
  }
  closes(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

describe("the open line", () => {
  let states: LineState[];
  let news: number[];
  let chance: number;
  const line = () =>
    makeLine({
      url: "ws://x/ws/",
      socket: () => new FakeSocket() as unknown as WebSocket,
      onNews: (n) => news.push(n),
      onState: (state) => states.push(state),
      chance: () => chance,
    });
  const newest = (): FakeSocket => FakeSocket.made[FakeSocket.made.length - 1] as FakeSocket;

  beforeEach(() => {
    vi.useFakeTimers();
    FakeSocket.made = [];
    states = [];
    news = [];
    chance = 1;
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("rings with the number of the newest news, and understands nothing else", () => {
    line().open();
    newest().opens();
    for (const data of ['{"news": 7}', "{}", "no", '{"news": "7"}', new ArrayBuffer(1), '{"news": 8}'])
      newest().onmessage?.({ data });
    expect(news).toEqual([7, 8]);
    expect(newsIn("x".repeat(300))).toBeNull();
  });

  it("comes back by itself, within 15 seconds and more slowly each time", () => {
    line().open();
    newest().opens();
    newest().closes(1006);
    expect(states.at(-1)).toBe("closed");
    vi.advanceTimersByTime(14_999);
    expect(FakeSocket.made).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(2);

    newest().closes(1006);
    vi.advanceTimersByTime(29_999);
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(FakeSocket.made).toHaveLength(3);

    for (let turn = 0; turn < 10; turn++) {
      newest().closes(1006);
      vi.advanceTimersByTime(5 * 60_000);
    }
    expect(FakeSocket.made).toHaveLength(13);
  });

  it("is hurried by whoever opens it again, and opened only once", () => {
    const one = line();
    one.open();
    one.open();
    newest().closes(1006);
    one.open();
    expect(FakeSocket.made).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.made).toHaveLength(2);
  });

  it.each([
    [4401, "ended"],
    [4403, "revoked"],
  ] as const)("closed with %s stays closed", (code, state) => {
    line().open();
    newest().opens();
    newest().closes(code);
    vi.advanceTimersByTime(10 * 60_000);
    expect([states.at(-1), FakeSocket.made.length]).toEqual([state, 1]);
  });

  it("closed here stays closed, and a late word of the old one changes nothing", () => {
    const one = line();
    one.open();
    const old = newest();
    old.opens();
    one.close();
    old.closes(1006);
    vi.advanceTimersByTime(10 * 60_000);
    expect([states.at(-1), FakeSocket.made.length]).toEqual(["closed", 1]);
  });

  it("acknowledges only while it is open", () => {
    const one = line();
    one.ack(1);
    one.open();
    one.ack(2);
    newest().opens();
    one.ack(3);
    expect(newest().sent).toEqual(['{"ack":3}']);
  });

  it("goes to the origin that the app came from", () => {
    expect(lineAddress({ protocol: "https:", host: "a.example" })).toBe("wss://a.example/ws/");
    expect(lineAddress({ protocol: "http:", host: "127.0.0.1:8000" })).toBe("ws://127.0.0.1:8000/ws/");
  });
});
