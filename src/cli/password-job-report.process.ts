import { EXIT } from "./failure.ts";
import { print, printFields } from "./output.process.ts";
import type { PasswordJob } from "./password-job.client.ts";
import { grouped } from "./printable.ts";

/** How a job ended, for people. */
export function reportJob(job: PasswordJob, headline: string): void {
  print(headline, "");
  printFields(
    (["total", "done", "failed", "skipped"] as const).map((count) => [count, grouped(job[count])]),
    "right",
  );
}

/** Somebody was not done: whoever calls from a script must learn it. */
export function noteFailures({ state, failed, skipped }: PasswordJob): void {
  if (state !== "done" || failed > 0 || skipped > 0) process.exitCode = EXIT.failed;
}
