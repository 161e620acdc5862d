/** The door of the officer's app: index.html loads this file, which puts store, server and sync together and opens the interface on them. */
import { battery, browserName, space } from "../src/device";
import { serverAt } from "../src/remote";
import { openStore } from "../src/store";
import { makeSync } from "../src/sync";
import { onNewer, start } from "../src/ui/officer/main";

const store = openStore({ onNewer });
const server = serverAt();
const contact = async () => ({
  app_version: __APP_VERSION__,
  browser: browserName(),
  storage_persisted: (await space()).persisted,
  battery_percent: (await battery())?.percent ?? null,
});

void start({ store, server, sync: makeSync({ store, server, contact, version: __APP_VERSION__ }) });
