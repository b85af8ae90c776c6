import type { Command } from "commander";
import { readConfig } from "../config.ts";

/** `rekey worker`: the service in the role `worker`, whatever ROLE says. */
export function addWorker(program: Command): void {
  program
    .command("worker")
    .summary("run the queue alone, beside servers with ROLE=server")
    .description(
      "Runs the queue alone: sends messages and keeps the audit log up to date; at PORT it answers /healthz, /readyz and /metrics alone. " +
        "Needs DATABASE_URL and REDIS_URL, which it shares with processes in the role `server`.",
    )
    .addHelpText("after", "\nExample:\n  DATABASE_URL=postgres://… REDIS_URL=redis://… rekey worker")
    .action(async () => (await import("../serve.ts")).serve(() => readConfig(undefined, "worker")));
}
