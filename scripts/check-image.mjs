// `npm run image:check`: follows the Dockerfile's own steps without Docker, starts what comes out as a container would run it (another
// account, a root that cannot be written to, secrets in files), and walks a reset through it. Linux, as root; about a minute.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { execPath, stdout } from "node:process";
import { fileURLToPath } from "node:url";
import { contextOf } from "./image/build-context.mjs";
import { readDockerfile } from "./image/dockerfile.mjs";
import { prove } from "./image/prove.mjs";
import { followStages } from "./image/stages.mjs";
import { weigh } from "./image/weigh.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const MOST_BYTES = 250e6;

if (process.platform !== "linux" || process.getuid() !== 0) {
  process.stderr.write("image:check needs Linux and root: it mounts folders and becomes another account.\n");
  process.exit(1);
}

const folder = mkdtempSync(join(tmpdir(), "rekey-image-"));
try {
  const stages = readDockerfile(readFileSync(join(ROOT, "Dockerfile"), "utf8"));
  stdout.write(`In place of ${stages[0].base}: this machine's system with Node.js ${process.version} from npm.\n\n`);
  const image = followStages(stages, { folder, context: contextOf(ROOT), node: execPath });
  const bytes = weigh(image.root);
  stdout.write("\n");
  await prove(image);
  report(bytes, stages.at(-1).base);
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Of the files, as `docker image inspect` counts them. */
function report({ total, parts }, base) {
  const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1).padStart(6)} MB`;
  stdout.write("\nSize, uncompressed:\n");
  for (const [name, bytes] of parts) stdout.write(`  ${megabytes(bytes)}  ${name}\n`);
  stdout.write(`  ${megabytes(total)}  in all, at most ${MOST_BYTES / 1e6} MB. The last stage is from ${base}, which adds nothing.\n`);
  if (base !== "scratch" || total > MOST_BYTES) throw new Error("The image is too large, or its base was not weighed.");
}
