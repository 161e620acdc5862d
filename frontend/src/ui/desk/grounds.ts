/** The lists from which a ground is chosen, in the server's words. A test holds them against the server's own description. */

/** What is asked with a list. */
export type Ask = "return" | "propose" | "refuse";

const LISTS = {
  return: [
    "photo_unclear",
    "photo_missing",
    "plate_doubtful",
    "wrong_offence",
    "wrong_place",
    "wrong_time",
    "person_missing",
    "other",
  ],
  propose: [
    "emergency_vehicle",
    "stolen",
    "plate_used_by_other",
    "rescue",
    "already_handled",
    "signals_conflict",
    "unclear",
    "plate_misread",
    "other",
  ],
  refuse: ["ground_not_given", "evidence_stands", "other"],
  refuse_measure: ["not_necessary", "not_in_the_list", "facts_not_clear", "procedure_broken", "other"],
  admit: ["checked_with_officer", "paper_seen", "clock_explained", "technical_cause", "other"],
  refuse_text: ["not_genuine", "duplicate", "not_on_duty", "terminal_misused", "not_readable", "other"],
  close: ["done", "explained", "terminal_lost", "not_needed", "other"],
} as const;

/** The grounds of one list, in the order of the keys 1–9. */
export const grounds = (list: keyof typeof LISTS): readonly string[] => LISTS[list];
