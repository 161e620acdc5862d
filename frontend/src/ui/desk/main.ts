/** The leader's desk: its styles, and how it is started. What it is put together from comes in from outside (desk/main.ts). */
import "../../styles/tokens.css";
import "../../styles/desk.css";

export { start } from "./start";
