// Writes openapi/openapi.json from the routes, or with --check compares it. No server is listened on and no database is asked.
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { pino } from "pino";
import { compose } from "../src/compose.ts";
import { readConfig } from "../src/config.ts";
import { connect } from "../src/database/connect.pg.ts";
import { createKeyring, KEY_PURPOSES } from "../src/keys/keyring.ts";
import { systemClock } from "../src/kit/clock.ts";
import { Secret } from "../src/kit/secret.ts";

const FILE = fileURLToPath(new URL("../openapi/openapi.json", import.meta.url));

const config = readConfig({ PUBLIC_URL: "https://password.contoso.example", DATA_DIR: "unused" });
const connection = connect({ url: new Secret("postgres://nobody@127.0.0.1:1/nothing") });
const keyring = createKeyring(new Map(KEY_PURPOSES.map((purpose) => [purpose, [{ id: "none", bytes: randomBytes(32) }]])), systemClock);
const product = await compose({ config, connection, keyring, logger: pino({ level: "silent" }) });
await product.server.ready();
const text = `${JSON.stringify(product.server.swagger(), null, 2)}\n`;
await product.server.close();
await product.close();
await connection.close();

if (!process.argv.includes("--check")) writeFileSync(FILE, text);
else if (readFileSync(FILE, "utf8") !== text) {
  console.error("openapi/openapi.json is behind the routes: run `npm run openapi` and look at the difference.");
  process.exit(1);
}
