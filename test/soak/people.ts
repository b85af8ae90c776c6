import { createSealer } from "../../src/keys/sealer.ts";
import { systemClock } from "../../src/kit/clock.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { maskedContact } from "../../src/methods/contact-method.ts";
import { createPasswordHasher } from "../../src/passwords/password-hasher.ts";
import { parseUserPrincipalName } from "../../src/users/user-principal-name.ts";
import { insertUser } from "../../src/users/user-store.pg.ts";
import type { Installation } from "../journeys/installation.ts";

/** Somebody whose password is reset again and again, and everything that was answered about it. */
export interface Walker {
  readonly userId: string;
  readonly userPrincipalName: string;
  readonly email: string;
  /** Every password that was ever sent, the first one too. One of them opens, no other. */
  readonly passwords: string[];
  /** Steps that were answered with success, by flow. */
  readonly steps: { readonly flowId: string; readonly type: string }[];
  /** Challenges that were answered with success. */
  readonly challenges: { readonly flowId: string; readonly challengeId: string }[];
  /** Resets that were answered with success. */
  completed: number;
  /** New passwords that were sent and not answered. */
  unanswered: number;
}

/** People with one address each, who fill the house. */
export async function createWalkers({ connection, keyring, demo }: Installation, count: number): Promise<Walker[]> {
  const sealer = createSealer(keyring);
  const hasher = createPasswordHasher({ random: systemRandom, concurrency: 2 });
  const password = `plum violin ${systemRandom(4).toString("hex")} harbour`;
  // One hash for all: what is looked at is what comes after it.
  const phc = await hasher.hash(password);
  const walkers: Walker[] = [];
  for (let index = 0; index < count; index++) {
    const name = parseUserPrincipalName(`walker-${index}@${demo.tenant.domain}`);
    if (!name.ok) throw new Error(name.reason);
    const email = `walker-${index}@private.example`;
    const person = { tenantId: demo.tenant.id, name, methods: [maskedContact("email", email)], methodsVerified: true };
    const stored = { ...person, password: { phc, temporary: false, expiresAt: null } };
    const userId = await connection.db.transaction().execute((trx) => insertUser(trx, stored, { sealer, now: systemClock.now() }));
    if (userId === null) throw new Error("the name was taken");
    const { userPrincipalName } = name;
    walkers.push({ userId, userPrincipalName, email, passwords: [password], steps: [], challenges: [], completed: 0, unanswered: 0 });
  }
  return walkers;
}
