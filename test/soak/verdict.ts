import { Redis } from "ioredis";
import { createRedisCredentialVersions } from "../../src/sign-in/credential-versions.redis.ts";
import type { Installation } from "../journeys/installation.ts";
import type { MailServer } from "../journeys/mail-server.ts";
import { until } from "../journeys/waiting.ts";
import type { Walker } from "./people.ts";
import { codesIn, type WalkedWorld, whatOpens } from "./walk.ts";

export interface Verdict {
  readonly resetsAnswered: number;
  readonly resetsCompleted: number;
  /** New passwords whose answer was lost with a server: whichever of the two opens told the person. */
  readonly passwordsUnanswered: number;
  /** Acknowledged steps without their event in the audit log. */
  readonly stepEventsMissing: number;
  readonly stepsAnswered: number;
  readonly mails: number;
  /** Mails that came once more, with the same code or link. */
  readonly mailsTwice: number;
  readonly breaches: readonly string[];
}

/** Of former passwords (`src/passwords/password-store.pg.ts`). */
const HISTORY_KEPT = 24;

const FACTS = `
  select u.credential_version as version,
    (select count(*)::int from completed_resets where user_id = u.id) as completed,
    (select count(*)::int from audit_events where user_id = u.id and type = 'reset.complete') as events,
    (select count(*)::int from password_history where user_id = u.id) as former,
    (select array_agg(id order by id) from one_time_links where user_id = u.id and purpose = 'not-me') as links
  from users u where u.id = $1`;

/** Holds what was answered against what PostgreSQL, Redis, the mailboxes and the passwords say. Everything must have come to rest. */
export async function judgeHouse(
  house: Installation,
  world: WalkedWorld,
  walkers: readonly Walker[],
  mailServer: MailServer,
): Promise<Verdict> {
  const { pool } = house.connection;
  const breaches = [...world.breaches];
  const redis = new Redis(house.env.REDIS_URL ?? "");
  const versions = createRedisCredentialVersions(redis);
  const broken = world.breaches.length;
  let resetsCompleted = 0;
  for (const walker of walkers) {
    const [facts] = (await pool.query(FACTS, [walker.userId])).rows;
    resetsCompleted += facts.completed;
    const { completed, events, version, former } = facts;
    const links = facts.links ?? [];
    const told = { completed, events, raised: version - 1, links: links.length };
    if (new Set(Object.values(told)).size > 1 || former !== Math.min(completed, HISTORY_KEPT))
      breaches.push(`${walker.userPrincipalName}: ${JSON.stringify({ ...told, former })}`);
    const unsure = facts.completed - walker.completed;
    if (unsure < 0 || unsure > walker.unanswered) breaches.push(`${walker.userPrincipalName}: ${unsure} resets that nobody asked for`);
    const cached = await versions.read(walker.userId);
    if (facts.completed > 0 && cached !== facts.version) breaches.push(`${walker.userPrincipalName}: version ${cached} in Redis`);
    const known = linksIn(mailServer, walker.email);
    for (const link of links) if (!known.includes(link)) breaches.push(`${walker.userPrincipalName}: nobody was told of a reset`);
    await whatOpens(world, walker);
  }
  redis.disconnect();
  breaches.push(...world.breaches.slice(broken));
  const { rows } = await pool.query("select count(*)::int as left from graphile_worker._private_jobs");
  if (rows[0].left > 0) breaches.push(`${rows[0].left} jobs were left`);
  const steps = walkers.flatMap((walker) => walker.steps);
  return {
    resetsAnswered: walkers.reduce((sum, { completed }) => sum + completed, 0),
    resetsCompleted,
    passwordsUnanswered: walkers.reduce((sum, { unanswered }) => sum + unanswered, 0),
    stepsAnswered: steps.length,
    stepEventsMissing: await missingEvents(house, steps),
    mails: mailServer.mails.length,
    mailsTwice:
      mailServer.mails.length - new Set(mailServer.mails.map(({ to, mail }) => `${to} ${codesIn(mail.text)} ${linkIn(mail.text)}`)).size,
    breaches,
  };
}

/** Waits until no job is left and no step waits to be moved. */
export async function atRest(house: Installation): Promise<void> {
  const undone = "select 1 from graphile_worker._private_jobs limit 1";
  for (let tries = 6; tries > 0; tries--)
    if (
      await until(async () => (await house.connection.pool.query(undone)).rowCount === 0).then(
        () => true,
        () => false,
      )
    )
      break;
  const redis = new Redis(house.env.REDIS_URL ?? "");
  await until(async () => (await Promise.all((await redis.keys("*:events")).map((key) => redis.xlen(key)))).every((left) => left === 0));
  redis.disconnect();
}

async function missingEvents({ connection }: Installation, steps: Walker["steps"]): Promise<number> {
  const { rows } = await connection.pool.query("select distinct flow_id, type from audit_events where outcome = 'success'");
  const written = new Set(rows.map(({ flow_id, type }) => `${flow_id} ${type}`));
  return steps.filter(({ flowId, type }) => !written.has(`${flowId} ${type}`)).length;
}

function linksIn({ mails }: MailServer, email: string): string[] {
  return mails.filter(({ to }) => to.includes(email)).flatMap(({ mail }) => linkIn(mail.text) ?? []);
}

function linkIn(text = ""): string | undefined {
  return /\/l\/([\w-]+)\./.exec(text)?.[1];
}
