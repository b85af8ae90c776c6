import { readRedisUrl } from "./redis-address.ts";

// What production refuses in the addresses of its servers (security.md T01; docs/decisions/0030). Every function answers reasons, each
// to stand after the variable's name; none repeats the value.

const KNOWN = "has a password that everybody knows";
const NOBODY = "has no password, and its host may be anywhere: give it one, or sslcert and sslkey";
const PUBLIC = "has no password, and a host with a public address";

/** Images, documents and compose files come with these; case, and what stands between the words, aside. */
const DEFAULTS = new Set(
  `postgres postgresql rekey redis smtp mail password passw0rd passwd pass pwd secret changeme changeit admin administrator root guest
  user username test testing demo default example sample foobared mysecretpassword mypassword yourpassword yourstrongpassword
  supersecret topsecret replaceme letmein welcome qwerty master sa dba token apikey yourapikey mytoken hunter2 1234 12345 123456
  1234567 12345678 123456789 1234567890`.split(/\s+/),
);

/** Whether a password or a key is one that everybody tries first, a placeholder, or told by what stands beside it. @param beside a user's name, a database's */
export function isDefaultPassword(password: string, beside: readonly (string | null)[] = []): boolean {
  const plain = (text: string) => text.toLowerCase().replace(/[\s._-]/g, "");
  const word = plain(password);
  // Also with the digit or the mark that a rule asked for: Password1!
  const bare = word.replace(/\d{0,4}[!?#$%*]*$/, "");
  const known = DEFAULTS.has(word) || DEFAULTS.has(bare) || beside.some((text) => text !== null && plain(text) === word);
  return known || /^(<.*>|\$?\{.*\}|\[.*\]|x+|\*+)$/.test(word);
}

/** @param alsoWithout whether the driver finds what proves who we are elsewhere (PGPASSWORD, PGPASSFILE) */
export function weaknessesOfPostgres(text: string, alsoWithout: boolean): string[] {
  if (!URL.canParse(text)) return [];
  const url = new URL(text);
  // The driver lets the query overrule what stands before it.
  const setting = (name: string, before: string) => url.searchParams.get(name) ?? decoded(before);
  const [user, password] = [setting("user", url.username), setting("password", url.password)];
  const host = setting("host", url.hostname);
  if (password !== "") return isDefaultPassword(password, [user, decoded(url.pathname.slice(1))]) ? [KNOWN] : [];
  if (alsoWithout || url.searchParams.has("sslcert") || host === "" || host.startsWith("/") || isInside(host)) return [];
  return [NOBODY];
}

/** A name tells nothing about where a Redis stands, so that only an address can be public. */
export function weaknessesOfRedis(text: string): string[] {
  const reading = readRedisUrl(text);
  if ("mistakes" in reading) return [];
  const { address } = reading;
  const nodes = address.kind === "single" ? [address.node] : address.kind === "cluster" ? address.nodes : address.sentinels;
  const all = [address.credentials, ...(address.kind === "sentinel" ? [address.sentinelCredentials] : [])];
  const known = all.some(({ username = null, password }) => password !== undefined && isDefaultPassword(password, [username]));
  const open = address.credentials.password === undefined && nodes.some(({ host }) => isAddress(host) && !isInside(host));
  return [...(known ? [KNOWN] : []), ...(open ? [PUBLIC] : [])];
}

/** Relays that know their clients by address want no password. */
export function weaknessesOfSmtp(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { username, password } = new URL(text);
  return password !== "" && isDefaultPassword(decoded(password), [decoded(username)]) ? [KNOWN] : [];
}

/**
 * This machine, or plainly a private network: a name that only its own resolver knows, an address that is not routed (RFC 1918, 4193,
 * 6598, 3927). There proxies stand that bring the password or token themselves (IAM), as sidecars do.
 */
function isInside(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare.includes(":")) return /^(::1|f[cd][\da-f]{2}:.*|fe[89ab][\da-f]:.*)$/.test(bare);
  if (isAddress(bare)) return /^(127|10|169\.254|192\.168|172\.(1[6-9]|2\d|3[01])|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7]))\./.test(bare);
  return !bare.includes(".") || /\.(localhost|local|internal|lan|intranet|private|corp|home\.arpa|svc)\.?$/.test(bare);
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^\d+(\.\d+){3}$/.test(host);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
