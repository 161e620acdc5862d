import { describe, expect, it } from "vitest";

import { SmallLog } from "../testing/log";
import { toBase64, toBase64url } from "./bytes";
import { verifyReceipt, type Receipt, type Receipted } from "./receipt";

const TERMINAL = "0123456789abcdef";
const DIGEST = "ab".repeat(32);
const record: Receipted = {
  what: "record",
  text: '{"v":1,"uid":"a"}',
  signature: "c2ln",
  terminal: TERMINAL,
};
const photo: Receipted = { what: "photo", digest: DIGEST };

const log = new SmallLog();
log.append({ kind: "shift.opened" });
const recorded = log.append({
  v: 1,
  kind: "violation.recorded",
  record: { text: record.text, signature: record.signature, key: TERMINAL },
});
const quarantined = log.append({
  v: 1,
  kind: "record.quarantined",
  record: { text: record.text, signature: record.signature, key: TERMINAL },
});
const arrived = log.append({ v: 1, kind: "photo.arrived", body: { digest: DIGEST, size: 3 } });
log.append({ kind: "look" });
const receipt = log.receipt(recorded);

describe("a receipt", () => {
  it("that proves exactly these bytes is accepted", () => {
    expect(verifyReceipt(receipt, record, log.key)).toMatchObject({ ok: true, index: recorded });
    expect(verifyReceipt(log.receipt(arrived), photo, log.key)).toMatchObject({ ok: true, index: arrived });
  });

  it("of a record that was set aside is one, too", () => {
    expect(verifyReceipt(log.receipt(quarantined), record, log.key).ok).toBe(true);
  });

  const changed = (change: Partial<Receipt>): Receipt => ({ ...receipt, ...change });
  const salt = toBase64url(new Uint8Array(32));
  const forger = new SmallLog("log.example/luqin", new Uint8Array(32).fill(7));
  forger.append({
    kind: "violation.recorded",
    record: { text: record.text, signature: record.signature, key: TERMINAL },
  });

  it.each<[string, unknown, string]>([
    ["for another number", changed({ index: 0 }), "wrong_proof"],
    ["with another salt", changed({ leaf: { ...receipt.leaf, salt } }), "wrong_proof"],
    ["with a salt of another length", changed({ leaf: { ...receipt.leaf, salt: "AAAA" } }), "malformed"],
    ["with a proof cut short", changed({ proof: receipt.proof.slice(1) }), "wrong_proof"],
    [
      "with a proof too long",
      changed({ proof: [...receipt.proof, toBase64(new Uint8Array(32))] }),
      "wrong_proof",
    ],
    ["with a proof that is no base64", changed({ proof: ["?"] }), "malformed"],
    ["under another checkpoint", changed({ checkpoint: log.checkpoint(3) }), "wrong_proof"],
    ["under a checkpoint that somebody else signed", forger.receipt(0), "wrong_checkpoint"],
    ["of another entry", log.receipt(0), "other_bytes"],
    ["of the photo", log.receipt(arrived), "other_bytes"],
    [
      "with a payload that was made up",
      changed({ leaf: { ...receipt.leaf, payload: receipt.leaf.payload.replace('"v":1', '"v":2') } }),
      "wrong_proof",
    ],
    [
      "with a payload that is no JSON",
      changed({ leaf: { ...receipt.leaf, payload: "<html>" } }),
      "malformed",
    ],
    ["that is a yes", { ok: true }, "malformed"],
    ["that is a page", "<html>200 OK</html>", "malformed"],
    ["that is nothing", null, "malformed"],
  ])("%s is refused", (_, wrong, why) => {
    expect(verifyReceipt(wrong, record, log.key)).toMatchObject({ ok: false, why });
  });

  it.each<[string, Receipted]>([
    ["another text", { ...record, text: '{"v":1,"uid":"b"}' }],
    ["the same text with a space", { ...record, text: '{"v":1, "uid":"a"}' }],
    ["another signature", { ...record, signature: "c2lo" }],
    ["another terminal", { ...record, terminal: "f".repeat(16) }],
    ["a photo", photo],
  ])("for one record is none for %s", (_, thing) => {
    expect(verifyReceipt(receipt, thing, log.key)).toMatchObject({ ok: false, why: "other_bytes" });
  });

  it("is checked once for each note, where the caller remembers", () => {
    let opened = 0;
    const verdict = verifyReceipt(receipt, record, log.key, () => {
      opened++;
      return { origin: log.origin, size: log.size, root: log.root() };
    });
    expect([verdict.ok, opened]).toEqual([true, 1]);
  });
});
