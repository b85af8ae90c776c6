import type { Cluster, Redis } from "ioredis";
import type { Session } from "./session.ts";
import type { RotateResult, SessionStore } from "./session-store.ts";

/** What each change begins with: the session, if it lives by our clock, which is not that of Redis. KEYS: the session. ARGV[1]: now. */
const ALIVE = `
local now = tonumber(ARGV[1])
local text = redis.call('GET', KEYS[1])
local session = text and cjson.decode(text)
if not session or session.expiresAt <= now or session.idleUntil <= now then return NOTHING end
`;
const KEEP = `
redis.call('SET', KEYS[1], cjson.encode(session), 'KEEPTTL')
return 1
`;
const GO_ON = `
session.refreshHash = NEXT
session.idleUntil = now + tonumber(ARGV[3])
redis.call('SET', KEYS[1], cjson.encode(session), 'PX', math.max(1, math.min(session.idleUntil, session.expiresAt) - now))
`;
const alive = (nothing: string) => ALIVE.replace("NOTHING", nothing);

/** ARGV: now, the hash to come, milliseconds to be idle, the presented hash. Answers the session as JSON, with the outcome before it. */
const ROTATE = `${alive("'invalid'")}
if session.refreshHash ~= ARGV[4] then
  redis.call('DEL', KEYS[1])
  return 'reused ' .. text
end
${GO_ON.replace("NEXT", "ARGV[2]")}
return 'rotated ' .. cjson.encode(session)
`;
/** ARGV: now, the hash to come, milliseconds to be idle, 'first' or nothing. */
const REISSUE = `${alive("0")}
if ARGV[4] == 'first' and session.refreshHash ~= '' then return 0 end
${GO_ON.replace("NEXT", "ARGV[2]")}return 1`;
/** ARGV: now, the proof as JSON. */
const PROVE = `${alive("0")}
local proof, proofs = cjson.decode(ARGV[2]), {}
for _, known in ipairs(session.proofs) do
  if known.kind ~= proof.kind or known.methodId ~= proof.methodId then proofs[#proofs + 1] = known end
end
proofs[#proofs + 1] = proof
session.proofs = proofs
${KEEP}`;
/** ARGV: now, the version, the limit or nothing. */
const RENEW = `${alive("0")}
session.credentialVersion = tonumber(ARGV[2])
session.limit = ARGV[3]
${KEEP}`;
/** ARGV: now, the interrupt. */
const SKIP = `${alive("0")}
local skipped = {}
for _, known in ipairs(session.skipped or {}) do
  if known ~= ARGV[2] then skipped[#skipped + 1] = known end
end
skipped[#skipped + 1] = ARGV[2]
session.skipped = skipped
${KEEP}`;

interface Scripts {
  rekeySessionRotate(key: string, now: number, nextHash: string, idleMs: number, presentedHash: string): Promise<string>;
  rekeySessionReissue(key: string, now: number, nextHash: string, idleMs: number, ...first: string[]): Promise<number>;
  rekeySessionProve(key: string, now: number, proof: string): Promise<number>;
  rekeySessionRenew(key: string, now: number, credentialVersion: number, ...limit: string[]): Promise<number>;
  rekeySessionSkip(key: string, now: number, interrupt: string): Promise<number>;
}

/** Sessions in Redis: one key each, and each call is one command or one script on it. */
export function createRedisSessionStore(redis: Redis | Cluster): SessionStore {
  redis.defineCommand("rekeySessionRotate", { numberOfKeys: 1, lua: ROTATE });
  redis.defineCommand("rekeySessionReissue", { numberOfKeys: 1, lua: REISSUE });
  redis.defineCommand("rekeySessionProve", { numberOfKeys: 1, lua: PROVE });
  redis.defineCommand("rekeySessionRenew", { numberOfKeys: 1, lua: RENEW });
  redis.defineCommand("rekeySessionSkip", { numberOfKeys: 1, lua: SKIP });
  const scripts = redis as unknown as Scripts;
  return {
    async open(session) {
      const keepMs = Math.max(1, Math.min(session.idleUntil, session.expiresAt) - session.openedAt);
      await redis.set(key(session.id), JSON.stringify(session), "PX", keepMs);
    },
    async read(id, now) {
      const text = await redis.get(key(id));
      const session = text === null ? null : sessionIn(text);
      return session !== null && session.expiresAt > now && session.idleUntil > now ? session : null;
    },
    async rotate(id, { now, presentedHash, nextHash, idleMs }): Promise<RotateResult> {
      const answer = await scripts.rekeySessionRotate(key(id), now, nextHash, idleMs, presentedHash);
      if (answer === "invalid") return { outcome: "invalid" };
      const space = answer.indexOf(" ");
      return { outcome: answer.slice(0, space) as "rotated" | "reused", session: sessionIn(answer.slice(space + 1)) };
    },
    async reissue(id, { now, nextHash, idleMs, first }) {
      return (await scripts.rekeySessionReissue(key(id), now, nextHash, idleMs, ...(first === true ? ["first"] : []))) === 1;
    },
    prove: async (id, { now, proof }) => (await scripts.rekeySessionProve(key(id), now, JSON.stringify(proof))) === 1,
    async renew(id, { now, credentialVersion, limit }) {
      const limits = limit === undefined ? [] : [limit];
      return (await scripts.rekeySessionRenew(key(id), now, credentialVersion, ...limits)) === 1;
    },
    skip: async (id, { now, interrupt }) => (await scripts.rekeySessionSkip(key(id), now, interrupt)) === 1,
    async end(id) {
      await redis.del(key(id));
    },
  };
}

/** An empty list comes back from Lua as an empty object. */
function sessionIn(text: string): Session {
  const session = JSON.parse(text) as Session;
  return Array.isArray(session.proofs) ? session : { ...session, proofs: [] };
}

function key(id: string): string {
  return `session:${id}`;
}
