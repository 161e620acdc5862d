/**
 * The PIN: it opens the key under which an officer's drafts and all that came from the server lie on this handheld.
 *
 * PBKDF2 with SHA-256 and 600,000 rounds. Five tries, counted before each is made, so that killing the app gains none; then only the
 * password, online. Six digits can be tried out by somebody with a copy of the storage: README says so.
 */
import type { Bytes } from "../domain/bytes";
import { utf8 } from "../domain/bytes";
import type { Random } from "../domain/random";
import { aesKey, BoxSealed, close, closeJson, open, openJson } from "./boxes";
import type { Database } from "./database";
import type { Box, OfficerRow, Wrapped } from "./rows";

export const ROUNDS = 600_000;
export const TRIES = 5;

/** Not the PIN; so many tries are left. At 0 only the password opens, online. */
export class PinWrong extends Error {
  constructor(readonly tries_left: number) {
    super(`${tries_left} tries left`);
  }
}

/** No tries are left, or no PIN was chosen yet: sign in online. */
export class PinLocked extends Error {}

/** Neither does this password open the key: it was changed meanwhile. An earlier one may still. */
export class KeyLost extends Error {}

/** An opened officer's key: what encrypts and decrypts for this officer while the app is unlocked. */
export class Vault {
  private constructor(
    readonly officer: string,
    private readonly key: CryptoKey,
    /** Kept so that a new PIN or password can wrap it; gone when the app locks. */
    private readonly raw: Bytes,
    private readonly random: Random,
  ) {}

  /** Open a vault over 32 bytes. */
  static async over(officer: string, raw: Bytes, random: Random): Promise<Vault> {
    return new Vault(officer, await aesKey(raw), raw, random);
  }

  close(name: string, bytes: BufferSource): Promise<Box> {
    return close(this.key, name, bytes, this.random);
  }
  open(name: string, box: Box): Promise<Bytes> {
    return open(this.key, name, box);
  }
  closeJson(name: string, value: unknown): Promise<Box> {
    return closeJson(this.key, name, value, this.random);
  }
  openJson<T>(name: string, box: Box): Promise<T> {
    return openJson<T>(this.key, name, box);
  }
  /** The key itself under a PIN or password. */
  wrap(secret: string): Promise<Wrapped> {
    return wrap(this.officer, secret, this.raw, this.random);
  }
}

/** Choosing, trying and changing PINs. */
export class Pins {
  constructor(
    private readonly db: Database,
    private readonly random: Random,
  ) {}

  /**
   * Choose the first PIN, right after an online sign-in with this password. Anything under a key of before is kept with that key, which
   * its PIN and its password still open; what the server told is asked for again, since the new key can't read it.
   */
  async choose(officer: string, pin: string, password: string): Promise<Vault> {
    const vault = await Vault.over(officer, this.random(32), this.random);
    const [by_pin, by_password] = [await vault.wrap(checked(pin)), await vault.wrap(password)];
    await this.change(officer, (row) => ({
      ...row,
      by_pin,
      by_password,
      former: [...row.former, ...[row.by_password, row.by_pin].filter((one) => one !== null)],
      tries_left: TRIES,
      epoch: null,
      cursor: null,
    }));
    return vault;
  }

  /** Open with the PIN, with or without a network. Throws PinWrong, PinLocked. */
  async open(officer: string, pin: string): Promise<Vault> {
    const row = await this.change(officer, (was) => {
      if (was.by_pin === null || was.tries_left <= 0) throw new PinLocked();
      return { ...was, tries_left: was.tries_left - 1 };
    });
    if (row.by_pin === null) throw new PinLocked();
    try {
      const raw = await unwrap(officer, pin, row.by_pin);
      await this.change(officer, (was) => ({ ...was, tries_left: TRIES }));
      return await Vault.over(officer, raw, this.random);
    } catch (error) {
      if (error instanceof BoxSealed) throw new PinWrong(row.tries_left);
      throw error;
    }
  }

  /** Open with the password that the server has just accepted, after the PIN was forgotten. Then call `setPin`. Throws PinLocked (no key yet), KeyLost. */
  async openByPassword(officer: string, password: string): Promise<Vault> {
    const row = await this.db.read(["officers"], (tx) => tx.objectStore("officers").get(officer));
    if (!row || row.by_password === null) throw new PinLocked();
    try {
      return await Vault.over(officer, await unwrap(officer, password, row.by_password), this.random);
    } catch (error) {
      if (error instanceof BoxSealed) throw new KeyLost();
      throw error;
    }
  }

  /** The server has just accepted the password: the PIN may be tried anew, as often as after a right one. */
  async triesBack(officer: string): Promise<void> {
    await this.change(officer, (row) => ({ ...row, tries_left: TRIES }));
  }

  /** Open a key of before with the PIN or the password of that time, or null where none opens: what it encrypted was kept. */
  async openFormer(officer: string, secret: string): Promise<Vault | null> {
    const row = await this.db.read(["officers"], (tx) => tx.objectStore("officers").get(officer));
    for (const wrapped of row?.former ?? []) {
      try {
        return await Vault.over(officer, await unwrap(officer, secret, wrapped), this.random);
      } catch (error) {
        if (!(error instanceof BoxSealed)) throw error;
      }
    }
    return null;
  }

  /** Nothing lies under keys of before any more: they go. */
  async forgetFormer(officer: string): Promise<void> {
    await this.change(officer, (row) => ({ ...row, former: [] }));
  }

  /** Set another PIN for an opened key, and the password as it is now if it is known. */
  async setPin(vault: Vault, pin: string, password: string | null = null): Promise<void> {
    const by_pin = await vault.wrap(checked(pin));
    const by_password = password === null ? null : await vault.wrap(password);
    await this.change(vault.officer, (row) => ({
      ...row,
      by_pin,
      by_password: by_password ?? row.by_password,
      tries_left: TRIES,
    }));
  }

  private change(officer: string, change: (row: OfficerRow) => OfficerRow): Promise<OfficerRow> {
    return this.db.write(["officers"], async (tx) => {
      const officers = tx.objectStore("officers");
      const row = await officers.get(officer);
      if (row === undefined) throw new PinLocked();
      const changed = change(row);
      await officers.put(changed);
      return changed;
    });
  }
}

async function wrap(officer: string, secret: string, raw: Bytes, random: Random): Promise<Wrapped> {
  const salt = random(16);
  return {
    salt,
    rounds: ROUNDS,
    box: await close(await derive(secret, salt, ROUNDS), nameOf(officer), raw, random),
  };
}

async function unwrap(officer: string, secret: string, wrapped: Wrapped): Promise<Bytes> {
  return await open(await derive(secret, wrapped.salt, wrapped.rounds), nameOf(officer), wrapped.box);
}

async function derive(secret: string, salt: BufferSource, iterations: number): Promise<CryptoKey> {
  const material = await crypto.subtle.importKey("raw", utf8(secret), "PBKDF2", false, ["deriveKey"]);
  const params = { name: "PBKDF2", hash: "SHA-256", salt, iterations };
  return await crypto.subtle.deriveKey(params, material, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

const nameOf = (officer: string): string => `officer-key:${officer}`;

/** Six digits, not all alike and not 123456: a PIN anybody would try first is no PIN. Throws PinTooSimple. */
function checked(pin: string): string {
  if (!/^[0-9]{6}$/.test(pin) || /^(.)\1{5}$/.test(pin) || pin === "123456" || pin === "654321")
    throw new PinTooSimple();
  return pin;
}

/** Not six digits, or six that anybody would try first. */
export class PinTooSimple extends Error {}
