import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";
import type { Act } from "../users/user-writer.ts";
import { type Approval, RESULT_KEPT_MS } from "./approval.ts";
import type { WeightyAct } from "./two-person-rule.ts";

/** What each kind of act does once it is cleared, in the name of whoever asked. Answers what that person is to read; it may hold a secret. */
export type CarryOut = {
  readonly [Kind in WeightyAct["kind"]]: (
    act: Act,
    weighty: Extract<WeightyAct, { kind: Kind }>,
  ) => Promise<Readonly<Record<string, unknown>>>;
};

export interface Decider {
  readonly tenantId: string;
  readonly id: string;
  readonly roles: readonly string[];
}

export type Decided = { readonly outcome: "decided"; readonly approval: Approval } | { readonly outcome: "requester-lost-right" };

/**
 * Agrees or refuses, once: everything is judged on locked rows, as it is now, and one conditional update decides.
 * @throws {Problem} `not-found`; `forbidden` for whoever is no second person; `conflict` when it is decided or over
 */
export type DecideApproval = (by: Decider, id: string, wish: "approve" | "deny", now: number) => Promise<Decided>;

export type Outcome =
  | { readonly sealedResult: Buffer; readonly resultUntil: number }
  | { readonly failure: { readonly code: string; readonly detail: string } };

interface Deps {
  readonly decide: DecideApproval;
  readonly carryOut: CarryOut;
  readonly keepOutcome: (approval: Approval, outcome: Outcome, now: number) => Promise<void>;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

/** @throws {Problem} as {@link DecideApproval}; `forbidden` when whoever asked may no longer do it. What the act itself is refused with is kept. */
export type ApproveAct = (by: Decider, id: string) => Promise<void>;

/**
 * Agreed first, in a transaction of its own, then carried out: at most once, whatever dies in between. What was agreed to and never done
 * can be seen, and is asked for anew.
 */
export function createApproveAct({ decide, carryOut, keepOutcome, sealer, clock }: Deps): ApproveAct {
  return async (by, id) => {
    const decided = await decide(by, id, "approve", clock.now());
    if (decided.outcome === "requester-lost-right")
      throw new Problem("forbidden", {
        extensions: { missing: ["role"], reason: "Whoever asked for this may no longer do it; it is withdrawn." },
      });
    const { approval } = decided;
    try {
      const result = await carriedOut(carryOut, approval, clock.now());
      const now = clock.now();
      const sealedResult = sealer.seal(resultPlace(approval), JSON.stringify(result));
      await keepOutcome(approval, { sealedResult, resultUntil: now + RESULT_KEPT_MS }, now);
    } catch (error) {
      const refusal = error instanceof Problem && error.status < 500;
      const code = refusal ? error.code : "internal-error";
      const detail = refusal ? reasonOf(error) : "It could not be carried out. It has to be asked for again.";
      await keepOutcome(approval, { failure: { code, detail } }, clock.now());
      if (!refusal) throw error;
    }
  };
}

function carriedOut(carryOut: CarryOut, { tenantId, requester, act: weighty }: Approval, now: number) {
  const act: Act = { tenantId, actor: { kind: requester.kind, id: requester.id }, roles: requester.roles, now };
  switch (weighty.kind) {
    case "reset-administrator":
      return carryOut[weighty.kind](act, weighty);
    case "reset-everyone":
      return carryOut[weighty.kind](act, weighty);
    case "weaken-policy":
      return carryOut[weighty.kind](act, weighty);
  }
}

function reasonOf({ message, extensions }: Problem): string {
  return typeof extensions.reason === "string" ? extensions.reason : message;
}

/** Bound to the row: a result that is copied to another one does not open. */
export function resultPlace({ id }: Pick<Approval, "id">): string {
  return `approvals/${id}`;
}
