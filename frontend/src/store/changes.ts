/** Word that something in the database has changed, to every screen of this tab and of others. It carries no facts: read again. */

/** What has changed. */
export type Topic = "drafts" | "outbox" | "views" | "packs" | "officers" | "terminal" | "log" | "numbers";

/** Tells and hears of changes. */
export class Changes {
  private readonly listeners = new Set<(topic: Topic) => void>();
  private channel: BroadcastChannel | null;

  constructor(name = "luqin-changes") {
    this.channel = typeof BroadcastChannel === "undefined" ? null : new BroadcastChannel(name);
    if (this.channel !== null) this.channel.onmessage = (event) => this.hear(event.data as Topic);
  }

  /** Tell everybody. */
  tell(...topics: Topic[]): void {
    for (const topic of topics) {
      this.hear(topic);
      this.channel?.postMessage(topic);
    }
  }

  /** Be told; returns how to stop. */
  listen(listener: (topic: Topic) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Stop hearing other tabs. */
  close(): void {
    this.channel?.close();
    this.channel = null;
  }

  private hear(topic: Topic): void {
    for (const listener of [...this.listeners]) listener(topic);
  }
}
