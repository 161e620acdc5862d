/**
 * Asking the server over HTTP: JSON in, JSON out, with a limit of time. Three things can happen, and each has its name:
 * an answer, a refusal by the server (`Refused`), or nothing that was from the server (`Unreachable`).
 */

/** No answer from the server: no network, no time left, or something else answered (a captive portal's page is no answer). */
export class Unreachable extends Error {}

/** The server answered that it can't now, by a word: it is busy, or its disk is full. Nothing is wrong with what was sent; it goes again later. */
export class NotNow extends Unreachable {
  constructor(readonly code: string) {
    super(code);
  }
}

/** The server refuses, for a reason that has a word. The words are put into sentences by the interface. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: Readonly<Record<string, unknown>>,
  ) {
    super(`${status} ${code}`);
  }
}

const TIMEOUT_MS = 30_000;

/** How to ask; `fetch` and the cookies are arguments so that tests need no network. */
export interface Asking {
  readonly fetch: typeof fetch;
  readonly cookies: () => string;
}

/** In a browser. */
export const inBrowser: Asking = { fetch: (...given) => fetch(...given), cookies: () => document.cookie };

/** GET; null where the server says 304 (nothing newer). */
export async function get<T>(asking: Asking, path: string): Promise<T | null> {
  const response = await send(asking, path, { method: "GET", headers: { Accept: "application/json" } });
  return response.status === 304 ? null : await read<T>(response);
}

/** GET of plain text. */
export async function getText(asking: Asking, path: string): Promise<string> {
  const response = await send(asking, path, { method: "GET", headers: { Accept: "text/plain" } });
  const type = response.headers.get("Content-Type") ?? "";
  if (!response.ok) return await read<never>(response);
  if (!type.startsWith("text/plain")) throw new Unreachable("something else answered");
  return await response.text();
}

/** GET of bytes, which the server calls nothing but bytes. */
export async function getBytes(asking: Asking, path: string): Promise<Blob> {
  const response = await send(asking, path, { method: "GET", headers: { Accept: "*/*" } });
  if (!response.ok) return await read<never>(response);
  if (response.headers.get("Content-Type") !== "application/octet-stream")
    throw new Unreachable("something else answered");
  try {
    return await response.blob();
  } catch {
    throw new Unreachable("cut off");
  }
}

/** POST of a form with a file in it, which may take its time to be sent and to be taken in. */
export async function postForm<T>(
  asking: Asking,
  path: string,
  form: FormData,
  limit_ms: number,
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json" };
  const csrf = csrfOf(asking.cookies());
  if (csrf !== "") headers["X-CSRF-Token"] = csrf;
  return await read<T>(await send(asking, path, { method: "POST", headers, body: form }, limit_ms));
}

/** POST of JSON; the answer may be empty (204). */
export async function post<T>(
  asking: Asking,
  path: string,
  body: unknown,
  credentials: RequestCredentials = "same-origin",
): Promise<T> {
  const headers: Record<string, string> = { Accept: "application/json", "Content-Type": "application/json" };
  const csrf = csrfOf(asking.cookies());
  if (csrf !== "") headers["X-CSRF-Token"] = csrf;
  const response = await send(asking, path, {
    method: "POST",
    headers,
    body: JSON.stringify(body),
    credentials,
  });
  return response.status === 204 ? (undefined as T) : await read<T>(response);
}

/** The token that the server left in a cookie, or nothing. */
export function csrfOf(cookies: string): string {
  const found = /(?:^|;\s*)(?:__Host-)?csrf=([^;]*)/.exec(cookies);
  return found?.[1] ?? "";
}

async function send(
  asking: Asking,
  path: string,
  init: RequestInit,
  limit_ms = TIMEOUT_MS,
): Promise<Response> {
  // AbortSignal.timeout came with Chrome 103.
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), limit_ms);
  try {
    return await asking.fetch(path, {
      credentials: "same-origin",
      ...init,
      signal: stop.signal,
      cache: "no-store",
      redirect: "error",
    });
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : "no answer");
  } finally {
    clearTimeout(timer);
  }
}

async function read<T>(response: Response): Promise<T> {
  const said = await jsonOf(response);
  if (response.ok) return said as T;
  if (isRefusal(said)) throw new Refused(response.status, said.code, said.facts ?? {});
  throw new Unreachable(`status ${response.status}`);
}

async function jsonOf(response: Response): Promise<unknown> {
  if (!(response.headers.get("Content-Type") ?? "").includes("json"))
    throw new Unreachable("something else answered");
  try {
    return await response.json();
  } catch {
    throw new Unreachable("cut off, or no JSON");
  }
}

function isRefusal(said: unknown): said is { code: string; facts?: Record<string, unknown> } {
  return typeof said === "object" && said !== null && "code" in said && typeof said.code === "string";
}
