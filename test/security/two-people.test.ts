import { readFile } from "node:fs/promises";
import t, { type Test } from "tap";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";
import { addressOf, challenge, codeIn, messageTo, type Reset, startReset, verify } from "../journeys/reset-steps.ts";
import { askForCode, giveCode, secondStepOf } from "../journeys/second-step-walk.ts";
import { type SignedInPerson, signedIn } from "../registration/signed-in.ts";
import { userId } from "./another-person.ts";

// Person A with B's ids, on every route that takes one (issue 4, "Must show"). Which routes those are says the OpenAPI document.

const PENDING_PHONE = "+46701740699";

/** What is under way of two people: each has a session, a second step, a reset with a code sent, and registered methods. */
interface Life {
  readonly userId: string;
  readonly name: string;
  readonly session: SignedInPerson;
  readonly secondStep: { readonly token: string; readonly challengeId: string; readonly code: string };
  readonly reset: Reset & { readonly challengeId: string; readonly code: string };
  readonly methodIds: readonly string[];
}

interface Victim extends Life {
  readonly pending: { readonly id: string; readonly code: string };
  readonly groupId: string;
  readonly jobId: string;
  readonly passwordJobId: string;
  readonly helpRequestId: string;
}

interface Line {
  /** B's ids, each in the place of the parameter of that name; several where several kinds of ids might be tried. */
  readonly ids: (b: Victim, a: Life) => readonly Readonly<Record<string, string>>[];
  /** Good bodies, with right codes of B's where it takes one. */
  readonly bodies?: (b: Victim) => readonly object[];
  /** What it may answer. Default: 401, 403, 404. */
  readonly answers?: readonly number[];
}

const ownReset = { ids: (b: Victim) => [{ id: b.reset.id }] };
const method = { ids: (b: Victim) => [...b.methodIds, b.pending.id].map((id) => ({ id })) };
const person = { ids: (b: Victim) => [{ id: b.userId }, { id: b.name }] };
const group = { ids: (b: Victim) => [{ id: b.groupId, memberId: b.userId }] };
const job = { ids: (b: Victim) => [{ id: b.jobId }] };
const passwordJob = { ids: (b: Victim) => [{ id: b.passwordJobId }] };
const helpRequest = { ids: (b: Victim) => [{ id: b.helpRequestId }] };
/** Nothing waits here: what is proved is that whoever has no role gets no further than its door. */
const approval = { ids: () => [{ id: "approval-of-b" }] };
/** A challenge that is not the caller's pending one is like a wrong code: it tells nobody that there is such a challenge. */
const REFUSED_LIKE_A_CODE = [401, 403, 404, 422];

const MATRIX: Readonly<Record<string, Line>> = {
  "POST /v1/password-resets/{id}/challenges": { ...ownReset, bodies: () => [{ method: "sms" }] },
  "POST /v1/password-resets/{id}/challenges/{challengeId}/verify": {
    ids: (b, a) => [
      { id: b.reset.id, challengeId: b.reset.challengeId },
      { id: b.reset.id, challengeId: a.reset.challengeId },
      { id: a.reset.id, challengeId: b.reset.challengeId },
      { id: a.reset.id, challengeId: b.secondStep.challengeId },
    ],
    bodies: (b) => [{ code: b.reset.code }, { code: b.secondStep.code }],
    answers: REFUSED_LIKE_A_CODE,
  },
  "POST /v1/password-resets/{id}/password": { ...ownReset, bodies: () => [{ newPassword: "plommon fiol hamn tisdag" }] },
  "POST /v1/password-resets/{id}/unlock": ownReset,
  "GET /v1/password-resets/{id}": ownReset,
  "DELETE /v1/password-resets/{id}": ownReset,
  "POST /v1/sign-in/challenges/{challengeId}/verify": {
    ids: (b) => [{ challengeId: b.secondStep.challengeId }, { challengeId: b.reset.challengeId }],
    bodies: (b) => [{ code: b.secondStep.code }, { code: b.reset.code }],
    answers: REFUSED_LIKE_A_CODE,
  },
  "POST /v1/me/methods/{id}/verify": { ...method, bodies: (b) => [{ code: b.pending.code }] },
  "POST /v1/me/methods/{id}/resend": method,
  "PATCH /v1/me/methods/{id}": { ...method, bodies: () => [{ value: "thief@private.example" }, { name: "mine" }] },
  "DELETE /v1/me/methods/{id}": method,
  "GET /v1/users/{id}": person,
  "PATCH /v1/users/{id}": { ...person, bodies: () => [{ displayName: "Thief" }, { enabled: false }] },
  "POST /v1/users/{id}/interrupts": person,
  "POST /v1/users/{id}/require-registration": person,
  "GET /v1/users/{id}/methods": person,
  "PUT /v1/users/{id}/methods": { ...person, bodies: () => [{ methods: [{ type: "email", value: "thief@private.example" }] }] },
  "GET /v1/groups/{id}": group,
  "PATCH /v1/groups/{id}": { ...group, bodies: () => [{ name: "Thieves" }] },
  "DELETE /v1/groups/{id}": group,
  "GET /v1/groups/{id}/members": group,
  "GET /v1/groups/{id}/members/{memberId}": group,
  "PUT /v1/groups/{id}/members/{memberId}": group,
  "DELETE /v1/groups/{id}/members/{memberId}": group,
  "GET /v1/import-jobs/{id}": job,
  "GET /v1/import-jobs/{id}/rows": job,
  "DELETE /v1/users/{id}": person,
  "POST /v1/users/{id}/restore": person,
  "POST /v1/users/{id}/offboard": person,
  "POST /v1/users/{id}/unlock": person,
  "POST /v1/users/{id}/unfreeze": person,
  "POST /v1/users/{id}/revoke-sessions": person,
  "POST /v1/users/{id}/password-reset": { ...person, bodies: () => [{}, { mode: "link", emailTo: "thief@private.example" }] },
  "GET /v1/users/{id}/reset-eligibility": person,
  "POST /v1/users/{id}/methods/{methodId}/unblock": { ids: (b) => b.methodIds.map((methodId) => ({ id: b.userId, methodId })) },
  "PUT /v1/users/{id}/roles/{role}": { ids: (b, a) => [b, a].map(({ userId: id }) => ({ id, role: "globalAdministrator" })) },
  "DELETE /v1/users/{id}/roles/{role}": { ids: (b) => [{ id: b.userId, role: "globalAdministrator" }] },
  "PUT /v1/groups/{id}/roles/{role}": { ids: (b) => [{ id: b.groupId, role: "globalAdministrator" }] },
  "DELETE /v1/groups/{id}/roles/{role}": { ids: (b) => [{ id: b.groupId, role: "globalAdministrator" }] },
  "POST /v1/policy/versions/{version}/restore": { ids: () => [{ version: "1" }] },
  "POST /v1/help-requests/{id}/resolve": helpRequest,
  "GET /v1/approvals/{id}": approval,
  "POST /v1/approvals/{id}/approve": approval,
  "POST /v1/approvals/{id}/deny": approval,
  "POST /v1/approvals/{id}/withdraw": approval,
  "POST /v1/approvals/{id}/acknowledge": approval,
  ...Object.fromEntries(
    ["password-reset-jobs", "password-change-jobs"].flatMap((jobs) =>
      [
        "GET /v1/%/{id}",
        "GET /v1/%/{id}/results",
        "GET /v1/%/{id}/events",
        "POST /v1/%/{id}/cancel",
        "POST /v1/%/{id}/results/acknowledge",
      ].map((route): [string, Line] => [route.replace("%", jobs), passwordJob]),
    ),
  ),
};
/** Whose parameter is nobody's: the words of a problem. */
const OF_NOBODY = ["GET /problems/{code}"];

async function routesWithIds(): Promise<string[]> {
  const { paths } = JSON.parse(await readFile(new URL("../../openapi/openapi.json", import.meta.url), "utf8")) as {
    paths: Record<string, object>;
  };
  return Object.entries(paths)
    .filter(([path]) => path.includes("{"))
    .flatMap(([path, operations]) => Object.keys(operations).map((verb) => `${verb.toUpperCase()} ${path}`));
}

t.test("every route that takes an id has its line", async (t) => {
  t.strictSame((await routesWithIds()).sort(), [...Object.keys(MATRIX), ...OF_NOBODY].sort());
});

for (const state of ["memory", "redis"] as const)
  t.test(`nobody reads or changes what is another's, state in ${state}`, async (t) => {
    const run = await startProduct(t, { state });
    const a = await lifeOf(run, "henrik", "email", "email");
    const b = await victim(run);
    const before = await everything(run, a);
    const secrets = await secretsOf(run, b);
    for (const [route, line] of Object.entries(MATRIX)) {
      for (const [who, answer] of await tryAll(run, route, line, a, b)) {
        t.ok((line.answers ?? [401, 403, 404]).includes(answer.status), `${route} with ${who}: ${answer.status} ${answer.text}`);
        for (const secret of secrets) t.notOk(answer.text.includes(secret), `${route} with ${who} tells ${secret}`);
      }
    }
    await run.settled();
    t.strictSame(await everything(run, a), before, "not a row of anybody else changed");
    await goesOn(t, run, b);
  });

/** With every token that A has, and with none. */
async function tryAll(run: StartedProduct, route: string, line: Line, a: Life, b: Victim): Promise<[string, Answer][]> {
  const [verb = "", template = ""] = route.split(" ");
  const tokens = { none: undefined, session: a.session.token, "second step": a.secondStep.token, reset: a.reset.token };
  const bodies = line.bodies?.(b) ?? [undefined];
  const tried: [string, Answer][] = [];
  for (const [who, token] of Object.entries(tokens))
    for (const ids of line.ids(b, a))
      for (const body of bodies) {
        const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(ids[name] ?? ""));
        const options = {
          headers: { "if-match": "*" },
          ...(token === undefined ? {} : { token }),
          ...(body === undefined ? {} : { body }),
        };
        tried.push([`${who} ${JSON.stringify({ ...ids, ...body })}`, await run.call(verb, path, options)]);
      }
  return tried;
}

/** What was under way of B was neither used up nor counted down: it goes on to the end. */
async function goesOn(t: Test, run: StartedProduct, b: Victim): Promise<void> {
  t.match(await b.session.call("POST", `/v1/me/methods/${b.pending.id}/verify`, { code: b.pending.code }), { status: 200 });
  t.match(await giveCode(run, b.secondStep.token, b.secondStep.challengeId, b.secondStep.code), { status: 200, json: { next: "done" } });
  t.match(await verify(run, b.reset, b.reset.challengeId, b.reset.code), { status: 200, json: { next: "challenge" } });
}

async function lifeOf(run: StartedProduct, name: string, forReset: "email" | "sms", forSignIn: "email" | "sms"): Promise<Life> {
  const { userPrincipalName, password, contacts } = run.person(name);
  const to = { email: addressOf({ contacts }, "email"), sms: addressOf({ contacts }, "mobilePhone") };
  const known = async (address: string) => (await run.outbox()).filter((item) => item.to === address).length;
  const session = await signedIn(run, name);
  const secondStep = await secondStepOf(run, { userPrincipalName, password });
  let before = await known(to[forSignIn]);
  const asked = (await askForCode(run, secondStep.token, forSignIn)).json;
  const code = codeIn(await messageTo(run, to[forSignIn], before));
  const reset = await startReset(run, userPrincipalName);
  before = await known(to[forReset]);
  const { challengeId } = (await challenge(run, reset, forReset)).json;
  return {
    userId: await userId(run, userPrincipalName),
    name: userPrincipalName,
    session,
    secondStep: { token: secondStep.token, challengeId: asked.challengeId, code },
    reset: { ...reset, challengeId, code: codeIn(await messageTo(run, to[forReset], before)) },
    methodIds: (await session.call("GET", "/v1/me/security-info")).json.methods.map(({ id }: { id: string }) => id),
  };
}

/** An administrator, whose things are worth most. */
async function victim(run: StartedProduct): Promise<Victim> {
  const b = await lifeOf(run, "odd", "email", "email");
  await b.session.prove("sms", addressOf(run.person("odd"), "mobilePhone"));
  const id = await b.session.add("mobilePhone", PENDING_PHONE);
  const pending = { id, code: await b.session.codeTo(PENDING_PHONE) };
  const token = await run.appToken();
  const made = await run.call("POST", "/v1/groups", { token, body: { name: "Group of B" } });
  await run.call("PUT", `/v1/groups/${made.json.id}/members/${b.userId}`, { token });
  const headers = { "content-type": "text/csv" };
  const imported = await run.call("POST", "/v1/users/import", { token, headers, body: "userPrincipalName\n" });
  const reset = await run.call("POST", "/v1/password-reset-jobs", { token, body: { users: ["nobody@contoso.example"] } });
  await run.call("POST", "/v1/help-requests", { body: { userPrincipalName: b.name } });
  await run.settled();
  const asked = await run.call("GET", "/v1/help-requests", { token });
  return {
    ...b,
    pending,
    groupId: made.json.id,
    jobId: imported.json.id,
    passwordJobId: reset.json.id,
    helpRequestId: asked.json.items[0].id,
  };
}

async function secretsOf(run: StartedProduct, b: Victim): Promise<string[]> {
  const { contacts } = run.person("odd");
  const { rows } = await run.connection.pool.query("select hint from authentication_methods where user_id = $1", [b.userId]);
  return [b.name, "Odd Nygaard", "Group of B", PENDING_PHONE, ...contacts.map(({ value }) => value), ...rows.map(({ hint }) => hint)];
}

/** Of everybody but A, whose own wrong codes are counted. */
async function everything(run: StartedProduct, a: Life): Promise<Record<string, unknown[]>> {
  const tables =
    "users user_roles group_roles passwords authentication_methods recovery_codes security_answers groups group_members import_jobs password_jobs help_requests policy_versions";
  const read = async (table: string) => {
    const { rows } = await run.connection.pool.query(`select to_jsonb(x) as row from ${table} x order by 1`);
    return [table, rows.map(({ row }) => row).filter(({ user_id: owner }) => owner !== a.userId)] as const;
  };
  return Object.fromEntries(await Promise.all(tables.split(" ").map(read)));
}

t.test("B's method in the body of A's own calls sends B nothing, and proves nothing", async (t) => {
  const run = await startProduct(t);
  const a = await lifeOf(run, "henrik", "email", "email");
  const b = await lifeOf(run, "odd", "email", "email");
  await run.settled();
  const ofB = async () => (await run.outbox()).filter(({ to }) => run.person("odd").contacts.some(({ value }) => value === to)).length;
  const before = await ofB();
  for (const methodId of b.methodIds)
    for (const word of ["email", "sms"]) {
      for (const token of [a.session.token, a.secondStep.token]) await askForCode(run, token, word, methodId);
      // Like every wish of an anonymous reset: the same answer, whatever comes of it.
      t.equal((await challenge(run, await startReset(run, a.name), word, methodId)).status, 202);
    }
  await run.settled();
  t.equal(await ofB(), before);
});
