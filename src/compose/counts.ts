import { Counter, type Registry } from "prom-client";
import type { CountSend } from "./channels.ts";

export interface Counts {
  readonly send: CountSend;
  readonly givenUp: (task: string) => void;
}

/** What operators count of the messages (docs/operations.md, "Sending"). */
export function composeCounts(registry: Registry): Counts {
  const sends = new Counter({
    name: "rekey_messages_total",
    help: "Messages handed to a provider, by how that ended",
    labelNames: ["channel", "provider", "outcome"],
    registers: [registry],
  });
  const givenUp = new Counter({
    name: "rekey_jobs_given_up_total",
    help: "Jobs that will not be tried again",
    labelNames: ["task"],
    registers: [registry],
  });
  return {
    send: (channel, provider, outcome) => sends.inc({ channel, provider, outcome }),
    givenUp: (task) => givenUp.inc({ task }),
  };
}
