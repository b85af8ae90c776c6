import type { Command } from "commander";
import type { MigrationResult } from "kysely/migration";
import { readDatabaseConfig } from "../config.ts";
import { Refused, reasonOf, WrongUsage } from "./failure.ts";
import { positiveInteger } from "./option-values.ts";
import { print, printJson } from "./output.process.ts";

interface Options {
  readonly down?: number;
  readonly yes?: true;
  readonly json?: true;
}

const UP_TO_DATE = "The database is up to date.";

/** `rekey migrate`: brings the schema up to date, or takes back its last steps. */
export function addMigrate(program: Command): void {
  program
    .command("migrate")
    .summary("bring the database's tables up to date")
    .description(
      "Applies the migrations that the database lacks, each in a transaction, and tells which. Several may run at once: one works, the others wait. " +
        "Uses DATABASE_DIRECT_URL (else DATABASE_URL), or the embedded database.",
    )
    .option("--down <count>", "take back the last migrations instead, with all that is stored in their tables", positiveInteger)
    .option("--yes", "do not ask: what --down deletes is gone for ever")
    .option("--json", "print one JSON document: { applied, takenBack }")
    .addHelpText("after", "\nExample:\n  DATABASE_URL=postgres://rekey:secret@db.contoso.example/rekey rekey migrate")
    .action(migrate);
}

async function migrate({ down, yes, json }: Options): Promise<void> {
  if (down !== undefined && yes === undefined)
    throw new WrongUsage(
      `--down ${down} deletes the tables of the last ${down === 1 ? "migration" : `${down} migrations`} with all that is stored in them: add --yes if you mean it.`,
    );
  const { withDatabase } = await import("./operator-database.pg.ts");
  const { migrateDown, migrateUp } = await import("../database/migrate.pg.ts");
  const results = await withDatabase(readDatabaseConfig(), { create: true, schema: "as-is" }, async (connection) => {
    if (down === undefined) return migrateUp(connection);
    const taken: MigrationResult[] = [];
    for (let step = 0; step < down; step++) taken.push(...(await migrateDown(connection)));
    return taken;
  }).catch((error: unknown) => {
    throw error instanceof Refused ? error : new Refused(`The migration failed and was taken back: ${reasonOf(error)}.`, { cause: error });
  });
  const names = (direction: MigrationResult["direction"]) =>
    results.filter((result) => result.direction === direction && result.status === "Success").map(({ migrationName }) => migrationName);
  const [applied, takenBack] = [names("Up"), names("Down")];
  if (json) printJson({ applied, takenBack });
  else if (down !== undefined)
    print(...(takenBack.length === 0 ? ["There was nothing to take back."] : ["Taken back:", ...listed(takenBack)]));
  else print(...(applied.length === 0 ? [] : ["Applied:", ...listed(applied)]), UP_TO_DATE);
}

function listed(names: readonly string[]): string[] {
  return names.map((name) => `  ${name}`);
}
