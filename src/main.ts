import { ConfigMistakes, readConfig } from "./config.ts";
import { start } from "./start.ts";

/** A stop must be over before whoever sent the signal loses patience (contract, section 7). */
const STOP_WITHIN_MS = 9_000;

const [major = 0] = process.versions.node.split(".").map(Number);
if (major < 26) {
  console.error(`Rekey needs Node.js 26; this is ${process.versions.node}. \`npm start\` brings its own after \`npm ci\`.`);
  process.exit(1);
}

try {
  const config = readConfig();
  const running = await start(config, () => void stop(1));
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code === 0 ? 1 : code), STOP_WITHIN_MS).unref();
    await running.stop();
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
  if (!config.production) greet(running.baseUrl, config.dataDir, config.databaseUrl === null);
} catch (error) {
  console.error(error instanceof ConfigMistakes || error instanceof Error ? error.message : error);
  process.exit(1);
}

function greet(baseUrl: string, dataDir: string, demonstration: boolean): void {
  const lines = [
    "",
    "  Rekey is running.",
    "",
    `    ${baseUrl}/          what is here`,
    `    ${baseUrl}/reset     forgot password`,
    `    ${baseUrl}/docs      the API`,
    `    ${baseUrl}/dev/outbox  the messages it would have sent`,
    ...(demonstration ? ["", `  People and passwords to try it with: ${dataDir}/demo.json`] : []),
    "",
  ];
  console.log(lines.join("\n"));
}
