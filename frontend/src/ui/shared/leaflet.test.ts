/** Only Leaflet's own probe becomes markup. */
import { expect, it } from "vitest";

import { onlyTheProbe } from "./leaflet";

it("lets the probe through and nothing else", () => {
  expect(onlyTheProbe("<svg/>")).toBe("<svg/>");
  for (const text of ["", "<svg/> ", "<svg/><script>", "<img src=x onerror=alert(1)>"])
    expect(() => onlyTheProbe(text)).toThrow(TypeError);
});
