/** The door of the officer's app: index.html loads this file, which opens the interface. */
import "../src/ui/officer/main";
