import { access, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t, { type Test } from "tap";
import { Refused, WrongUsage } from "../../src/cli/failure.ts";
import type { PasswordJob } from "../../src/cli/password-job.client.ts";
import type { Api } from "../../src/cli/rest.client.ts";
import { makeResultFile } from "../../src/cli/result-file.file.ts";
import { takeResults } from "../../src/cli/users-reset-many.client.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";

const JOB: PasswordJob = { id: "7f9c24e8", state: "done", total: 1, done: 1, failed: 0, skipped: 0 };

/** A service that answers results in two pieces, or breaks off, and notes what is asked of it. */
function service(breaksOff: "never" | "at once" | "in between"): Api & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    url: "http://127.0.0.1",
    asked,
    get: () => Promise.reject(new Error("not asked")),
    getSlowly: () => Promise.reject(new Error("not asked")),
    patch: () => Promise.reject(new Error("not asked")),
    upload: () => Promise.reject(new Error("not asked")),
    async call(_method, path) {
      asked.push(path);
      return { status: 204, etag: null, document: null };
    },
    async download(path) {
      asked.push(path);
      if (breaksOff === "at once") throw new Refused("gone");
      return (async function* () {
        yield Buffer.from("userPrincipalName,");
        if (breaksOff === "in between") throw new Error("socket hang up");
        yield Buffer.from("outcome\r\n");
      })();
    },
  };
}

const fresh = async (t: Test) => join(await temporaryFolder(t), "passwords.csv");

t.test("results are acknowledged once all of them are in the file, for its owner's eyes alone", async (t) => {
  const path = await fresh(t);
  const api = service("never");
  await takeResults(api, JOB, await makeResultFile("--out", path));
  t.strictSame(api.asked, ["/v1/password-reset-jobs/7f9c24e8/results", "/v1/password-reset-jobs/7f9c24e8/results/acknowledge"]);
  t.equal(await readFile(path, "utf8"), "userPrincipalName,outcome\r\n");
  t.equal((await stat(path)).mode & 0o777, 0o600);
});

t.test("what breaks off is not acknowledged, and can be fetched again", async (t) => {
  const half = service("in between");
  await t.rejects(takeResults(half, JOB, await makeResultFile("--out", await fresh(t))), Refused);
  t.strictSame(half.asked, ["/v1/password-reset-jobs/7f9c24e8/results"]);
  const path = await fresh(t);
  const none = service("at once");
  await t.rejects(takeResults(none, JOB, await makeResultFile("--out", path)), Refused);
  t.strictSame(none.asked, ["/v1/password-reset-jobs/7f9c24e8/results"]);
  await t.rejects(access(path), "an empty file is not left behind");
});

t.test("a file that is there stays as it is", async (t) => {
  const path = await fresh(t);
  await writeFile(path, "kept");
  await t.rejects(makeResultFile("--out", path), WrongUsage);
  t.equal(await readFile(path, "utf8"), "kept");
  await t.rejects(makeResultFile("--out", join(path, "below")), WrongUsage);
});
