import { type Config, ConfigMistakes } from "./config.ts";
import { type Running, start } from "./start.ts";

/** A stop must be over before whoever sent the signal loses patience (contract, section 7). */
const STOP_WITHIN_MS = 9_000;

/**
 * Runs the service until SIGTERM or SIGINT, then stops it gently and ends the process: 0 after a signal, 1 when it could not start,
 * when a part that nothing works without failed, or when the stop took too long.
 */
export async function serve(read: () => Config): Promise<void> {
  let starting: Promise<Running> | undefined;
  let stopping = false;
  const stop = async (code: number) => {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(code === 0 ? 1 : code), STOP_WITHIN_MS).unref();
    // A signal in the middle of the start waits for it, so that no part is left behind.
    await starting?.then((running) => running.stop()).catch(() => undefined);
    process.exit(code);
  };
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => void stop(0));
  try {
    const config = read();
    starting = start(config, () => void stop(1));
    const running = await starting;
    if (!stopping && !config.production && config.role !== "worker") greet(running.baseUrl, config);
  } catch (error) {
    console.error(error instanceof ConfigMistakes || error instanceof Error ? error.message : error);
    process.exit(1);
  }
}

function greet(baseUrl: string, { dataDir, databaseUrl, smtpUrl, sendGrid, twilio }: Config): void {
  const outbox = (smtpUrl === null && sendGrid === null) || twilio === null;
  const places = [
    ["/", "what is here"],
    ["/reset", "forgot password"],
    ["/docs", "the API"],
    ...(outbox ? [["/dev/outbox", "the messages it would have sent"]] : []),
  ];
  const lines = [
    "",
    "  Rekey is running.",
    "",
    ...places.map(([path = "", what]) => `    ${(baseUrl + path).padEnd(baseUrl.length + 13)}${what}`),
    ...(databaseUrl === null ? ["", `  People and passwords to try it with: ${dataDir}/demo.json`] : []),
    "",
  ];
  console.log(lines.join("\n"));
}
