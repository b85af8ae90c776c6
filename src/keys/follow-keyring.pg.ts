import type { KeptSession } from "../database/kept-session.pg.ts";
import type { Keyring, LiveKeyring } from "./keyring.ts";
import { KEYRING_CHANNEL, REREAD_MS } from "./rotation.ts";

interface Options {
  readonly session: KeptSession;
  readonly keyring: LiveKeyring;
  readonly read: () => Promise<Keyring>;
  readonly log: { error(details: object, message: string): void };
}

/**
 * Reads the keyring again whenever it changes: at the notice, and every few seconds for a notice that was lost. A keyring that cannot be
 * read (its master key is not ours yet) changes nothing. Answers how to end it.
 */
export async function followKeyring({ session, keyring, read, log }: Options): Promise<() => Promise<void>> {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let reading: Promise<void> = Promise.resolve();

  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    await read().then(keyring.exchange, (error: unknown) => log.error({ err: error }, "the keyring could not be read again"));
    if (!stopped) timer = setTimeout(next, REREAD_MS).unref();
  };
  // One after another, so that an older reading never follows a newer one.
  const next = () => {
    if (!stopped) reading = reading.then(turn);
  };

  timer = setTimeout(next, REREAD_MS).unref();
  await session.listen(KEYRING_CHANNEL, next);
  return async () => {
    stopped = true;
    clearTimeout(timer);
    await reading;
  };
}
