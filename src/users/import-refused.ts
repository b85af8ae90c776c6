import { Problem } from "../kit/problem.ts";

/** Why a file as a whole cannot be read. */
export type FileFault = "empty-file" | "not-a-text-file" | "missing-column" | "duplicate-column";

/** Thrown before the first row of a file that cannot be read at all: 422 `import-refused` with a sentence for the administrator. */
export class ImportFileRefused extends Problem {
  readonly fault: FileFault;
  readonly reason: string;

  constructor(fault: FileFault, reason: string) {
    super("import-refused", { detail: reason, extensions: { reason: fault } });
    this.name = "ImportFileRefused";
    this.fault = fault;
    this.reason = reason;
  }
}
