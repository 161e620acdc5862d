/** A newer build is never taken over something that is being written: not over a draft, not over a form, not over another tab's. */
import { nextTick, ref } from "vue";
import { describe, expect, it } from "vitest";

import { beginWriting, isBeingWritten, writesWhile } from "./writing";

/** The locks of one browser, as all its tabs see them. */
class BrowserLocks {
  private readonly names: string[] = [];
  async request(name: string, _how: unknown, work: () => Promise<void>): Promise<void> {
    this.names.push(name);
    await work();
    this.names.splice(this.names.indexOf(name), 1);
  }
  query(): Promise<LockManagerSnapshot> {
    return Promise.resolve({
      held: this.names.map((name) => ({ name, clientId: "", mode: "shared" })),
      pending: [],
    });
  }
}
const browser = (): LockManager => new BrowserLocks() as unknown as LockManager;

describe("what is being written", () => {
  it("is known while it lasts, and not after", async () => {
    const locks = browser();
    expect(await isBeingWritten(locks)).toBe(false);
    const one = beginWriting(locks);
    const other = beginWriting(locks);

    one();
    one();
    expect(await isBeingWritten(locks)).toBe(true);

    other();
    await nextTick();
    expect(await isBeingWritten(locks)).toBe(false);
  });

  it("is known in another tab, too", async () => {
    const locks = browser();
    // Another tab has its own memory: only the lock is common to both.
    let end = (): void => undefined;
    void locks.request("luqin-writing", { mode: "shared" }, () => new Promise<void>((done) => (end = done)));
    expect(await isBeingWritten(locks)).toBe(true);

    end();
    await nextTick();
    expect(await isBeingWritten(locks)).toBe(false);
  });

  it("follows a form: from its first letter until it is empty again or gone", async () => {
    const password = ref("");
    const gone = writesWhile(() => password.value !== "");
    expect(await isBeingWritten(undefined)).toBe(false);

    password.value = "x";
    await nextTick();
    expect(await isBeingWritten(undefined)).toBe(true);
    password.value = "";
    await nextTick();
    expect(await isBeingWritten(undefined)).toBe(false);
    password.value = "y";
    await nextTick();
    gone();
    expect(await isBeingWritten(undefined)).toBe(false);
  });
});
