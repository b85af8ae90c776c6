import type { KeptSession } from "../database/kept-session.pg.ts";
import { createRepetition } from "../kit/repetition.ts";
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
  // One turn after another, so that an older reading never follows a newer one.
  const reading = createRepetition(
    async () => {
      keyring.exchange(await read());
      return REREAD_MS;
    },
    (error) => {
      log.error({ err: error }, "the keyring could not be read again");
      return REREAD_MS;
    },
  );
  await session.listen(KEYRING_CHANNEL, reading.soon);
  // At once, for what changed before anybody listened.
  reading.start();
  return reading.stop;
}
