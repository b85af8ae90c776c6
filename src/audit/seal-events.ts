/** Events that are sealed in one turn at most. */
export const BATCH = 1_000;

/** Seals what waits, at most {@link BATCH} events, and answers how many; `null` while another process seals. */
export type SealEvents = () => Promise<number | null>;
