/** The loopback address that the service of a built-in printer listens on. Not our server: nothing of a session goes there. */
import type { Bytes } from "../domain/bytes";

const PATIENCE_MS = 20_000;

/** Hand it bytes to print (POST, ESC/POS). Answers with its status and, where it refused, the word of its `{"why": …}`. Rejects where nobody answers in time. */
export async function postToBridge(address: string, bytes: Bytes): Promise<{ status: number; why: string }> {
  const ending = new AbortController();
  const patience = setTimeout(() => ending.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(address, {
      method: "POST",
      body: bytes,
      headers: { "Content-Type": "application/octet-stream" },
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: ending.signal,
    });
    const said = answer.ok ? null : ((await answer.json().catch(() => null)) as { why?: unknown } | null);
    return { status: answer.status, why: typeof said?.why === "string" ? said.why : "" };
  } finally {
    clearTimeout(patience);
  }
}
