import { type Clock, MINUTE } from "../kit/clock.ts";
import { Problem } from "../kit/problem.ts";

/** For how long a repeated call gets the first one's answer (contract, section 6). */
export const KEPT_MS = 10 * MINUTE;

/** One call under an `Idempotency-Key`: whose, which key, and what was asked, as a digest of method, address and body. */
export interface KeyedCall {
  readonly caller: string;
  readonly key: string;
  readonly request: string;
}

export interface KeptAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

export type Claim =
  | { readonly outcome: "claimed" }
  | { readonly outcome: "answered"; readonly answer: KeptAnswer }
  | { readonly outcome: "running" }
  | { readonly outcome: "another-request" };

/** Keeps answers for {@link KEPT_MS}. A claim that is not seen alive ends after the same time: its process has died. */
export interface KeptAnswers {
  /** One conditional write: of two calls at once one claims the key. */
  claim(call: KeyedCall, now: number): Promise<Claim>;
  /** The call still runs. */
  alive(call: KeyedCall, now: number): Promise<void>;
  keep(call: KeyedCall, answer: KeptAnswer): Promise<void>;
  release(call: KeyedCall): Promise<void>;
}

/**
 * Acts once for a key and answers a repetition alike. A refusal or a failure gives the key back: nothing was done that the same call
 * may not try again.
 * @param act what takes longer than minutes calls `alive`, which never throws, in between
 * @throws {Problem} `idempotency-key-reused` for another body, `idempotency-key-in-use` while the first call runs
 */
export async function answerOnce(
  answers: KeptAnswers,
  call: KeyedCall,
  clock: Clock,
  act: (alive: () => Promise<void>) => Promise<KeptAnswer>,
): Promise<KeptAnswer & { readonly repeated: boolean }> {
  const claim = await answers.claim(call, clock.now());
  switch (claim.outcome) {
    case "answered":
      return { ...claim.answer, repeated: true };
    case "another-request":
      throw new Problem("idempotency-key-reused");
    case "running":
      throw new Problem("idempotency-key-in-use", { retryAfter: 2 });
    case "claimed": {
      const alive = () => answers.alive(call, clock.now()).catch(() => undefined);
      const answer = await act(alive).catch(async (error: unknown) => {
        await answers.release(call).catch(() => undefined);
        throw error;
      });
      // It is done, whatever becomes of the note about it.
      await answers.keep(call, answer).catch(() => undefined);
      return { ...answer, repeated: false };
    }
  }
}

/** The key of a call, `null` where none is given. @throws {Problem} `invalid-request` for one that is no printable text of 1 to 255 */
export function idempotencyKey(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === "string" && /^[\x21-\x7e]{1,255}$/.test(header)) return header;
  const errors = [{ field: "Idempotency-Key", reason: "must be 1 to 255 printable ASCII characters" }];
  throw new Problem("invalid-request", { extensions: { errors } });
}
