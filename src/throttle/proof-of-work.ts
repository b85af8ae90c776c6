import { createChallenge, verifySolution } from "altcha-lib";
import { deriveKey } from "altcha-lib/algorithms/pbkdf2";
import type { Payload } from "altcha-lib/types";
import type { Key, Keyring } from "../keys/keyring.ts";
import { type Clock, MINUTE, SECOND } from "../kit/clock.ts";
import { newId, type Random } from "../kit/random.ts";
import { constantTimeEqual, tag } from "../kit/seal.ts";

/** What a caller over a limit is asked for: an ALTCHA challenge to solve, or a ticket that is good after a wait (for pages without script). */
export interface WorkChallenge {
  readonly parameters: object;
  readonly signature: string;
  readonly wait: { readonly ticket: string; readonly seconds: number };
}

/** Work that was proved. Its id may be used once, until it ends (milliseconds). */
export interface ProvedWork {
  readonly id: string;
  readonly until: number;
}

export interface ProofOfWork {
  challenge(): Promise<WorkChallenge>;
  /** @param answer base64 JSON of the solved challenge as ALTCHA's widget sends it, or a ticket. `null`: it proves nothing. Never throws. */
  check(answer: string): Promise<ProvedWork | null>;
}

const LIFETIME_MS = 10 * MINUTE;
export const WAIT_MS = 20 * SECOND;
/** About 256 tries of 10,000 rounds each: around a second on a phone, a few milliseconds to check. */
const ALGORITHM = "PBKDF2/SHA-256";
const COST = 10_000;
const KEY_PREFIX = "00";

export function createProofOfWork(deps: { keyring: Keyring; clock: Clock; random: Random }): ProofOfWork {
  const { keyring, clock, random } = deps;
  const makingKey = () => keyring.current("proof-of-work");
  const readingKeys = () => keyring.all("proof-of-work");
  const mac = ({ bytes }: Key, id: string, from: number) => tag(bytes, "wait", `${id}.${from}`);

  const checkTicket = (ticket: string): ProvedWork | null => {
    const [, id = "", from = "", signature = ""] = ticket.split(".");
    const notBefore = Number(from);
    const now = clock.now();
    const until = notBefore + LIFETIME_MS;
    // Good for as long as its id is remembered as used, and not a millisecond longer.
    if (!readingKeys().some((key) => constantTimeEqual(mac(key, id, notBefore), signature)) || now < notBefore || now >= until) return null;
    return { id, until };
  };

  const checkSolution = async (answer: string): Promise<ProvedWork | null> => {
    const { challenge, solution } = JSON.parse(Buffer.from(answer, "base64").toString()) as Payload;
    let verified = false;
    for (const key of readingKeys())
      verified ||= (await verifySolution({ challenge, solution, deriveKey, hmacSignatureSecret: secretOf(key) })).verified;
    const until = Number(challenge.parameters.data?.until);
    return verified && until > clock.now() ? { id: String(challenge.parameters.data?.id), until } : null;
  };

  return {
    async challenge() {
      const key = makingKey();
      const notBefore = clock.now() + WAIT_MS;
      const id = newId(random);
      const { parameters, signature = "" } = await createChallenge({
        algorithm: ALGORITHM,
        cost: COST,
        keyPrefix: KEY_PREFIX,
        deriveKey,
        // The end stands in the signed data, to be judged by our clock.
        data: { id: newId(random), until: clock.now() + LIFETIME_MS },
        hmacSignatureSecret: secretOf(key),
      });
      return { parameters, signature, wait: { ticket: `wait.${id}.${notBefore}.${mac(key, id, notBefore)}`, seconds: WAIT_MS / SECOND } };
    },
    async check(answer) {
      try {
        return answer.startsWith("wait.") ? checkTicket(answer) : await checkSolution(answer);
      } catch {
        // Whatever is sent here was made by a stranger: what cannot be read proves nothing.
        return null;
      }
    },
  };
}

function secretOf({ bytes }: Key): string {
  return bytes.toString("base64url");
}
