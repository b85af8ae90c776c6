/**
 * The account that stands in for a name nobody has: one row with two methods, made by a migration, so that looking up, judging and
 * keeping a reset take the same work and the same bytes for a name that is known and one that is not (design §3, attacks A98). Nobody can
 * start as it, sign in as it, or find it: its key holds a character that no name can hold.
 */
export const NOBODY = "00000000-0000-0000-0000-000000000000";
