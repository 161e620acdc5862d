/** Refusals of the journal that screens know by name. */

/** The draft, or the shot, is not here: sealed or closed meanwhile, perhaps in another tab. */
export class DraftGone extends Error {}

/** A draft with shots is not thrown away: it is closed with a reason. */
export class DraftHasShots extends Error {}
