import type { AuditEvent } from "../audit/audit-event.ts";
import type { Sealer } from "../keys/sealer.ts";
import { type Clock, DAY } from "../kit/clock.ts";
import { chooseLanguage } from "../kit/language.ts";
import { sha256 } from "../kit/seal.ts";
import { type Reminded, userNameEmail, userNameText } from "../messages/compose-message.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel, TextChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { openOrigin } from "../resets/origin.ts";
import { judge } from "../throttle/counter.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { NamesAt, UserNamesAt } from "./user-names-at.ts";

export interface SendUserNameDeps {
  readonly userNamesAt: UserNamesAt;
  readonly record: (events: readonly AuditEvent[]) => Promise<unknown>;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly clock: Clock;
}

type UserNameJob = Extract<Job, { task: "send-user-name" }>;
export type SendUserName = (job: UserNameJob) => Promise<void>;

/**
 * The job of a reminder: finds who has verified the address, in all organisations, and sends their names there and nowhere else. Caps on
 * the address are silent, since the answer was given already.
 */
export function createSendUserName(deps: SendUserNameDeps): SendUserName {
  return async (job) => {
    for (const names of await deps.userNamesAt(job.type, job.valueTags)) await tell(deps, job, names);
  };
}

async function tell(deps: SendUserNameDeps, job: UserNameJob, { value, people }: NamesAt): Promise<void> {
  const [first] = people;
  if (first === undefined || (await overLimit(deps, job, value))) return;
  const { address, device, at, language } = openOrigin(deps.sealer, job.reminderId, job.origin);
  const reminded: Reminded = {
    language: chooseLanguage(first.preferredLanguage, language),
    names: people.map(({ userPrincipalName, organisation }) => ({ userPrincipalName, organisation })),
    at,
    address,
    device,
  };
  await onBehalfOf({ tenantId: first.tenantId, userId: first.userId }, () =>
    job.type === "email" ? deps.email.send(userNameEmail(value, reminded)) : deps.text.send(userNameText(value, reminded)),
  );
  const now = deps.clock.now();
  await deps.record(
    people.map(({ tenantId, userId }) => ({
      // The same in every attempt.
      id: sha256(`user name sent ${job.reminderId} ${userId}`).slice(0, 22),
      at: now,
      tenantId,
      type: "user-name.send",
      outcome: "success",
      actor: { kind: "anonymous" },
      userId,
      details: { method: job.type },
    })),
  );
}

/** The narrowest first, each counted once for all attempts of a job (attacks A77). */
async function overLimit({ throttle, limits, sealer, clock }: SendUserNameDeps, job: UserNameJob, value: string): Promise<boolean> {
  const now = clock.now();
  const destination = sealer.tag("destination", value);
  const passed = `send:${job.reminderId}:${destination}`;
  if (await throttle.used(passed, now)) return false;
  const caps = [
    { key: `sends:user-name:${destination}`, limit: limits.sendsToDestination },
    ...(job.type === "email"
      ? []
      : [
          { key: `sends:prefix:user-name:${sealer.tag("prefix", value.slice(0, -4))}`, limit: limits.sendsToPrefix },
          { key: "sends:sms", limit: limits.smsOfAll },
        ]),
  ];
  for (const { key, limit } of caps) if (judge(await throttle.take(key, limit, now), limit, now).over) return true;
  await throttle.once(passed, now + DAY, now);
  return false;
}
