// @vitest-environment happy-dom
/** The page that an old browser gets in place of a white one; a browser that can run the app never sees it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = readFileSync(join(__dirname, "../../../app/public/old-browser.js"), "utf8");

/** Run the script as the page's head does, then let the document be ready. */
function load(): void {
  document.body.innerHTML = '<div id="app"></div>';
  new Function(script)();
  document.dispatchEvent(new Event("DOMContentLoaded"));
}

/** Give the window what happy-dom lacks and every browser of ours has. */
function modern(): void {
  const has: readonly (readonly [object, string, unknown])[] = [
    [window, "indexedDB", {}],
    [window, "isSecureContext", true],
    [navigator, "serviceWorker", {}],
    [HTMLScriptElement.prototype, "noModule", false],
  ];
  for (const [where, name, value] of has)
    Object.defineProperty(where, name, { value, configurable: true, writable: true });
}

beforeEach(modern);
afterEach(() => {
  document.body.innerHTML = "";
});

describe("the page before the app", () => {
  it("lets a browser through that has all the app stands on", () => {
    load();

    expect(document.querySelector("#app")).not.toBeNull();
    expect(document.querySelector("h1")).toBeNull();
  });

  it("says in one plain page what to do where something lacks", () => {
    Object.defineProperty(window, "indexedDB", { value: undefined, configurable: true });

    load();

    expect(document.querySelector("h1")?.textContent).toBe("这个浏览器太旧了");
    expect(document.body.textContent).toContain("没传的记录都还在");
    expect(document.body.textContent).toContain("IndexedDB");
  });

  it("asks for https where that is all that lacks", () => {
    Object.defineProperty(window, "isSecureContext", { value: false, configurable: true });
    Object.defineProperty(window, "indexedDB", { value: undefined, configurable: true });

    load();

    expect(document.querySelector("h1")?.textContent).toBe("这里要用 https 打开");
  });
});
