/** Pictures that are held in this tab for looking at: their addresses by digest. Let go of when the app locks or the record is sealed. */
import { shallowReactive } from "vue";

const addresses = shallowReactive(new Map<string, string>());

/** The address of a picture in this tab; empty until its bytes were read. */
export const pictureOf = (digest: string): string => addresses.get(digest) ?? "";

export const hasPicture = (digest: string): boolean => addresses.has(digest);

export const holdPicture = (digest: string, bytes: Blob): void => {
  addresses.set(digest, URL.createObjectURL(bytes));
};

export function forgetPicture(digest: string): void {
  const address = addresses.get(digest);
  if (address !== undefined) URL.revokeObjectURL(address);
  addresses.delete(digest);
}

/** Let go of all pictures in memory. */
export function forgetPictures(): void {
  for (const digest of [...addresses.keys()]) forgetPicture(digest);
}
