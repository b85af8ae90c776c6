import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import type { MessageQueue } from "../messages/message-queue.ts";
import type { Origin, SealedOrigin } from "../resets/origin.ts";
import { newSupportCode } from "../resets/support-code.ts";
import { admitCall } from "../throttle/anonymous-call.ts";
import type { Limits } from "../throttle/limits.ts";
import type { ProofOfWork } from "../throttle/proof-of-work.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import { domainOf, lookupKey } from "../users/user-principal-name.ts";

export interface AskForHelpDeps {
  readonly queue: MessageQueue;
  readonly throttle: ThrottleStore;
  readonly limits: Limits;
  readonly proofOfWork: ProofOfWork;
  readonly sealer: Sealer;
  readonly clock: Clock;
  readonly random: Random;
}

export interface HelpInput {
  readonly userPrincipalName: string;
  /** 500 characters at most. */
  readonly message?: string;
  readonly proofOfWork?: string;
}

/** What the job of a request is about. */
export interface AskedHelp {
  readonly key: string;
  readonly domain: string;
  readonly message: string | null;
  readonly supportCode: string;
  readonly origin: SealedOrigin;
}

export type AskForHelp = (input: HelpInput, origin: Origin) => Promise<void>;

/**
 * Somebody who cannot help themselves asks an administrator. Whatever was typed becomes a job; whose account it is, is looked up by the
 * worker, after the answer. So the answer and its work are the same for everybody (attacks A90).
 * @throws {Problem} `proof-of-work-required`, `too-many-attempts`
 */
export function createAskForHelp(deps: AskForHelpDeps): AskForHelp {
  const { queue, limits, sealer, clock, random } = deps;
  return async ({ userPrincipalName, message = "", proofOfWork }, origin) => {
    const now = clock.now();
    const call = { name: "help", ofSource: limits.helpRequestsOfSource, ofAll: limits.helpRequestsOfAll };
    await admitCall(deps, call, { address: origin.address, answer: proofOfWork, now });
    const requestId = newId(random);
    const written = message.trim();
    const asked: AskedHelp = {
      key: lookupKey(userPrincipalName),
      domain: domainOf(userPrincipalName) ?? "",
      message: written === "" ? null : written,
      supportCode: newSupportCode(random),
      origin: { ...origin, at: now },
    };
    await queue.enqueue({ task: "send-help-request", requestId, asked: sealAsked(sealer, requestId, asked) });
  };
}

function sealAsked(sealer: Sealer, requestId: string, asked: AskedHelp): string {
  return sealer.seal(`help/${requestId}`, JSON.stringify(asked)).toString("base64");
}

export function openAsked(sealer: Sealer, requestId: string, sealed: string): AskedHelp {
  return JSON.parse(sealer.unseal(`help/${requestId}`, Buffer.from(sealed, "base64"))) as AskedHelp;
}
