import { CompiledQuery, type DatabaseConnection, type Driver, PostgresDialect, PostgresDriver, type TransactionSettings } from "kysely";
import { TRANSACTION_LIMITS } from "./limits.pg.ts";

/**
 * For connections through a pooler that lends a session for one transaction (PgBouncer, `pool_mode = transaction`). Nothing may be set for
 * longer than that, or it would fall to whoever borrows the session next; so each transaction brings its limits, in the message that begins it.
 */
export class LentSessionDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDialect>[0];

  constructor(config: ConstructorParameters<typeof PostgresDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createDriver(): Driver {
    return new LentSessionDriver(this.#config);
  }
}

class LentSessionDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, { isolationLevel, accessMode }: TransactionSettings): Promise<void> {
    const begin = ["begin", ...(isolationLevel ? ["isolation level", isolationLevel] : []), ...(accessMode ? [accessMode] : [])].join(" ");
    await connection.executeQuery(CompiledQuery.raw(`${begin}; ${TRANSACTION_LIMITS}`));
  }
}
