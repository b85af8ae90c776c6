import t from "tap";
import { type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf } from "../journeys/reset-steps.ts";
import { createMailbox } from "../journeys/reset-walk.ts";
import { createFormClient, type FormClient, type Shown } from "../pages/form-client.ts";
import { anotherPerson } from "./another-person.ts";

// The forms of whoever signs in: foreign origins, cookies, names (the same of the reset's forms: test/pages/form-safety.test.ts).

/** Every form of the pages, by the server's own list of routes: one that is added is attacked without a word here. */
function forms(run: StartedProduct): string[] {
  const path: string[] = [];
  return run.product.server
    .printRoutes()
    .split("\n")
    .flatMap((line) => {
      const [, indent = "", segment = "", methods = ""] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \((.*)\))?$/.exec(line) ?? [];
      path.length = indent.length / 4;
      path.push(segment);
      return methods.split(", ").includes("POST") ? [path.join("")] : [];
    })
    .filter((route) => !/^\/(v1|oauth|voice)\//.test(route));
}

const FIELDS = { userPrincipalName: "henrik.dahl@contoso.example", password: "x", value: "thief@private.example", code: "1", way: "email" };

t.test("no form of ours is taken from a foreign page", async (t) => {
  const run = await startProduct(t, { worker: false });
  const all = forms(run);
  const known = "/sign-in /sign-in/forgot /sign-in/way /sign-in/code /sign-in/cancel /sign-out /change-password /not-me/security-info";
  for (const form of [...known.split(" "), "/security-info/confirm", "/security-info/add/email", "/security-info/remove/:id", "/reset"])
    t.ok(all.includes(form), `${form} is among ${all.join(" ")}`);
  for (const headers of [
    { "sec-fetch-site": "cross-site", origin: "null" },
    { "sec-fetch-site": "same-site", origin: "https://other.contoso.example" },
    { origin: "https://evil.example" },
  ]) {
    for (const form of all) {
      const client = createFormClient(run);
      await client.get("/sign-in");
      const before = new Map(client.cookies);
      const shown = await client.post(form.replace(":id", "00000000-0000-4000-8000-000000000000"), FIELDS, headers);
      t.equal(shown.status, 403, `${form} ${JSON.stringify(headers)}`);
      t.match(shown.html, "This did not come from our page");
      t.strictSame(client.cookies, before, "and leaves no cookie");
    }
  }
});

/** Bodies that lack nothing but the token. Those of a reset: test/pages/form-safety.test.ts. */
const BODIES: Readonly<Record<string, Record<string, string>>> = {
  "/sign-in": { userPrincipalName: "henrik.dahl@contoso.example", password: "x" },
  "/sign-in/forgot": { userPrincipalName: "henrik.dahl@contoso.example", password: "x" },
  "/sign-in/way": { way: "email" },
  "/sign-in/code": { code: "1" },
  "/sign-in/cancel": {},
  "/sign-out": {},
  "/user-name": { emailOrPhone: "henrik.dahl@private.example" },
  "/help": { userPrincipalName: "henrik.dahl@contoso.example", message: "x" },
  "/change-password": { currentPassword: "x", newPassword: "y", confirmPassword: "y" },
  "/new-password": { newPassword: "x", confirmPassword: "x" },
  "/not-me": {},
  "/not-me/security-info": {},
  "/security-info/confirm": {},
  "/security-info/later": {},
  "/security-info/choose": { type: "email" },
  "/security-info/add/email": { value: "thief@private.example" },
  "/security-info/add/mobilePhone": { value: "+46701740699" },
  "/security-info/add/officePhone": { value: "+46701740699" },
  "/security-info/add/authenticatorApp": {},
  "/security-info/add/recoveryCodes": {},
  "/security-info/add/securityQuestions": {},
  "/security-info/verify/:id": { code: "1" },
  "/security-info/resend/:id": {},
  "/security-info/change/:id": { value: "thief@private.example" },
  "/security-info/remove/:id": {},
};

t.test("no form of ours is taken without its token", async (t) => {
  const run = await startProduct(t, { worker: false });
  const other = createFormClient(run);
  await other.get("/sign-in");
  t.strictSame(
    forms(run)
      .filter((form) => !form.startsWith("/reset"))
      .sort(),
    Object.keys(BODIES).sort(),
    "give each form its line",
  );
  for (const [form, fields] of Object.entries(BODIES))
    for (const _csrf of ["", "x", other.hidden("_csrf")]) {
      const client = createFormClient(run);
      await client.get("/sign-in");
      const shown = await client.post(form.replace(":id", "x"), { ...fields, _csrf });
      t.equal(shown.status, 403, form);
      t.match(shown.html, "This page was open for too long", form);
    }
});

/** Keeps every cookie line and every address that a client comes by. */
function watch(client: FormClient): { readonly cookies: string[]; readonly addresses: string[] } {
  const seen = { cookies: [] as string[], addresses: [] as string[] };
  const { get, post } = client;
  const keep = (path: string, shown: Shown) => {
    seen.cookies.push(...shown.headers.getSetCookie());
    seen.addresses.push(path, shown.headers.get("location") ?? "");
    return shown;
  };
  client.get = async (path, headers) => keep(path, await get(path, headers));
  client.post = async (path, fields, headers) => keep(path, await post(path, fields, headers));
  return seen;
}

/** What a cookie says to whoever reads it: as it stands, and every part of it that is base64. */
function readable(line: string): string {
  const value = decodeURIComponent(/=([^;]*)/.exec(line)?.[1] ?? "");
  return [value, ...value.split(".").map((part) => Buffer.from(part, "base64url").toString())].join("\n");
}

t.test("every cookie is bound to this very host, out of reach of scripts, and tells nobody's name; no address does either", async (t) => {
  const run = await startProduct(t);
  const ylva = run.person("ylva");
  const mailbox = createMailbox(run);
  const client = createFormClient(run);
  const seen = watch(client);
  const name = ylva.userPrincipalName;
  await client.get("/sign-in?lang=en");
  await client.submit("/sign-in", { userPrincipalName: name, password: "wrong canary password" });
  await client.post("/sign-in/forgot", { userPrincipalName: name, password: "typed canary password" });
  await client.get("/sign-in");
  await client.submit("/sign-in", { userPrincipalName: name, password: ylva.password });
  await client.submit("/sign-in/way", { way: "email" });
  await client.submit("/sign-in/code", { code: "00000000" });
  const inside = await client.submit("/sign-in/code", { code: await mailbox.code("email") });
  t.match(inside.html, "/sign-out", "signed in");
  await client.submit("/change-password", { currentPassword: "wrong canary password", newPassword: "short", confirmPassword: "short" });
  await client.get("/security-info/add/email");
  await client.get("/sign-in/proof");
  await client.submit("/sign-in/way", { way: "sms" });
  await client.submit("/sign-in/code", { code: await mailbox.code("sms") });
  const added = await client.submit("/security-info/add/email", { value: "canary@private.example" });
  t.match(added.html, 'id="code"', "a code is on its way");
  await client.submit("/sign-out", {});

  const names = new Set(seen.cookies.map((line) => line.split("=")[0]));
  for (const cookie of ["form", "session", "proof", "note", "language"])
    t.ok(names.has(`__Host-rekey-${cookie}`), `${cookie} of ${[...names]}`);
  const told = [name, "ylva", ylva.password, "canary", ...ylva.contacts.map(({ value }) => value)];
  for (const line of seen.cookies) {
    t.match(line, /^__Host-rekey-[a-z]+=[^;]*(; Max-Age=\d+)?; Path=\/(; Expires=[^;]+)?; HttpOnly; Secure; SameSite=Lax$/);
    for (const word of told) t.notOk(readable(line).toLowerCase().includes(word.toLowerCase()), `${word} in ${line}`);
  }
  for (const address of seen.addresses)
    for (const word of [...told, "@", "%40"]) t.notOk(decodeURIComponent(address).includes(word), `${word} in ${address}`);
});

t.test("'Forgot password?' carries the typed name into the page, and nowhere else", async (t) => {
  const run = await startProduct(t, { worker: false });
  const client = createFormClient(run);
  await client.get("/sign-in");
  const shown = await client.post("/sign-in/forgot", {
    userPrincipalName: "  henrik.dahl@contoso.example ",
    password: "typed canary password",
  });
  t.equal(shown.status, 200, "on the spot: a redirect would have to carry it");
  t.equal(shown.headers.get("location"), null);
  t.match(shown.html, 'value="henrik.dahl@contoso.example"');
  t.match(shown.html, 'action="/reset"');
  t.notMatch(shown.html, "canary");
  t.match(shown.headers.get("cache-control"), "no-store", "and no cache keeps it");
  for (const line of shown.headers.getSetCookie()) t.notMatch(readable(line), "henrik");
  for (const [, address = ""] of shown.html.matchAll(/(?:href|action|formaction|src)="([^"]*)"/g)) t.notMatch(address, /henrik|@|%40/);
  t.notMatch(run.logs.join(""), /henrik|canary/, "no log has it");
  t.equal((await run.connection.pool.query("select 1 from audit_events where type like 'reset%'")).rowCount, 0, "nothing is started yet");
});

t.test("the pages answer the same for names that nobody has", async (t) => {
  const run = await startProduct(t);
  const without = await anotherPerson(run);
  const disabled = await anotherPerson(run);
  await run.connection.pool.query("update users set enabled = false where id = $1", [disabled.id]);
  const names: Readonly<Record<string, string>> = {
    "a person": run.person("henrik").userPrincipalName,
    "an administrator": run.person("ylva").userPrincipalName,
    "nothing registered": run.person("signe").userPrincipalName,
    "no password": without.userPrincipalName,
    disabled: disabled.userPrincipalName,
    unknown: "nobody.there@contoso.example",
    "another domain": "nobody@elsewhere.example",
  };
  const answers = new Map<string, string[]>();
  for (const [kind, userPrincipalName] of Object.entries(names)) {
    const client = createFormClient(run);
    await client.get("/sign-in");
    const shown = [
      await client.post("/sign-in", { userPrincipalName, password: "not this one" }),
      await client.post("/sign-in", { userPrincipalName, password: "" }),
      await client.post("/sign-in/forgot", { userPrincipalName, password: "" }),
    ];
    const plain = ({ status, headers, html }: Shown) =>
      [status, headers.getSetCookie().length, html.replaceAll(userPrincipalName, "NAME").replace(/name="_csrf" value="[^"]*"/g, "")].join(
        " ",
      );
    answers.set(kind, shown.map(plain));
  }
  for (const kind of Object.keys(names)) t.strictSame(answers.get(kind), answers.get("a person"), kind);
  t.match(answers.get("a person")?.[0], /^401 /);
  t.equal((await run.outbox()).filter(({ to }) => to === addressOf(run.person("henrik"), "email")).length, 0);
});
