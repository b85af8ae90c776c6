/** A server and its port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

export interface Credentials {
  readonly username?: string;
  readonly password?: string;
}

interface Secured {
  readonly tls: boolean;
  /** For the servers that hold the data. */
  readonly credentials: Credentials;
}

/** What REDIS_URL says. */
export type RedisAddress = Secured &
  (
    | { readonly kind: "single"; readonly node: Endpoint; readonly database: number }
    /** Nodes to ask for the others; a cluster has one database. */
    | { readonly kind: "cluster"; readonly nodes: readonly Endpoint[] }
    | {
        readonly kind: "sentinel";
        readonly sentinels: readonly Endpoint[];
        readonly sentinelCredentials: Credentials;
        /** What the Sentinels call the master. */
        readonly masterName: string;
        readonly database: number;
      }
  );

/** The address, or every mistake, each to stand after the variable's name. None repeats the value: it may hold a password. */
export type RedisUrlReading = { readonly address: RedisAddress } | { readonly mistakes: readonly string[] };

const FORM = "must look like redis://host:6379/0, redis://host:6379,host:6379 (a cluster) or redis+sentinel://host:26379,host:26379/name";
const ENCODE = "percent-encode what stands in a name or a password: , is %2C, / is %2F, ? is %3F, # is %23, @ is %40, % is %25";
const PARTS = /^(rediss?)(\+sentinel)?:\/\/(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([^?#]*))?(?:\?([^#]*))?$/;
const ENDPOINT = /^(\[[\da-f:.]+\]|[\w.-]+)(?::(\d{1,5}))?$/i;

/**
 * Reads REDIS_URL (contract, section 2): `redis://user:password@host:port/database`; several nodes with commas between them are a Redis
 * Cluster, the scheme and the password repeated or not; `redis+sentinel://user:password@host:port,host:port/master/database`, where
 * `?sentinel-username=&sentinel-password=` are for Sentinels that want some of their own. `rediss` instead of `redis`: over TLS.
 */
export function readRedisUrl(text: string): RedisUrlReading {
  const mistakes: string[] = [];
  const found = PARTS.exec(withoutRepetition(text, mistakes));
  if (found === null || mistakes.length > 0) return { mistakes: [mistakes[0] ?? `${FORM}; ${ENCODE}`] };
  const [, scheme, sentinel, userInfo = "", hosts = "", path = "", query = ""] = found;
  const read = new Reading(mistakes);
  const settings = new URLSearchParams(query);
  const known = sentinel === undefined ? [] : ["sentinel-username", "sentinel-password"];
  if ([...settings.keys()].some((name) => !known.includes(name)))
    mistakes.push("has a parameter that is not known after the question mark");
  const nodes = hosts.split(",").map((node, index) => read.endpoint(node, index + 1, sentinel === undefined ? 6_379 : 26_379));
  const secured = { tls: scheme === "rediss", credentials: read.credentials(userInfo) };
  const address = sentinel === undefined ? read.direct(secured, nodes, path) : read.sentinel(secured, nodes, path, settings);
  return mistakes.length === 0 ? { address } : { mistakes: [...new Set(mistakes)] };
}

export function mistakesInRedisUrl(text: string): readonly string[] {
  const reading = readRedisUrl(text);
  return "mistakes" in reading ? reading.mistakes : [];
}

/** `redis://user@a,redis://user@b` as `redis://user@a,b`. */
function withoutRepetition(text: string, mistakes: string[]): string {
  const [first = "", ...others] = text.split(",").map((part) => part.trim());
  const scheme = /^[^:/]*:\/\//.exec(first)?.[0] ?? "";
  const user = /^[^:/]*:\/\/([^@/?#]*@)/.exec(first)?.[1] ?? "";
  const without = (part: string, prefix: string) => (part.startsWith(prefix) ? part.slice(prefix.length) : part);
  const bare = others.map((part) => without(without(part, scheme), user));
  if (bare.some((part) => /:\/\/|@/.test(part))) mistakes.push(`must have one scheme, one user and one password for all nodes; ${ENCODE}`);
  return [first, ...bare].join(",");
}

/** Reads the parts and notes what is wrong with each; what it answers beside a mistake is never used. */
class Reading {
  readonly #mistakes: string[];

  constructor(mistakes: string[]) {
    this.#mistakes = mistakes;
  }

  direct(secured: Secured, nodes: readonly Endpoint[], path: string): RedisAddress {
    const database = this.#database(path);
    const [node = { host: "", port: 0 }, ...others] = nodes;
    if (others.length === 0) return { ...secured, kind: "single", node, database };
    if (database !== 0) this.#mistakes.push("must name no database: a Redis Cluster has number 0 alone");
    return { ...secured, kind: "cluster", nodes };
  }

  sentinel(secured: Secured, sentinels: readonly Endpoint[], path: string, settings: URLSearchParams): RedisAddress {
    const [name = "", database = "", ...more] = path.split("/");
    if (name === "" || more.length > 0) this.#mistakes.push("must end in the master's name, as in redis+sentinel://host:26379/name");
    const sentinelCredentials = named(settings.get("sentinel-username") ?? "", settings.get("sentinel-password") ?? "");
    return {
      ...secured,
      kind: "sentinel",
      sentinels,
      sentinelCredentials,
      masterName: this.#decoded(name),
      database: this.#database(database),
    };
  }

  endpoint(text: string, number: number, fallback: number): Endpoint {
    const [, host = "", port] = ENDPOINT.exec(text) ?? [];
    const endpoint = { host: host.replace(/^\[|\]$/g, ""), port: port === undefined ? fallback : Number(port) };
    if (host === "" || endpoint.port < 1 || endpoint.port > 65_535)
      this.#mistakes.push(`has a node, number ${number}, that is not host:port`);
    return endpoint;
  }

  credentials(userInfo: string): Credentials {
    const colon = userInfo.indexOf(":");
    const [user, password] = colon < 0 ? [userInfo, ""] : [userInfo.slice(0, colon), userInfo.slice(colon + 1)];
    if (user !== "" && password === "")
      this.#mistakes.push("has a user without a password; a password alone stands after a colon: redis://:password@host");
    return named(this.#decoded(user), this.#decoded(password));
  }

  #database(text: string): number {
    if (!/^\d{0,5}$/.test(text)) this.#mistakes.push("must end in the number of a database, or in none");
    return Number(text);
  }

  #decoded(text: string): string {
    try {
      return decodeURIComponent(text);
    } catch {
      this.#mistakes.push(`has a percent sign that encodes nothing; ${ENCODE}`);
      return "";
    }
  }
}

function named(username: string, password: string): Credentials {
  return { ...(username === "" ? {} : { username }), ...(password === "" ? {} : { password }) };
}
