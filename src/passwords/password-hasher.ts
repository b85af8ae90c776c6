import { type Argon2Parameters, argon2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Random } from "../kit/random.ts";
import { createHashingQueue } from "./hashing-queue.ts";
import { type Argon2Hash, formatPhc, parsePhc } from "./phc-string.ts";

export { HashingOverloaded } from "./hashing-queue.ts";

/** OWASP's second setting (security.md E14): 19 MiB, two passes. Salt and tag: RFC 9106 §3.1, security.md E15. */
const CURRENT = { memory: 19_456, passes: 2, parallelism: 1 } as const;
const SALT_BYTES = 16;
const TAG_BYTES = 32;

/** A stored hash that cannot be read: damaged, of another algorithm, or beyond our bounds. A fault to repair, not a wrong password. */
export class UnreadablePasswordHash extends Error {
  constructor() {
    super("the stored password hash cannot be read");
    this.name = "UnreadablePasswordHash";
  }
}

export interface PasswordHasher {
  /** A PHC string. @throws TypeError for half a surrogate pair, HashingOverloaded */
  hash(password: string): Promise<string>;
  /**
   * The PHC string of `secret` under the salt and the cost of another one: for a set of random codes that share one salt, so that a guess costs
   * one hash and not one for each of the set. Never for what people choose. @throws UnreadablePasswordHash, HashingOverloaded
   */
  hashLike(secret: string, phc: string): Promise<string>;
  /** Compares in constant time. @throws UnreadablePasswordHash before any work, HashingOverloaded */
  verify(password: string, phc: string): Promise<boolean>;
  /** Whether the hash is weaker than those we make now, or unreadable: hash again at the next success (security.md E15). */
  needsRehash(phc: string): boolean;
  /** The work of `verify` for a user who isn't there or has no password, so that time tells nothing (ASVS 6.3.8). @throws HashingOverloaded */
  decoy(password: string): Promise<false>;
}

export interface PasswordHasherOptions {
  random: Random;
  /** Argon2 runs at once, each with 19 MiB. More than processors would only take more memory. */
  concurrency: number;
  /** Passwords that may wait. Default 200: some seconds of work, and beyond that an honest "busy" is better. */
  maxQueue?: number;
  /** Argon2id itself, for a test that counts. Default: `node:crypto`, off the main thread. */
  argon2id?: (parameters: Argon2Parameters) => Promise<Buffer>;
}

const nodeArgon2 = promisify(argon2);

/**
 * Passwords are NFC-normalised, once, here, so that what is typed on another keyboard still fits (NIST SP 800-63B-4 §3.1.1.2);
 * nothing else is changed: no trimming, no case, no cut, NUL is a character (ASVS 6.2.8; security.md E04, E05).
 */
export function createPasswordHasher(options: PasswordHasherOptions): PasswordHasher {
  const { random, concurrency, maxQueue = 200 } = options;
  const { argon2id = (parameters: Argon2Parameters) => nodeArgon2("argon2id", parameters) } = options;
  const queue = createHashingQueue({ concurrency, maxQueue });
  // No password leads to a tag that was drawn at random.
  const nobody = formatPhc({ ...CURRENT, salt: random(SALT_BYTES), tag: random(TAG_BYTES) });

  const derive = (password: string, { tag, salt, ...cost }: Argon2Hash) =>
    queue(() => argon2id({ ...cost, message: Buffer.from(password.normalize("NFC")), nonce: salt, tagLength: tag.length }));

  async function verify(password: string, phc: string): Promise<boolean> {
    const stored = parsePhc(phc);
    if (stored === undefined) throw new UnreadablePasswordHash();
    const tag = await derive(password, stored);
    // Half a surrogate pair becomes U+FFFD in UTF-8: never let it stand for a password that has that character.
    return timingSafeEqual(tag, stored.tag) && password.isWellFormed();
  }

  return {
    verify,
    async hash(password) {
      if (!password.isWellFormed()) throw new TypeError("a password must be well-formed Unicode");
      const blank: Argon2Hash = { ...CURRENT, salt: random(SALT_BYTES), tag: Buffer.alloc(TAG_BYTES) };
      return formatPhc({ ...blank, tag: await derive(password, blank) });
    },
    async hashLike(secret, phc) {
      const model = parsePhc(phc);
      if (model === undefined) throw new UnreadablePasswordHash();
      return formatPhc({ ...model, tag: await derive(secret, model) });
    },
    needsRehash(phc) {
      const stored = parsePhc(phc);
      if (stored === undefined) return true;
      const { memory, passes, salt, tag } = stored;
      return memory < CURRENT.memory || passes < CURRENT.passes || salt.length < SALT_BYTES || tag.length < TAG_BYTES;
    },
    async decoy(password) {
      await verify(password, nobody);
      return false;
    },
  };
}
