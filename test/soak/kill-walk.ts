import { setTimeout as pause } from "node:timers/promises";
import type { Test } from "tap";
import { createSentCodes } from "../../src/methods/sent-code.ts";
import { createInstallation } from "../journeys/installation.ts";
import { startMailServer } from "../journeys/mail-server.ts";
import { startHerd } from "./herd.ts";
import { createWalkers } from "./people.ts";
import { atRest, judgeHouse, type Verdict } from "./verdict.ts";
import { type WalkedWorld, walkOnce } from "./walk.ts";

export interface KillWalkOptions {
  readonly kills: number;
  readonly resets: number;
  readonly signal: "SIGKILL" | "SIGTERM";
  /** Of each, servers and workers. */
  readonly each: number;
  /** Resets at the same time. */
  readonly atOnce: number;
  /** 0 to 1, as Math.random gives. */
  readonly chance: () => number;
  readonly progress?: (kills: number, resets: number) => void;
}

export interface KillWalk extends Verdict {
  readonly ended: { readonly server: number; readonly worker: number };
  /** How they ended. */
  readonly exits: readonly (number | string)[];
  readonly seconds: number;
}

/** Walks resets over servers and workers that are ended at random moments, then looks whether everything agrees. */
export async function killWalk(t: Pick<Test, "teardown">, options: KillWalkOptions): Promise<KillWalk> {
  const { kills, resets, signal, each, atOnce, chance, progress } = options;
  const began = performance.now();
  const mailServer = await startMailServer(t);
  const house = await createInstallation(t, { SMTP_URL: mailServer.url });
  const walkers = await createWalkers(house, Math.max(atOnce, Math.ceil(resets / 12)));
  const herd = await startHerd(house, each, chance);
  t.teardown(() => herd.stop());
  const world: WalkedWorld = {
    anyServer: herd.anyServer,
    mails: mailServer.mails,
    sentCodes: createSentCodes(house.keyring, 8),
    breaches: [],
  };

  let begun = 0;
  let done = 0;
  const exits: (number | string)[] = [];
  // Whoever walks goes on until both are reached, so that nobody dies in an empty house.
  const walking = Array.from({ length: atOnce }, async (_, lane) => {
    for (let index = lane; begun < resets || exits.length < kills; index += atOnce) {
      begun += 1;
      await walkOnce(world, walkers[index % walkers.length] as (typeof walkers)[number]);
      done += 1;
      // Whoever waits for the last kills alone leaves the processor to those that start.
      if (begun >= resets) await pause(250);
      progress?.(exits.length, done);
    }
  });
  const killing = (async () => {
    while (exits.length < kills) {
      const { exit } = await herd.replaceOne(signal);
      exits.push(exit);
    }
  })();
  await Promise.all([...walking, killing]);
  await atRest(house);
  const verdict = await judgeHouse(house, world, walkers, mailServer);
  return { ...verdict, ended: herd.ended, exits, seconds: Math.round((performance.now() - began) / 1000) };
}
