/** An import as the API answers it (contract, section 6). */
export interface ImportJob {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly failed: number;
  /** Why the whole of it failed. */
  readonly detail?: string | null;
}

/** A row that did not go in, as the API answers it. */
export interface FailedRow {
  readonly line: number;
  readonly userPrincipalName: string | null;
  readonly outcome: "failed";
  /** Of the first problem. */
  readonly field?: string;
  readonly reason?: string;
  readonly problems?: readonly RowMistake[];
}

/** One thing that is wrong with a row. */
export interface RowMistake {
  readonly field: string;
  readonly reason: string;
}

export interface FailedRows {
  readonly items: readonly FailedRow[];
  readonly nextCursor: string | null;
}

const COUNTS = ["total", "created", "updated", "unchanged", "failed"] as const;

/** `null` where the answer is of another shape. */
export function readJob(answer: unknown): ImportJob | null {
  const job = answer as ImportJob;
  const whole = typeof job.id === "string" && typeof job.state === "string" && COUNTS.every((count) => Number.isInteger(job[count]));
  return whole ? job : null;
}

/** `null` where the answer is of another shape. */
export function readFailedRows(answer: unknown): FailedRows | null {
  const { items, nextCursor } = answer as Partial<FailedRows>;
  if (!Array.isArray(items) || !items.every((row: Partial<FailedRow>) => Number.isInteger(row.line))) return null;
  return { items, nextCursor: nextCursor ?? null };
}

/** A line for each mistake: where, whose, which field, why. A row may have several. */
export function mistakesOf(rows: readonly FailedRow[]): [line: string, name: string, field: string, reason: string][] {
  return rows.flatMap(({ line, userPrincipalName, field = "", reason = "", problems = [{ field, reason }] }) =>
    problems.map((mistake): [string, string, string, string] => [String(line), userPrincipalName ?? "", mistake.field, mistake.reason]),
  );
}

export function isOver({ state }: ImportJob): boolean {
  return state === "done" || state === "failed";
}

/** Some row, or the import as a whole. */
export function hasFailed({ state, failed }: ImportJob): boolean {
  return state === "failed" || failed > 0;
}

export function rowsDone({ created, updated, unchanged, failed }: ImportJob): number {
  return created + updated + unchanged + failed;
}
