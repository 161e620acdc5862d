/** The door of the desk: index.html loads this file, which opens the interface. */
import "../src/ui/desk/main";
