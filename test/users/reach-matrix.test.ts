import t from "tap";
import { ROLES } from "../../src/users/roles.ts";
import { type Administrator, newAdministrator, newPerson } from "../builders/administrator.ts";
import { type Answer, type StartedProduct, startProduct } from "../journeys/product.ts";

/**
 * Who may reset whom, by hand from entra-sspr.md §3, and not from the code. PA Password, HA Helpdesk, AA Authentication, UA User,
 * PAA Privileged Authentication, GA Global Administrator.
 */
const REACHED = {
  "": "PA HA AA UA PAA GA",
  directoryReaders: "PA HA AA UA PAA GA",
  guestInviter: "PA HA AA UA PAA GA",
  passwordAdministrator: "PA HA AA UA PAA GA",
  messageCenterReader: "HA AA UA PAA GA",
  reportsReader: "HA AA UA PAA GA",
  usageSummaryReportsReader: "HA AA UA PAA GA",
  userExperienceSuccessManager: "HA AA UA PAA GA",
  helpdeskAdministrator: "HA UA PAA GA",
  authenticationAdministrator: "AA PAA GA",
  userAdministrator: "UA PAA GA",
  groupsAdministrator: "UA PAA GA",
  privilegedAuthenticationAdministrator: "PAA GA",
  privilegedRoleAdministrator: "PAA GA",
  globalAdministrator: "PAA GA",
} as const satisfies Record<string, string>;
const ANY_OTHER_ROLE = "PAA GA";
const MEMBER_OF_A_ROLE_ASSIGNABLE_GROUP = "PAA GA";
/** "Sensitive actions": the account itself and its recovery data. */
const CHANGING = "AA UA PAA GA";

const ACTORS: Readonly<Record<string, string>> = {
  PA: "passwordAdministrator",
  HA: "helpdeskAdministrator",
  AA: "authenticationAdministrator",
  UA: "userAdministrator",
  PAA: "privilegedAuthenticationAdministrator",
  GA: "globalAdministrator",
  "Groups Administrator": "groupsAdministrator",
  "Privileged Role Administrator": "privilegedRoleAdministrator",
  "Security Administrator": "securityAdministrator",
  "Global Reader": "globalReader",
};

interface Pair {
  readonly actor: string;
  readonly by: Administrator;
  readonly target: string;
  readonly id: string;
  readonly reached: string;
}

/** One target for each role, one without any, one in a role-assignable group without roles; one administrator for each acting role. */
async function pairs(run: StartedProduct): Promise<Pair[]> {
  const targets: { target: string; id: string; reached: string }[] = [];
  for (const role of ["", ...ROLES.map((known) => known.role)]) {
    const { id } = await newPerson(run, { roles: role === "" ? [] : [role] });
    targets.push({ target: role === "" ? "no role" : role, id, reached: (REACHED as Record<string, string>)[role] ?? ANY_OTHER_ROLE });
  }
  const actors: [string, Administrator][] = [];
  for (const [actor, role] of Object.entries(ACTORS)) actors.push([actor, await newAdministrator(run, [role])]);
  actors.push(["nobody", await newAdministrator(run, [])]);
  const global = actors.find(([actor]) => actor === "GA")?.[1];
  const member = await newPerson(run);
  const group = await global?.call("POST", "/v1/groups", { body: { name: "Power", roleAssignable: true } });
  await global?.call("PUT", `/v1/groups/${group?.json.id}/members/${member.id}`);
  targets.push({ target: "member of a role-assignable group", id: member.id, reached: MEMBER_OF_A_ROLE_ASSIGNABLE_GROUP });
  return actors.flatMap(([actor, by]) => targets.map((target) => ({ actor, by, ...target })));
}

function says(words: string, actor: string): boolean {
  return words.split(" ").includes(actor);
}

t.test("K05: every administrator on every holder of a role, exactly as the table says, and said beforehand", async (t) => {
  const run = await startProduct(t);
  const all = await pairs(run);
  // 88 roles, nobody's, and the member of a group that roles can be given to.
  t.equal(all.length, 11 * 90, "every pair");
  const wrong: string[] = [];
  const expect = (answer: Answer, wanted: number, pair: Pair, what: string) => {
    const { missing, reason } = answer.json ?? {};
    const told = wanted !== 403 || (["role", "target"].includes(missing?.[0]) && typeof reason === "string" && reason.length > 20);
    if (answer.status !== wanted || !told) wrong.push(`${what}: ${pair.actor} on ${pair.target}: ${answer.status} ${reason}`);
  };
  const seen = new Map<string, Answer["json"]>();
  for (const pair of all) {
    const { actor, by, id, reached } = pair;
    const resets = says(reached, actor);
    const changes = resets && says(CHANGING, actor);
    expect(await by.call("POST", `/v1/users/${id}/revoke-sessions`), resets ? 204 : 403, pair, "revoke-sessions");
    expect(await by.call("PATCH", `/v1/users/${id}`, { body: { surname: `By ${actor}` } }), changes ? 200 : 403, pair, "PATCH");
    const own = seen.get(actor) ?? (await seenBy(by));
    seen.set(actor, own);
    const actions = own?.[id]?.actions;
    const said =
      actions === undefined ? actor === "nobody" : actions.revokeSessions.allowed === resets && actions.change.allowed === changes;
    if (!said) wrong.push(`actions: ${actor} on ${pair.target}: ${JSON.stringify(actions)}`);
  }
  t.strictSame(wrong, []);
});

/** Everybody as a list shows them to an administrator, by id. */
async function seenBy(by: Administrator): Promise<Answer["json"]> {
  const list = await by.call("GET", "/v1/users?limit=500");
  return Object.fromEntries((list.json.items ?? []).map((user: { id: string }) => [user.id, user]));
}

t.test("K05: nobody does it to themselves, whatever they hold", async (t) => {
  const run = await startProduct(t);
  for (const role of Object.values(ACTORS)) {
    const self = await newAdministrator(run, [role]);
    for (const [method, path, body] of [
      ["POST", "revoke-sessions"],
      ["POST", "unlock"],
      ["PATCH", "", { enabled: true }],
      ["POST", "offboard"],
      ["DELETE", ""],
      ["PUT", "roles/directoryReaders"],
      ["DELETE", `roles/${role}`],
    ] as const) {
      const answer = await self.call(method, `/v1/users/${self.id}/${path}`.replace(/\/$/, ""), body === undefined ? {} : { body });
      t.match(answer.json, { status: 403, code: "forbidden" }, `${role}: ${method} ${path}`);
    }
  }
});

t.test(
  "the most privileged role of the target decides, by whichever way it came; one role of the caller must reach all of them",
  async (t) => {
    const run = await startProduct(t);
    const global = await newAdministrator(run, ["globalAdministrator"]);
    const helpdesk = await newAdministrator(run, ["helpdeskAdministrator"]);
    const both = await newAdministrator(run, ["helpdeskAdministrator", "authenticationAdministrator"]);
    const ends = async (by: Administrator, id: string) => (await by.call("POST", `/v1/users/${id}/revoke-sessions`)).status;

    const mixed = await newPerson(run, { roles: ["directoryReaders", "helpdeskAdministrator"] });
    t.equal(await ends(helpdesk, mixed.id), 204);
    t.equal((await global.call("PUT", `/v1/users/${mixed.id}/roles/billingAdministrator`)).status, 204);
    t.equal(await ends(helpdesk, mixed.id), 403);
    const split = await newPerson(run, { roles: ["helpdeskAdministrator", "authenticationAdministrator"] });
    t.equal(await ends(both, split.id), 403, "each of the two roles reaches one half");

    const member = await newPerson(run);
    t.equal(await ends(helpdesk, member.id), 204);
    const group = (await global.call("POST", "/v1/groups", { body: { name: "Readers", roleAssignable: true } })).json;
    t.equal((await global.call("PUT", `/v1/groups/${group.id}/members/${member.id}`)).status, 204);
    t.equal((await global.call("PUT", `/v1/groups/${group.id}/roles/directoryReaders`)).status, 204);
    t.equal(await ends(helpdesk, member.id), 403, "the role alone would not keep the help desk off, the group does");
    t.same((await global.call("GET", `/v1/users/${member.id}`)).json.roles, ["directoryReaders"]);
  },
);

t.test("GET /v1/roles serves the table", async (t) => {
  const run = await startProduct(t);
  const reader = await newAdministrator(run, ["directoryReaders"]);
  const { json } = await reader.call("GET", "/v1/roles");
  const shown = Object.fromEntries(json.items.map(({ role, reachedBy }: { role: string; reachedBy: string[] }) => [role, reachedBy]));
  const words = (short: string) =>
    short
      .split(" ")
      .map((actor) => ACTORS[actor])
      .sort();
  for (const { role } of ROLES) t.same([...shown[role]].sort(), words((REACHED as Record<string, string>)[role] ?? ANY_OTHER_ROLE), role);
  t.same([...json.noRole.reachedBy].sort(), words(REACHED[""]));
  t.same([...json.roleAssignableGroup.reachedBy].sort(), words(MEMBER_OF_A_ROLE_ASSIGNABLE_GROUP));
  const changing = json.reachingRoles.filter(({ changes }: { changes: boolean }) => changes).map(({ role }: { role: string }) => role);
  t.same([...changing].sort(), words(CHANGING));
  t.match(
    json.items.find(({ role }: { role: string }) => role === "globalAdministrator"),
    {
      name: "Global Administrator",
      twoGate: true,
      grantedBy: ["globalAdministrator"],
    },
  );
});
