/** The officer's interface: its styles, and how it is started. What it is put together from comes in from outside (app/main.ts). */
import "../../styles/tokens.css";
import "../../styles/officer.css";

export { onNewer, start } from "./start";
