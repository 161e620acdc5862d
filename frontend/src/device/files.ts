/** Giving the phone a file, to lie among its downloads and be carried on from there. */

/** Hand a file over under this name. The browser asks or not, as it is set; nobody is told whether it was kept. */
export function giveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser has taken the address by now; the bytes stay until it is let go of.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
