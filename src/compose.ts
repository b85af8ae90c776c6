import assert from "node:assert/strict";
import type { FastifyBaseLogger } from "fastify";
import { Registry } from "prom-client";
import { createAppStore } from "./apps/app-store.pg.ts";
import { registerTokenRoute } from "./apps/oauth-token.http.ts";
import { createAuditSealer } from "./audit/audit-sealer.worker.ts";
import { registerOutboxRoute } from "./channels/outbox.http.ts";
import { registerVoiceCallRoute } from "./channels/voice-call.http.ts";
import { composeAdministration } from "./compose/administration.ts";
import { approvalHandlers } from "./compose/approvals.ts";
import { composeSealing } from "./compose/audit.ts";
import { composeChannels } from "./compose/channels.ts";
import { composeCounts } from "./compose/counts.ts";
import { hashingSlots } from "./compose/hashing-slots.ts";
import { composeHelpRequests } from "./compose/help-requests.ts";
import { createHousekeeping } from "./compose/housekeeping.ts";
import { composeOwnPassword } from "./compose/own-password.ts";
import { composePages } from "./compose/pages.ts";
import { giveUpPasswordJob, passwordJobHandlers } from "./compose/password-jobs.ts";
import { composeRegistration } from "./compose/registration.ts";
import { composeReportUpkeep } from "./compose/reports.ts";
import { composeResets } from "./compose/resets.ts";
import { resetForOthersHandlers } from "./compose/resets-for-others.ts";
import { composeSignIn } from "./compose/sign-in.ts";
import { composeState } from "./compose/state.ts";
import { registerTenant } from "./compose/tenant.ts";
import type { Config } from "./config.ts";
import type { Connection } from "./database/connect.pg.ts";
import { createDatabaseReadiness } from "./database/readiness.pg.ts";
import { guardOrigins } from "./http/cross-origin.ts";
import { measureRequests, registerOperations, registerProbes } from "./http/operations.http.ts";
import { createServer, type Server } from "./http/server.ts";
import { VERSION } from "./http/version.ts";
import type { Keyring } from "./keys/keyring.ts";
import { createSealer } from "./keys/sealer.ts";
import { type Clock, systemClock } from "./kit/clock.ts";
import { Problem } from "./kit/problem.ts";
import { type Random, systemRandom } from "./kit/random.ts";
import { createRecordGivenUp } from "./messages/given-up.pg.ts";
import { createWorker, type Worker } from "./messages/queue-worker.pg.ts";
import { createPasswordHasher, HashingOverloaded } from "./passwords/password-hasher.ts";
import { createPolicyStore } from "./policy/policy-store.pg.ts";
import { createPresence, type Presence } from "./presence/presence.pg.ts";
import { createEventMover } from "./resets/event-mover.worker.ts";
import { registerResetRoutes } from "./resets/resets.http.ts";
import { createLockout } from "./sign-in/lockout.ts";
import { scaledLimits } from "./throttle/limits.ts";
import { createAccountStore } from "./users/account-store.pg.ts";
import { PATIENCE_MS } from "./users/running-imports.ts";

/** What everything stands on. Clock and randomness are the system's, unless a test gives its own. */
export interface Foundations {
  readonly config: Config;
  readonly connection: Connection;
  readonly keyring: Keyring;
  readonly logger: FastifyBaseLogger;
  readonly clock?: Clock;
  readonly random?: Random;
  /** Milliseconds after which a call that imports people is answered while it runs. */
  readonly importPatienceMs?: number;
}

export interface Product {
  readonly server: Server;
  /** A door for a process that is a worker alone: whether it is alive and ready, and metrics. */
  probes(): Promise<Server>;
  readonly worker: Pick<Worker, "start" | "stop"> & {
    /** Takes no new job; `stop` moves the recorded steps too, and is to come after the last request. */
    finishJobs(): Promise<void>;
  };
  /** Others see that this process is there. */
  readonly presence: Presence;
  /** After server and worker have stopped. */
  close(): Promise<void>;
}

/** The one place that names concrete parts and puts them together. Nothing is started here. */
export async function compose({
  config,
  connection,
  keyring,
  logger,
  clock = systemClock,
  random = systemRandom,
  importPatienceMs = PATIENCE_MS,
}: Foundations): Promise<Product> {
  const { db } = connection;
  const sealer = createSealer(keyring);
  const limits = scaledLimits(config.limitsFactor);
  const hasher = createPasswordHasher({ random, concurrency: hashingSlots(config.threadPoolSize) });
  const state = composeState(config.redisUrl, (error) => logger.warn({ err: error }, "the state store has trouble"));
  const registry = new Registry();
  const counts = composeCounts(registry);
  const channels = await composeChannels({ config, clock, count: counts.send });
  const accounts = createAccountStore(db);
  const lockout = createLockout({ store: state.lockouts, sealer, limits });
  const common = { config, db, keyring, sealer, limits, lockout, hasher, accounts, clock, random, channels, state };
  const resets = composeResets(common);
  const registration = composeRegistration(common);
  const ownPassword = composeOwnPassword(common);
  const helpRequests = composeHelpRequests(common);

  const recordGivenUp = createRecordGivenUp({ db, clock });
  const endGivenUp = giveUpPasswordJob(common);
  const queue = createWorker({
    direct: connection.direct,
    log: logger,
    handlers: {
      ...resets.handlers,
      ...registration.handlers,
      ...ownPassword.handlers,
      ...helpRequests.handlers,
      ...approvalHandlers(common),
      ...resetForOthersHandlers(common),
      ...passwordJobHandlers(common),
    },
    random,
    onGivenUp: async (given) => {
      counts.givenUp(given.job.task);
      await endGivenUp(given);
      await recordGivenUp(given);
    },
  });
  const mover = createEventMover(resets.moveEvents, logger);
  const reportUpkeep = composeReportUpkeep({ ...common, resetTtlSeconds: config.resetTtlSeconds, log: logger });
  const auditSealer = createAuditSealer(composeSealing(common), logger);
  const policies = createPolicyStore({ db, random });
  const presence = createPresence({
    db,
    session: connection.direct.session,
    role: config.role,
    policyVersion: async (tenantId) => (await policies.read(tenantId)).version,
    log: logger,
  });
  const housekeeping = createHousekeeping({ db, clock, log: logger });

  const { publicUrl, trustProxy } = config;
  const doorOptions = { publicUrl, trustProxy, logger, random, version: VERSION, translate };
  const server = await createServer(doorOptions);
  measureRequests(server, registry);
  const signIn = await composeSignIn(common, server, resets);
  const securityInfo = registration.useCases(signIn);

  await server.register(async (api: Server) => {
    await guardOrigins(api, config);
    registerResetRoutes(api, resets.useCases);
    signIn.register(api);
    registration.register(api, securityInfo);
    ownPassword.register(api, signIn.authenticate);
    await registerTokenRoute(api, { apps: createAppStore(db), tokens: signIn.tokens, throttle: state.throttle, sealer, clock, limits });
    composeAdministration(common, signIn.authorize, importPatienceMs)(api);
    registerTenant(api, common, signIn.authorize);
    helpRequests.register(api, signIn.authorize);
  });
  await composePages(server, common, resets, { signIn, ownPassword, securityInfo, helpRequests }, translate);
  if (channels.outbox !== null) registerOutboxRoute(server, channels.outbox);
  if (channels.calls !== null)
    await registerVoiceCallRoute(server, {
      ...channels.calls,
      publicUrl: config.publicUrl,
      answerCall: async (ticket, call) => (await registration.answerCall(ticket, call)) ?? resets.answerCall(ticket, call),
    });
  const { database, migrations } = createDatabaseReadiness(connection);
  const ready = { database, state: state.ping, migrations };
  await registerOperations(server, { registry, ready });

  return {
    server,
    async probes() {
      const door = await createServer(doorOptions);
      registerProbes(door, { registry, ready: { ...ready, queue: async () => assert(queue.running(), "the queue is not running") } });
      return door;
    },
    worker: {
      async start() {
        await queue.start();
        mover.start();
        auditSealer.start();
        housekeeping.start();
        reportUpkeep.start();
      },
      finishJobs: queue.stop,
      async stop() {
        await queue.stop();
        await Promise.all([mover.stop(), auditSealer.stop(), housekeeping.stop(), reportUpkeep.stop()]);
      },
    },
    presence,
    async close() {
      channels.close();
      await state.close();
    },
  };
}

function translate(error: unknown): Problem | undefined {
  return error instanceof HashingOverloaded ? new Problem("unavailable", { retryAfter: 2, cause: error }) : undefined;
}
