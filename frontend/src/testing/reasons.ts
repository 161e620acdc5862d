/** Every reason for which the server sets a record aside: one that it adds is an error of the compiler here. */
import type { components } from "@/remote/schema";

export const ASIDE = {
  unknown_terminal: true,
  bad_signature: true,
  terminal_pending: true,
  terminal_suspended: true,
  terminal_revoked: true,
  unknown_version: true,
  unreadable: true,
  wrong_shift: true,
  officer_disabled: true,
  may_not_record: true,
  amends_nothing: true,
  amends_others: true,
  uid_taken: true,
  number_taken: true,
  paper_number_taken: true,
  paper_number_void: true,
  not_processed: true,
  cant_be_amended: true,
  not_second: true,
  confirms_other: true,
} satisfies Record<Exclude<components["schemas"]["Row"]["reason"], "" | null>, true>;
