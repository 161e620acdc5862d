/** The door of the officer's app: index.html loads this file, which puts store, server and sync together and opens the interface on them. */
import { battery, browserName, space } from "../src/device";
import { openStore } from "../src/store";
import { onNewer, start } from "../src/ui/officer/main";

const store = openStore({ onNewer });

/** What the handheld says of itself at each contact. */
const contact = async () => ({
  app_version: __APP_VERSION__,
  browser: browserName(),
  storage_persisted: (await space()).persisted,
  battery_percent: (await battery())?.percent ?? null,
});

/** Server and sync, fetched after the first screen: it needs neither. */
async function connect() {
  const [{ serverAt }, { postToBridge }, entering] = await Promise.all([
    import("../src/remote"),
    import("../src/remote/bridge"),
    import("../src/sync"),
  ]);
  const server = serverAt();
  const sync = entering.makeSync({ store, server, contact, version: __APP_VERSION__ });
  return { server, entering, sync, bridge: postToBridge };
}

void start({ store, connect });
