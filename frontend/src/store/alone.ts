/**
 * One at a time, over all tabs and the service worker (Web Locks). Where there are none, one at a time within this tab: then the checks
 * inside the transactions are what keeps things right, here as everywhere.
 */

/** Runs work alone. `ifFree`: not at all if somebody else is at it; then the answer is null. */
export interface Alone {
  <T>(name: string, work: () => Promise<T>): Promise<T>;
  ifFree<T>(name: string, work: () => Promise<T>): Promise<T | null>;
}

/** The way that this browser offers. */
export function makeAlone(locks: LockManager | undefined = globalThis.navigator?.locks): Alone {
  return locks === undefined ? inThisTab() : withLocks(locks);
}

function withLocks(locks: LockManager): Alone {
  const alone = <T>(name: string, work: () => Promise<T>): Promise<T> =>
    locks.request(name, work) as Promise<T>;
  const ifFree = <T>(name: string, work: () => Promise<T>): Promise<T | null> =>
    locks.request(name, { ifAvailable: true }, (lock) =>
      lock === null ? null : work(),
    ) as Promise<T | null>;
  return Object.assign(alone, { ifFree });
}

function inThisTab(): Alone {
  const last = new Map<string, Promise<unknown>>();
  const alone = <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(name, mine);
    const done = (): void => {
      if (last.get(name) === mine) last.delete(name);
    };
    mine.then(done, done);
    return mine;
  };
  const ifFree = <T>(name: string, work: () => Promise<T>): Promise<T | null> =>
    last.has(name) ? Promise.resolve(null) : alone(name, work);
  return Object.assign(alone, { ifFree });
}
