/** This handheld as the service knows it: enrolled or not, and in what state. */
import type { ChosenPrinter } from "../domain/printer";
import type { Changes } from "./changes";
import type { Database } from "./database";
import type { TerminalRow } from "./rows";

/** Enrolment and state of this handheld. */
export class Terminals {
  constructor(
    private readonly db: Database,
    private readonly changes: Changes,
  ) {}

  /** This handheld, or null before enrolment. */
  async get(): Promise<TerminalRow | null> {
    return (await this.db.read(["terminal"], (tx) => tx.objectStore("terminal").get("this"))) ?? null;
  }

  /** The printer that was chosen on it, or null. */
  async printer(): Promise<ChosenPrinter | null> {
    const chosen = await this.db.read(["meta"], (tx) => tx.objectStore("meta").get("printer"));
    return (chosen as ChosenPrinter | undefined) ?? null;
  }
  async setPrinter(chosen: ChosenPrinter | null): Promise<void> {
    await this.db.write(["meta"], (tx) => tx.objectStore("meta").put(chosen, "printer"));
  }

  /** Remember the enrolment. */
  async enrolled(row: TerminalRow): Promise<void> {
    await this.db.write(["terminal"], (tx) => tx.objectStore("terminal").put(row, "this"));
    this.changes.tell("terminal");
  }

  /** Remember the state that the server told. */
  async setState(state: TerminalRow["state"]): Promise<void> {
    const changed = await this.db.write(["terminal"], async (tx) => {
      const row = await tx.objectStore("terminal").get("this");
      if (row === undefined || row.state === state) return false;
      await tx.objectStore("terminal").put({ ...row, state }, "this");
      return true;
    });
    if (changed) this.changes.tell("terminal");
  }
}
