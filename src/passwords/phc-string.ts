/** Argon2id parameters, salt and tag, as the PHC string format writes them. */
export interface Argon2Hash {
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
  salt: Buffer;
  tag: Buffer;
}

/** What a stored hash may ask of us. Above: a row that somebody wrote could make one sign-in cost gigabytes. Below: no argon2 hash. */
const BOUNDS = { memory: [8, 256 * 1024], passes: [1, 32], parallelism: [1, 16], salt: [8, 64], tag: [16, 64] } as const;

const NUMBER = "([1-9][0-9]{0,6})";
const BYTES = "([A-Za-z0-9+/]{1,128})";
const PATTERN = new RegExp(`^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$${BYTES}\\$${BYTES}$`);

/** `$argon2id$v=19$m=…,t=…,p=…$salt$tag`, base64 without padding. */
export function formatPhc({ memory, passes, parallelism, salt, tag }: Argon2Hash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
}

/** @returns undefined where the string is not such a hash, or asks for more than our bounds (256 MiB, 32 passes, 16 lanes) */
export function parsePhc(phc: string): Argon2Hash | undefined {
  const [, memory, passes, parallelism, salt, tag] = PATTERN.exec(phc) ?? [];
  if (salt === undefined || tag === undefined) return undefined;
  const hash: Argon2Hash = {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, "base64"),
    tag: Buffer.from(tag, "base64"),
  };
  return isBounded(hash) && formatPhc(hash) === phc ? hash : undefined;
}

function isBounded(hash: Argon2Hash): boolean {
  const within = (value: number, [least, most]: readonly [number, number]) => value >= least && value <= most;
  return (
    within(hash.memory, BOUNDS.memory) &&
    within(hash.passes, BOUNDS.passes) &&
    within(hash.parallelism, BOUNDS.parallelism) &&
    hash.memory >= 8 * hash.parallelism && // RFC 9106 §3.1
    within(hash.salt.length, BOUNDS.salt) &&
    within(hash.tag.length, BOUNDS.tag)
  );
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}
