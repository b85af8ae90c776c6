import { readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import type { Demonstration } from "../../src/tenants/demonstration.pg.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { request } from "../journeys/api-call.ts";
import { createInstallation } from "../journeys/installation.ts";
import { type Caller, challenge, codeIn, setPassword, startReset, verify } from "../journeys/reset-steps.ts";
import { startService } from "../journeys/service-process.ts";
import { freePort, until } from "../journeys/waiting.ts";
import { startHoldingMailServer } from "./holding-mail-server.ts";

const NEW_PASSWORD = "plum violin harbour tuesday";
const textOf = (mail: { text?: string | undefined } | undefined): { text: string } => ({ text: mail?.text ?? "" });

t.test("a worker that is killed in the middle of a message: another sends it, with the same code", async (t) => {
  let holding = true;
  const mailServer = await startHoldingMailServer(t, () => holding);
  const house = await createInstallation(t, { SMTP_URL: mailServer.url });
  const [server, worker] = await Promise.all([house.start("server"), house.start("worker")]);
  const run = house.through(server);
  const reset = await startReset(run, house.person("henrik").userPrincipalName);
  const { challengeId } = (await challenge(run, reset, "email")).json;
  await until(async () => mailServer.held.length === 1);
  await house.start("worker");
  holding = false;
  await worker.end("SIGKILL");
  const killed = performance.now();
  await until(async () => mailServer.mails.length === 2);
  t.comment(`sent again ${Math.round(performance.now() - killed)} ms after the worker was killed`);
  const [first, second] = mailServer.mails;
  t.equal(codeIn(textOf(second)), codeIn(textOf(first)));
  t.same(second?.to, first?.to);
  t.equal((await verify(run, reset, challengeId, codeIn(textOf(second)))).json.next, "password");
  await house.settled();
  t.equal(mailServer.mails.length, 2);
});

t.test("a worker that is stopped while a mail server hangs: exit 0, and the message goes back to the queue", async (t) => {
  let holding = true;
  const mailServer = await startHoldingMailServer(t, () => holding);
  const house = await createInstallation(t, { SMTP_URL: mailServer.url });
  const [server, worker] = await Promise.all([house.start("server"), house.start("worker")]);
  const run = house.through(server);
  const reset = await startReset(run, house.person("henrik").userPrincipalName);
  await challenge(run, reset, "email");
  await until(async () => mailServer.held.length === 1);
  // It ends by itself with another code when it takes longer than its time.
  t.equal(await worker.end("SIGTERM"), 0);
  const { rows } = await house.connection.pool.query("select locked_by, attempts from graphile_worker._private_jobs");
  t.same(rows, [{ locked_by: null, attempts: 1 }]);
  holding = false;
  await house.start("worker");
  await until(async () => mailServer.mails.length === 2);
  t.equal(codeIn(textOf(mailServer.mails[1])), codeIn(textOf(mailServer.mails[0])));
});

t.test("the whole product on embedded parts, killed in the middle of a message, sends it at its next start", async (t) => {
  const dataDir = await temporaryFolder(t);
  let holding = true;
  const isNotice = (mail: { text?: string | undefined }) => (mail.text ?? "").includes("/l/");
  const mailServer = await startHoldingMailServer(t, (mail) => holding && isNotice(mail));
  const env = { DATA_DIR: dataDir, SMTP_URL: mailServer.url, PORT: String(await freePort()), LOG_LEVEL: "warn" };
  const service = await startService(t, env);
  const demo = JSON.parse(await readFile(join(dataDir, "demo.json"), "utf8")) as Demonstration;
  const person = demo.users.find(({ roles, methods }) => roles.length === 0 && methods.length > 0);
  const run: Caller = { call: (method, path, options) => request(service.baseUrl, method, path, options), outbox: async () => [] };
  const reset = await startReset(run, person?.userPrincipalName ?? "");
  const { challengeId } = (await challenge(run, reset, "email")).json;
  await until(async () => mailServer.mails.length === 1);
  t.equal((await verify(run, reset, challengeId, codeIn(textOf(mailServer.mails[0])))).status, 200);
  t.equal((await setPassword(run, reset, NEW_PASSWORD)).status, 204);
  await until(async () => mailServer.held.length === 1);

  holding = false;
  await service.end("SIGKILL");
  const next = await startService(t, env);
  await until(async () => mailServer.mails.length === 3);
  const [, held, sent] = mailServer.mails;
  t.equal(sent?.text, held?.text, "the same words, the same link");
  t.equal(await next.end("SIGTERM"), 0);
});
