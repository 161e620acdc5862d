/** The roles in the order in which they are offered. */
import type { Person } from "@/remote/desk";

export const ROLES = [
  "officer",
  "auxiliary",
  "leader",
  "legal_reviewer",
  "duty_desk",
  "technician",
  "auditor",
] as const satisfies readonly Person["role"][];
