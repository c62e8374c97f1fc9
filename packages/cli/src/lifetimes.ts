export const DAY_MS = 24 * 60 * 60 * 1000;

/** The index is signed anew with every change, so it may expire sooner: that is what makes a withheld revocation show. */
export const INDEX_DAYS = 90;
