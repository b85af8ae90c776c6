import { Problem } from "../kit/problem.ts";
import { LineQueue, readRecords } from "../users/import-csv.ts";
import { readHeader } from "../users/import-header.ts";
import { readLines } from "../users/import-lines.ts";
import { lookupKey } from "../users/user-principal-name.ts";
import type { JobMode, RowAsked } from "./password-job.ts";

/**
 * The people of a CSV file, read as an import reads it: a header with `userPrincipalName` and perhaps `password`, other columns passed over.
 * A line that cannot be read is a row that failed; whoever comes twice is taken the first time, whose password counts.
 * @param mode with a link each person chooses the password
 * @throws {Problem} `import-refused` for a file that cannot be read at all, `invalid-request` for passwords that are not wanted
 */
export async function* readPasswordJobFile(bytes: AsyncIterable<Uint8Array>, mode: JobMode): AsyncGenerator<RowAsked> {
  const queue = new LineQueue(readLines(bytes, "csv"));
  const seen = new Set<string>();
  try {
    const { delimiter, columns } = await readHeader(queue);
    const of = (field: string) => columns.findIndex((column) => column?.target.kind === "text" && column.target.field === field);
    const [nameAt, passwordAt] = [of("userPrincipalName"), of("password")];
    for await (const record of readRecords(queue, delimiter, columns.length)) {
      const position = record.line;
      const user = "problem" in record ? "" : (record.cells[nameAt] ?? "").trim();
      if ("problem" in record || user === "") {
        yield { position, user, fault: "invalid-row" };
        continue;
      }
      const key = lookupKey(user);
      const password = passwordAt < 0 ? "" : (record.cells[passwordAt] ?? "");
      if (seen.has(key)) yield { position, user, fault: "duplicate" };
      else if (password.trim() === "") yield { position, user };
      else if (mode === "link") throw new Problem("invalid-request", { detail: "With a link each person chooses the password." });
      else yield { position, user, password };
      seen.add(key);
    }
  } finally {
    await queue.close();
  }
}

/** The people of a list, each once, in its order. */
export async function* readPasswordJobList(users: readonly string[]): AsyncGenerator<RowAsked> {
  const seen = new Set<string>();
  for (const [index, user] of users.entries()) {
    const key = lookupKey(user);
    if (!seen.has(key)) yield { position: index + 1, user };
    seen.add(key);
  }
}
