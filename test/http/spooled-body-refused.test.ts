import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { spoolBody } from "../../src/http/spooled-body.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { HEADER, importFile, peopleLines } from "../users/import-calls.ts";

const CHILD = fileURLToPath(new URL("./spool-process.ts", import.meta.url));

async function* body(...chunks: Uint8Array[]) {
  yield* chunks;
}

/** Has temporary files go where none can be. A file in place of the folder refuses root too, as a read-only file system does. */
async function withoutFolder(t: Test): Promise<() => void> {
  const file = join(t.testdir(), "no-folder");
  await writeFile(file, "");
  const before = process.env.TMPDIR;
  const back = () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  };
  process.env.TMPDIR = file;
  t.teardown(back);
  return back;
}

t.test("an import that cannot be put aside is 503, logged, and leaves nothing", async (t) => {
  const run = await startProduct(t, { worker: false });
  const app = await demoApplication(run);
  const back = await withoutFolder(t);
  for (const headers of [{ "content-type": "text/csv" }, { "content-type": "text/csv", "idempotency-key": "k" }]) {
    const refused = await importFile(app, HEADER + peopleLines(0, 600), headers);
    t.match(refused.json, { status: 503, code: "unavailable" });
    t.match(refused.headers.get("retry-after"), /^\d+$/);
  }
  t.match(run.logs.filter((line) => line.includes("request failed")).join(""), /ENOTDIR/, "the operator learns why");
  const { rows } = await run.connection.pool.query("select id::text from import_jobs union all select key from idempotent_answers");
  t.same(rows, []);
  back();
  t.match((await importFile(app, HEADER + peopleLines(0, 2))).json, { state: "done", created: 2 });
});

t.test("a file that is cut short is never taken for a whole one", async (t) => {
  // The shell limits the size of files to 2 MB: of the write that reaches it a part is taken, as on a disk that gets full.
  // Without tap's own options, which would have the signal of that end the process; the service is told of it by the write.
  const child = spawn("sh", ["-c", `unset NODE_OPTIONS; ulimit -f 4096; exec "$0" --import=tsx "$1"`, process.execPath, CHILD], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (data) => {
      said += data;
    });
  await once(child, "close");
  t.match(said, /^refused unavailable EFBIG$/m);
});

t.test("any size of pieces", async (t) => {
  const pieces = [new Uint8Array(3_000_000).fill(1), new Uint8Array(1).fill(2), new Uint8Array(70_000).fill(3)];
  const spooled = await spoolBody(body(...pieces), systemRandom);
  const back: Uint8Array[] = [];
  for await (const chunk of spooled.read()) back.push(chunk);
  t.equal(Buffer.compare(Buffer.concat(back), Buffer.concat(pieces)), 0);
  await spooled.close();
});
