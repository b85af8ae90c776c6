import type { Command } from "commander";
import { readKeyringConfig } from "../config.ts";
import { masterKeyIn } from "../keys/master-key.file.ts";
import type { Rotation } from "../keys/rotate-keys.pg.ts";
import { ROTATING_PURPOSES, type RotatingPurpose } from "../keys/rotation.ts";
import { systemClock as clock, timestamp } from "../kit/clock.ts";
import { systemRandom as random } from "../kit/random.ts";
import { Refused, reasonOf, WrongUsage } from "./failure.ts";
import { print, printJson, printTable } from "./output.process.ts";

interface Options {
  readonly only?: string;
  readonly masterKeyOnly?: true;
  readonly json?: true;
}

const PURPOSES = ROTATING_PURPOSES.join(", ");

/** `rekey keys rotate`: new keys, and another master key, while the service runs. */
export function addKeysRotate(keys: Command): void {
  keys
    .command("rotate")
    .summary("make new keys, and wrap all by the first MASTER_KEY")
    .description(
      "Makes a new key for each purpose and wraps every key by the first of MASTER_KEY. Running processes take part without a restart: a new key is " +
        "announced for a minute before it is used, and the former one reads what it made. Codes, tokens and links under way stay good, counters go on.",
    )
    .option("--only <purposes>", `new keys for these alone, with commas between: ${PURPOSES}`)
    .option("--master-key-only", "no new keys: wrap those there are by the first MASTER_KEY")
    .option("--json", "print one JSON document: { rewrapped, made: [{ purpose, id, currentFrom }], forgotten }")
    .addHelpText(
      "after",
      "\nTo change MASTER_KEY: start every process with the new one before the former one (MASTER_KEY=new,former), run\n" +
        "`rekey keys rotate --master-key-only` with the same MASTER_KEY, then leave the former one out.\n\nExample:\n  rekey keys rotate --only token",
    )
    .action(rotate);
}

async function rotate({ only, masterKeyOnly, json }: Options): Promise<void> {
  if (only !== undefined && masterKeyOnly) throw new WrongUsage("--only and --master-key-only exclude each other.");
  const purposes = masterKeyOnly ? [] : readPurposes(only);
  const config = readKeyringConfig();
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { rotateKeys } = await import("../keys/rotate-keys.pg.ts");
  const rotation = await withDatabase(config, { create: false, schema: "current" }, async ({ db }) => {
    const masterKeys = config.masterKeys.length > 0 ? config.masterKeys : [await masterKeyIn(config.dataDir, random)];
    return rotateKeys({ db, masterKeys, clock, random, purposes });
  }).catch((error: unknown) => {
    throw error instanceof Refused ? error : new Refused(`Nothing was rotated: ${reasonOf(error)}.`, { cause: error });
  });
  if (json) printJson({ ...rotation, made: rotation.made.map((key) => ({ ...key, currentFrom: timestamp(key.currentFrom) })) });
  else tell(rotation);
}

function readPurposes(only: string | undefined): readonly RotatingPurpose[] {
  if (only === undefined) return ROTATING_PURPOSES;
  const words = only.split(",").map((word) => word.trim());
  const unknown = words.find((word) => !ROTATING_PURPOSES.some((purpose) => purpose === word));
  if (unknown !== undefined) throw new WrongUsage(`--only: ${unknown} is not one of ${PURPOSES}.`);
  return ROTATING_PURPOSES.filter((purpose) => words.includes(purpose));
}

function tell({ made, rewrapped, forgotten }: Rotation): void {
  if (made.length > 0)
    printTable(
      [{ title: "PURPOSE" }, { title: "KEY" }, { title: "USED FROM" }],
      made.map(({ purpose, id, currentFrom }) => [purpose, id, timestamp(currentFrom)]),
    );
  const count = (keys: number) => `${keys} ${keys === 1 ? "key" : "keys"}`;
  print(`${count(rewrapped)} wrapped anew by the first MASTER_KEY, ${count(forgotten)} past use forgotten.`);
}
