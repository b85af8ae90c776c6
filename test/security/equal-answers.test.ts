import { Redis } from "ioredis";
import t, { type Test } from "tap";
import { startRedis } from "../../scripts/servers/redis.mjs";
import { INSTALLATIONS, redisInstallation } from "../builders/redis-installation.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { challenge, type Reset, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { countWaves } from "../journeys/wave-counter.ts";

const GROUP = "00000000-0000-4000-8000-000000000001";

/** Names of every kind, by what they are. Each is somebody else, so that no counter of one is another's. */
async function names(run: StartedProduct): Promise<Record<string, string>> {
  const { pool } = run.connection;
  const clone = async (local: string, change: string) => {
    const name = `${local}@contoso.example`;
    const { rows } = await pool.query(
      `insert into users (id, tenant_id, user_principal_name, upn_key, created_at, updated_at, enabled, licensed)
       select gen_random_uuid(), tenant_id, $1, $1, now(), now(), true, true from users where upn_key like 'henrik%' returning id`,
      [name],
    );
    await pool.query(
      `insert into authentication_methods (id, user_id, type, sealed_value, value_tag, hint, source, verified_at, created_at)
       select gen_random_uuid(), $1, type, sealed_value, value_tag, hint, source, verified_at, created_at
       from authentication_methods where user_id = (select id from users where upn_key like 'henrik%')`,
      [rows[0].id],
    );
    if (change !== "") await pool.query(change, [rows[0].id]);
    return name;
  };
  const everyone = {
    known: run.person("henrik").userPrincipalName,
    unknown: "nobody.there@contoso.example",
    "unknown domain": "somebody@elsewhere.example",
    "no user name at all": "%%% not a name %%%",
    disabled: await clone("disabled.person", "update users set enabled = false where id = $1"),
    frozen: await clone("frozen.person", "update users set recovery_frozen_at = now() where id = $1"),
    "out of scope": await clone("outside.person", ""),
    unlicensed: await clone("unlicensed.person", "update users set licensed = false where id = $1"),
    deleted: await clone("deleted.person", "update users set deleted_at = now() where id = $1"),
    "nothing registered": run.person("signe").userPrincipalName,
    administrator: run.person("ylva").userPrincipalName,
  };
  // All but one are in the group that the scope selects; the administrator is judged without it.
  await pool.query(
    `insert into groups (id, tenant_id, name, name_key, created_at) select $1, id, 'Everyone', 'everyone', now() from tenants where name <> 'Nobody'`,
    [GROUP],
  );
  await pool.query(
    `insert into group_members (group_id, user_id)
     select g.id, u.id from users u join groups g on g.tenant_id = u.tenant_id where g.id = $1 and u.upn_key not like 'outside%'`,
    [GROUP],
  );
  await pool.query(`update tenants set policy = policy || jsonb_build_object('scope', 'selected', 'groups', jsonb_build_array($1::text))`, [
    GROUP,
  ]);
  return everyone;
}

/** An answer without what must differ: ids, tokens, support codes, times. Headers with their order, since that is seen too. */
function comparable({ status, headers, text }: Answer): string {
  const body = text
    .replace(/"(id|token|challengeId|supportCode|instance)":"[^"]*"/g, (_all, name: string) => `"${name}":"…"`)
    .replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"…"');
  const shown = [...headers].map(([name, value]) => (name === "date" ? "date" : `${name}: ${value}`));
  return [status, ...shown, body].join("\n");
}

function allAlike(t: Test, answers: ReadonlyMap<string, string>, what: string): void {
  const [[, first = ""] = []] = answers;
  for (const [kind, answer] of answers) t.equal(answer, first, `${what}: ${kind}`);
}

t.test("A90 A91 A54: start, challenge and wrong codes answer alike for every kind of name", async (t) => {
  const run = await startProduct(t, { state: "redis" });
  const seen = {
    start: new Map<string, string>(),
    challenge: new Map<string, string>(),
    app: new Map<string, string>(),
    wrong: new Map<string, string>(),
    later: new Map<string, string>(),
  };
  for (const [kind, userPrincipalName] of Object.entries(await names(run))) {
    const started = await run.call("POST", "/v1/password-resets", { body: { userPrincipalName } });
    seen.start.set(kind, comparable(started));
    const asked = await challenge(run, started.json, "email");
    seen.challenge.set(kind, comparable(asked));
    const wrong = [];
    for (let turn = 0; turn < 6; turn++) wrong.push(comparable(await verify(run, started.json, asked.json.challengeId, "12345678")));
    seen.wrong.set(kind, wrong.join("\n\n"));
    const app = await challenge(run, started.json, "authenticatorApp");
    seen.app.set(kind, [comparable(app), comparable(await verify(run, started.json, app.json.challengeId, "123456"))].join("\n\n"));
    const password = await setPassword(run, started.json, "plum violin harbour tuesday");
    seen.later.set(kind, [comparable(await view(run, started.json)), comparable(password)].join("\n\n"));
  }
  for (const [what, answers] of Object.entries(seen)) allAlike(t, answers, what);
});

t.test("the sizes of ids and tokens tell nothing either", async (t) => {
  const run = await startProduct(t);
  const sizes = new Map<string, string>();
  for (const [kind, userPrincipalName] of Object.entries(await names(run))) {
    const { text, headers } = await run.call("POST", "/v1/password-resets", { body: { userPrincipalName } });
    sizes.set(kind, `${text.length} ${headers.get("content-length")}`);
  }
  allAlike(t, sizes, "size");
});

function view(run: StartedProduct, { id, token }: Reset): Promise<Answer> {
  return run.call("GET", `/v1/password-resets/${id}`, { token });
}

interface Cost {
  /** One where there are several servers: it is not counted there. */
  readonly waves: number;
  /** Of all servers that take writes; none in process. The same script is `eval` on its first use over a connection, `evalsha` from then on. */
  readonly commands: Readonly<Record<string, number>>;
  readonly statements: readonly string[];
}

/** @param takeWaves waves since it was called last, where they are counted */
async function sameWork(
  t: Test,
  run: StartedProduct,
  servers: readonly Redis[],
  statements: string[],
  takeWaves?: () => number,
): Promise<void> {
  const commandsOf = async (): Promise<Cost["commands"]> => {
    const counts: Record<string, number> = {};
    for (const stats of await Promise.all(servers.map((server) => server.info("commandstats"))))
      for (const [, name = "", calls] of stats.matchAll(/cmdstat_(eval|set|get|del)(?:sha)?:calls=(\d+)/g))
        counts[name] = (counts[name] ?? 0) + Number(calls);
    return counts;
  };
  const measure = async (work: () => Promise<Answer>): Promise<{ answer: Answer; cost: Cost }> => {
    takeWaves?.();
    statements.length = 0;
    await Promise.all(servers.map((server) => server.config("RESETSTAT")));
    const answer = await work();
    const { del = 0, eval: scripts = 0, get = 0, set = 0 } = await commandsOf();
    return {
      answer,
      cost: {
        waves: takeWaves?.() ?? 1,
        commands: { del, scripts, get, set },
        statements: statements.map((sql) => sql.replace(/\s+/g, " ")),
      },
    };
  };

  const scripts = (count: number) => (servers.length === 0 ? 0 : count);
  const everyone = await names(run);
  // Connections and scripts are new at first; warm every path once.
  const warm = await startReset(run, "warm.up@contoso.example");
  for (const method of ["email", "authenticatorApp"]) {
    const asked = await challenge(run, warm, method);
    await verify(run, warm, asked.json.challengeId, "12345678");
  }
  const costs = new Map<string, string>();
  for (const [kind, userPrincipalName] of Object.entries(everyone)) {
    const start = await measure(() => run.call("POST", "/v1/password-resets", { body: { userPrincipalName } }));
    const ask = await measure(() => challenge(run, start.answer.json, "sms"));
    const wrong = await measure(() => verify(run, start.answer.json, ask.answer.json.challengeId, "12345678"));
    const app = await measure(() => challenge(run, start.answer.json, "authenticatorApp"));
    const wrongApp = await measure(() => verify(run, start.answer.json, app.answer.json.challengeId, "123456"));
    t.match(
      start.cost,
      { waves: 1, commands: { scripts: scripts(3) }, statements: { length: 1 } },
      `start: 1 wave of 3 scripts + 1 statement (${kind})`,
    );
    t.match(
      ask.cost,
      { waves: 1, commands: { scripts: scripts(3) }, statements: { length: 1 } },
      `challenge: 1 wave of 3 scripts + 1 statement (${kind})`,
    );
    t.match(
      wrong.cost,
      { waves: 1, commands: { scripts: scripts(1) }, statements: { length: 0 } },
      `refused verify: 1 wave of 1 script, no statement (${kind})`,
    );
    const look = await measure(() => view(run, start.answer.json));
    const early = await measure(() => setPassword(run, start.answer.json, "plum violin harbour tuesday"));
    const steps = [start, ask, wrong, app, wrongApp, look, early];
    costs.set(
      kind,
      JSON.stringify(
        steps.map(({ cost }) => cost),
        null,
        1,
      ),
    );
  }
  allAlike(t, costs, "work");
}

t.test("the same work for every kind of name: Redis commands, waves, SQL statements", async (t) => {
  const statements: string[] = [];
  // A server of its own: its statistics are of the whole server.
  const server = await startRedis();
  t.teardown(() => server.stop());
  const counter = await countWaves(t, server.url);
  const run = await startProduct(t, { env: { REDIS_URL: counter.url }, worker: false, onQuery: (sql) => statements.push(sql) });
  const redis = new Redis(server.url);
  t.teardown(() => void redis.disconnect());
  await sameWork(t, run, [redis], statements, counter.take);
});

for (const state of INSTALLATIONS) {
  t.test(`the same work for every kind of name on ${state}`, async (t) => {
    const statements: string[] = [];
    const installation = await redisInstallation(t, state);
    const run = await startProduct(t, { env: { REDIS_URL: installation.url }, worker: false, onQuery: (sql) => statements.push(sql) });
    await sameWork(t, run, await installation.masters(), statements);
  });
}

t.test("the same statements for every kind of name with the state in process", async (t) => {
  const statements: string[] = [];
  const run = await startProduct(t, { worker: false, onQuery: (sql) => statements.push(sql) });
  await sameWork(t, run, [], statements);
});
