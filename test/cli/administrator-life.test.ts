import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { newPerson } from "../builders/administrator.ts";
import { auditEvents } from "../builders/application.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { type RunOptions, rekey, rekeyJson } from "./rekey-process.ts";

/** The environment of the demonstration's application. */
const client = ({ baseUrl, demo }: StartedProduct): RunOptions => ({
  env: { REKEY_URL: baseUrl, REKEY_CLIENT_ID: demo.app.clientId, REKEY_CLIENT_SECRET: demo.app.clientSecret },
});
const HENRIK = "henrik.dahl@contoso.example";
const SIGNE = "signe.holm@contoso.example";

t.test("an administrator's day: scope, preview, two methods, who is stranded, why, one reset, many resets", async (t) => {
  const product = await startProduct(t);
  const options = client(product);
  const say = async (...args: string[]) => {
    const run = await rekey(args, options);
    t.match({ code: run.code }, { code: 0 }, `${args.join(" ")}: ${run.stderr}`);
    return run.stdout;
  };

  const pilot = (await say("groups", "create", "Pilot")).trim();
  t.match(await say("groups", "add", "pilot", HENRIK, SIGNE), `${HENRIK} is in the group.\n${SIGNE} is in the group.\n`);
  t.match(await say("groups", "list"), new RegExp(`^Pilot +${pilot}$`, "m"));
  t.match(
    await say("policy", "set", "scope=selected", `groups=${pilot}`),
    /^The policy is changed, and is version 2 now\.\n\n {2}scope: "all" → "selected"\n/,
  );

  const preview = await say("policy", "preview", "methodsRequired=2", "methods=email,authenticatorApp");
  t.match(preview, /^ {2}lose +1$/m);
  t.match(preview, new RegExp(`^${HENRIK.replaceAll(".", "\\.")} +too-few-methods$`, "m"), "who would be stranded is named");
  t.match(await say("policy", "get"), /^methodsRequired +1$/m, "a preview changes nothing");
  await say("policy", "set", "methodsRequired=2", "methods=email,authenticatorApp");
  const settings = await say("policy", "get");
  t.match(settings, /^methodsRequired +2$/m);
  t.match(settings, /^methods +email,authenticatorApp$/m);

  const why = await say("users", "eligibility", HENRIK);
  t.match(why, `${HENRIK} cannot reset alone (too-few-methods`);
  t.match(why, /^✓ /m);
  t.match(why, /^✗ .*/m);
  t.match(await rekeyJson(t, ["users", "eligibility", HENRIK], options), { canReset: false, reason: "too-few-methods", gatesRequired: 2 });

  const one = await rekeyJson(t, ["users", "reset", HENRIK], options);
  t.match(one, { temporaryPassword: /^\S{20,}$/, expiresAt: String });
  const signedIn = await product.call("POST", "/v1/sign-in", { body: { userPrincipalName: HENRIK, password: one.temporaryPassword } });
  t.match(signedIn, { status: 200, json: { next: "interrupts", interrupts: ["change-password"] } });

  const people = await Promise.all(Array.from({ length: 20 }, () => newPerson(product)));
  const folder = await temporaryFolder(t);
  const [list, out] = [join(folder, "people.csv"), join(folder, "passwords.csv")];
  await writeFile(list, `userPrincipalName\n${people.map(({ userPrincipalName }) => userPrincipalName).join("\n")}\n`);
  t.match(await say("users", "reset", "--file", list, "--out", out), /^The passwords of 20 of 20 people are reset\.\n/);
  t.equal((await stat(out)).mode & 0o777, 0o600);
  const rows = (await readFile(out, "utf8")).trim().split("\r\n").slice(1);
  t.equal(rows.length, 20);
  t.strictSame(rows.map((row) => row.split(",")[0]).sort(), people.map(({ userPrincipalName }) => userPrincipalName).sort());
  const [name = "", outcome = "", , password = ""] = rows[7]?.split(",") ?? [];
  t.equal(outcome, "done");
  t.match(await product.call("POST", "/v1/sign-in", { body: { userPrincipalName: name, password } }), { json: { next: "interrupts" } });
  const { items } = await rekeyJson(t, ["jobs", "list"], options);
  t.match(items, [{ state: "done", done: 20, failed: 0, passwords: "acknowledged" }], "the service has forgotten them");
  t.match(await say("jobs", "cancel", items[0].id), "The job was over before.");
  t.match(await rekey(["users", "reset", "--file", list, "--out", out], options), { code: 2, stderr: /is there already/ });
  t.equal((await auditEvents(product, "password.reset-by-administrator")).length, 21, "nobody was reset a second time");

  t.match(await say("policy", "versions"), /^ {6}3 .*methodsRequired: 1 → 2/m);
  t.match(await say("policy", "restore", "1"), "The policy is as it was in version 1, and is version 4 now.");
  t.match(await say("audit", "list", "--type", "policy.change", "--limit", "2"), /policy\.change/);
  product.clock.turn(1000);
  const lines = (await say("audit", "export", "--type", "password.reset-by-administrator")).trim().split("\n");
  t.equal(lines.length, 21);
  t.ok(lines.every((line) => JSON.parse(line).type === "password.reset-by-administrator"));
  await say("audit", "export", "--type", "policy.change", "--out", join(folder, "changes.csv"));
  t.match(await readFile(join(folder, "changes.csv"), "utf8"), /^id,at,type,/, "the name of the file says how it is written");
});

t.test("one person: shown, told to change, unlocked, removed, brought back, contact data filled in", async (t) => {
  const product = await startProduct(t);
  const options = client(product);
  const done = async (...args: string[]) => {
    const run = await rekey(args, options);
    t.match({ code: run.code }, { code: 0 }, `${args.join(" ")}: ${run.stderr}`);
    return run.stdout;
  };
  t.match(await done("users", "show", HENRIK), /^henrik\.dahl@contoso\.example\n\n {2}id +[0-9a-f-]{36}\n/);
  t.match(await done("users", "force-change", HENRIK), /^1 of 1 people .*\n\n[\s\S]* {2}done +1$/m);
  t.match(await rekey(["users", "force-change", "nobody@x.example"], options), { code: 1, stdout: /^0 of 1 people/ });
  t.match(await rekey(["roles", "list", "--role", "king"], options), { code: 1, stderr: /No role is called king/ });
  t.match(await done("users", "show", HENRIK), /^ {2}password +must be changed$/m);
  t.match(await done("users", "unlock", HENRIK), `${HENRIK} is not locked out any more.`);
  t.match(await done("methods", "set", SIGNE, "email=signe@private.example"), /^email +s\S+ .*an administrator$/m);
  t.match(await rekey(["users", "delete", HENRIK], options), { code: 2, stderr: /Add --yes to do it\./ }, "nobody is removed by a slip");
  t.match(await done("users", "delete", HENRIK, "--yes"), `${HENRIK} is removed`);
  t.match(await rekey(["users", "show", HENRIK], options), { code: 1, stderr: /Not found/ });
  t.match(await rekeyJson(t, ["users", "list", "--deleted"], options), { items: [{ userPrincipalName: HENRIK }] });
  t.match(await done("users", "restore", HENRIK), `${HENRIK} is back.`);
  t.match(await rekeyJson(t, ["users", "offboard", HENRIK, "--yes"], options), { user: HENRIK, done: true });
});

t.test("lists and figures, for people and for machines", async (t) => {
  const product = await startProduct(t);
  const options = client(product);
  for (const [args, words] of [
    [["roles", "list"], /^globalAdministrator +yes +privilegedAuthenticationAdministrator, globalAdministrator$/m],
    [["reports", "registration"], /^ {2}people +\d+$/m],
    [["reports", "resets"], /^DAY +STARTED/],
    [["help-requests", "list"], /^$/],
    [["approvals", "list"], /^$/],
    [["jobs", "list"], /^$/],
    [["policy", "versions"], /^VERSION/],
    [["policy", "get", "--administrators"], /^methodsRequired +2$/m],
    [["audit", "verify"], /^The audit log is as it was written/],
  ] as const) {
    t.match(await rekey([...args], options), { code: 0, stdout: words }, args.join(" "));
    t.ok(await rekeyJson(t, [...args], options), `${args.join(" ")} --json`);
  }
  t.match(await rekey(["policy", "spread"], options), { stdout: /^The policy is version 1\./ });
});

t.test("what weakens the policy under the two-person rule waits, and the command says so", async (t) => {
  const product = await startProduct(t);
  const options = client(product);
  await newPerson(product, { roles: ["globalAdministrator"] });
  t.match(await rekey(["policy", "set", "twoPersonRule=true"], options), { code: 0 });
  const { code, stdout } = await rekey(["policy", "set", "disclosure=helpful"], options);
  t.equal(code, 0);
  t.match(stdout, /^Nothing is done yet: a second administrator has to approve it within an hour\.\nThe approval is (\S+):/);
  const { items } = await rekeyJson(t, ["approvals", "list"], options);
  t.match(items, [{ state: "waiting", act: "weaken-policy" }]);
  t.match(await rekey(["approvals", "show", items[0].id], options), { code: 0, stdout: /^ {2}state +waiting$/m });
  t.match(await rekey(["approvals", "withdraw", items[0].id], options), { code: 0 });
  t.match(await rekeyJson(t, ["approvals", "show", items[0].id], options), { state: "withdrawn" });
  t.match(await rekeyJson(t, ["policy", "get"], options), { disclosure: "private" });
});
