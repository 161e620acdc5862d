/** Who has signed in on this handheld, on which shift, and what each chose before. Names are shown on the lock screen, so they lie open. */
import { used, type Uses } from "../domain/uses";
import type { Changes } from "./changes";
import type { Database } from "./database";
import { TRIES, type Vault } from "./pins";
import type { OfficerRow, ShiftRow } from "./rows";

/** An officer as the server described them at sign-in. */
export interface Welcome {
  readonly police_number: string;
  readonly name: string;
  readonly role: string;
  readonly unit_code: string;
  readonly unit_name: string;
  readonly capabilities: readonly string[];
  /** Province and letter of the city's plates; "" where the sign-in was with an earlier build. */
  readonly home_plate: string;
}

/** An officer without what only the store needs. */
export interface Officer extends Welcome {
  readonly shift: ShiftRow | null;
  readonly has_pin: boolean;
  readonly tries_left: number;
  readonly uses: Uses;
  readonly signed_in_at: string;
}

const RESUME = "resume";

/** The officers of this handheld. */
export class Officers {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
  ) {}

  /** Everybody who has signed in here, the latest first. */
  async all(): Promise<Officer[]> {
    const rows = await this.db.read(["officers"], (tx) => tx.objectStore("officers").getAll());
    return rows.sort((a, b) => (a.signed_in_at < b.signed_in_at ? 1 : -1)).map(shown);
  }

  /** One officer, or null. */
  async one(police_number: string): Promise<Officer | null> {
    const row = await this.db.read(["officers"], (tx) => tx.objectStore("officers").get(police_number));
    return row === undefined ? null : shown(row);
  }

  /** Remember an online sign-in and its shift. What the officer had here before stays. */
  async signedIn(officer: Welcome, shift: ShiftRow, now: string): Promise<void> {
    await this.change(officer.police_number, (was) => ({
      ...(was ?? NOBODY),
      ...officer,
      shift,
      signed_in_at: now,
    }));
  }

  /** Keep the secret that takes the shift up again, under the officer's key. */
  async keepResume(vault: Vault, secret: string): Promise<void> {
    const resume = await vault.closeJson(RESUME, secret);
    await this.change(vault.officer, (was) => was && { ...was, resume });
  }

  /** The secret that takes the shift up again, or null. */
  async resume(vault: Vault): Promise<string | null> {
    const row = await this.db.read(["officers"], (tx) => tx.objectStore("officers").get(vault.officer));
    return row?.resume ? await vault.openJson<string>(RESUME, row.resume) : null;
  }

  /** The shift has ended: sealing needs a new sign-in. Everything else stays. */
  async shiftEnded(police_number: string): Promise<void> {
    await this.change(police_number, (was) => was && { ...was, shift: null, resume: null });
  }

  /** Count one more choice of an offence code, for "last used first". */
  async choseOffence(police_number: string, code: string, now_ms: number): Promise<void> {
    await this.change(police_number, (was) => was && { ...was, uses: used(was.uses, code, now_ms) });
  }

  private async change(
    police_number: string,
    change: (was: OfficerRow | undefined) => OfficerRow | undefined,
  ): Promise<void> {
    await this.db.write(["officers"], async (tx) => {
      const officers = tx.objectStore("officers");
      const changed = change(await officers.get(police_number));
      if (changed !== undefined) await officers.put(changed);
    });
    this.changes.tell("officers");
  }
}

const NOBODY = {
  shift: null,
  resume: null,
  by_pin: null,
  by_password: null,
  former: [],
  tries_left: TRIES,
  epoch: null,
  cursor: null,
  uses: {},
};

function shown(row: OfficerRow): Officer {
  const {
    police_number,
    name,
    role,
    unit_code,
    unit_name,
    capabilities,
    home_plate = "",
    shift,
    tries_left,
    uses,
    signed_in_at,
  } = row;
  const who = { police_number, name, role, unit_code, unit_name, capabilities, home_plate };
  return { ...who, shift, has_pin: row.by_pin !== null, tries_left, uses, signed_in_at };
}
