// What a step costs at the least: a Fastify route that does nothing but the Redis calls and SQL statements of the step, by ioredis and pg
// themselves, and answers as many bytes. A process of its own, started by the bench.
import { randomBytes } from "node:crypto";
import Fastify from "fastify";
import { Redis } from "ioredis";
import pg from "pg";
import type { StepSample } from "./step-sample.ts";

const { PORT = "0", DATABASE_URL = "", REDIS_URL = "", SAMPLE = "{}" } = process.env;
const { flowId, challengeId, start, challenge, verify } = JSON.parse(SAMPLE) as StepSample;

const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 20 });
const redis = new Redis(REDIS_URL);
const newId = () => randomBytes(16).toString("base64url");
/** Planned once for each connection where the product does so too. */
const query = (name: string, { sql, parameters }: StepSample["start"]["statement"]) =>
  pool.query({ text: sql, values: [...parameters], ...(sql.startsWith("/* prepared */") ? { name } : {}) });

/** The calls of the sample in one wave, for another flow and another challenge. */
async function wave(calls: StepSample["start"]["calls"], flow: string, challenge: string): Promise<void> {
  const call = async (args: readonly string[]) => {
    const [sha = "", keys = "0", ...rest] = args.map((arg) => arg.replace(flowId, flow).replace(challengeId, challenge));
    const outcome = JSON.parse((await redis.evalsha(sha, keys, ...rest)) as string).outcome;
    if (["invalid", "rejected", "limited", "work"].includes(outcome)) throw new Error(`a call of the bare service ended ${outcome}`);
  };
  await Promise.all(calls.map(call));
}

const app = Fastify();

app.post("/v1/password-resets", async (_request, reply) => {
  // The same bucket, so that the key of the account is on the same node.
  const id = `${flowId.slice(0, 4)}${newId()}`;
  await query("start", start.statement);
  await wave(start.calls, id, challengeId);
  return reply.code(201).send({ ...start.answer, id });
});

app.post<{ Params: { id: string } }>("/v1/password-resets/:id/challenges", async ({ params }, reply) => {
  const id = `${challengeId.slice(0, 2)}${newId()}`;
  await wave(challenge.calls, params.id, id);
  await query("challenge", challenge.statement);
  return reply.code(202).send({ ...challenge.answer, challengeId: id });
});

app.post<{ Params: { id: string; challengeId: string } }>("/v1/password-resets/:id/challenges/:challengeId/verify", async ({ params }) => {
  await wave(verify.calls, params.id, params.challengeId);
  await query("verify", verify.statement);
  return verify.answer;
});

app.get("/readyz", async () => "ready");
await app.listen({ host: "127.0.0.1", port: Number(PORT) });
