/** Objects that are fetched when first used. */

/** What can be fetched later: an object all of whose methods answer with a promise, and which shows nothing else. */
type AllLater<T> = {
  [Name in keyof T]: T[Name] extends (...given: never[]) => Promise<unknown> ? T[Name] : never;
};

/** Stands for an object until one of its methods is called; then it is fetched, once. A fetch that failed is tried again by the next call. */
export function later<T extends AllLater<T>>(fetch: () => Promise<T>): T {
  let fetched: Promise<T> | null = null;
  const get = (): Promise<T> => {
    fetched ??= fetch().catch((error: unknown) => {
      fetched = null;
      throw error;
    });
    return fetched;
  };
  return new Proxy({} as T, {
    get: (_, name) => {
      // Whoever awaits the stand-in gets the stand-in: it is no promise itself.
      if (name === "then") return undefined;
      return async (...given: never[]) => {
        const target = await get();
        const method = target[name as keyof T] as unknown as (...given: never[]) => Promise<unknown>;
        return await method.apply(target, given);
      };
    },
  });
}
