import type { Command } from "commander";
import { readConfig } from "../config.ts";

/** `rekey serve`: what `npm start` does, of an image's entry point too. */
export function addServe(program: Command): void {
  program
    .command("serve")
    .summary("run the service, as `npm start` does")
    .description(
      "Runs the service until SIGTERM or Ctrl-C: pages and API, the queue of messages, or what ROLE says. " +
        "The environment configures it; .env.example describes every variable.",
    )
    .addHelpText("after", "\nExample:\n  PORT=9000 rekey serve")
    .action(async () => (await import("../serve.ts")).serve(readConfig));
}
