import type { Test } from "tap";
import { type Connection, connect } from "../../src/database/connect.pg.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { Secret } from "../../src/kit/secret.ts";
import type { GivenUp } from "../../src/messages/given-up.ts";
import { createMessageQueue } from "../../src/messages/message-queue.pg.ts";
import type { Job } from "../../src/messages/message-queue.ts";
import { createWorker, type JobHandlers, type Worker } from "../../src/messages/queue-worker.pg.ts";

export const silent = { warn: () => undefined, error: () => undefined };

/** A worker of its own connections, as in a process of its own, whose jobs all go to `handle`. */
export interface TestWorker {
  readonly worker: Worker;
  readonly connection: Connection;
  readonly givenUp: GivenUp[];
  /** Puts a job into the queue, told apart by its number. */
  enqueue(version: number): Promise<void>;
}

export async function workerOn(t: Test, url: string, handle: (version: number) => Promise<unknown>): Promise<TestWorker> {
  const connection = connect({ url: new Secret(url) });
  const givenUp: GivenUp[] = [];
  const refuse = async () => {
    throw new Error("no such job is put in");
  };
  const handlers = new Proxy({} as JobHandlers, {
    ownKeys: () => ["raise-credential-version"],
    getOwnPropertyDescriptor: () => ({ enumerable: true, configurable: true }),
    get: (_, task) => (task === "raise-credential-version" ? ({ version }: { version: number }) => handle(version) : refuse),
  });
  const worker = createWorker({
    direct: connection.direct,
    handlers,
    log: silent,
    random: systemRandom,
    onGivenUp: async (given) => void givenUp.push(given),
  });
  t.teardown(async () => {
    await worker.stop();
    await connection.close();
  });
  const queue = createMessageQueue(connection.db);
  const job = (version: number): Job => ({ task: "raise-credential-version", userId: "somebody", version });
  return { worker, connection, givenUp, enqueue: (version) => queue.enqueue(job(version)) };
}
