import { Type } from "typebox";
import { callerOf, type NeedRights } from "../http/rights-guard.ts";
import { answers, exact, Nothing } from "../http/schemas.ts";
import type { Server } from "../http/server.ts";
import type { Clock } from "../kit/clock.ts";
import { groupId } from "./groups.http.ts";
import { CHANGING_ROLES, REACH_OF_NO_ROLE, REACH_OF_ROLE_ASSIGNABLE, REACHING_ROLES, type ReachingRole, reachOf } from "./reach.ts";
import { rightsOf } from "./rights.ts";
import type { RoleGrants } from "./role-grants.ts";
import { grantedBy } from "./role-rules.ts";
import { ROLES } from "./roles.ts";
import { UserId } from "./user-bodies.ts";
import { userAddress } from "./user-record.ts";
import { actOf } from "./user-writer.ts";

export interface RoleRoutes {
  readonly need: NeedRights;
  readonly grants: RoleGrants;
  readonly clock: Clock;
}

const Words = Type.Array(Type.String());
const ReachedBy = Type.Array(Type.String(), { description: "The administrators who may reset a holder, end sessions and lift lockouts." });
const RoleView = Type.Object(
  {
    role: Type.String(),
    name: Type.String(),
    twoGate: Type.Boolean({ description: "Holders meet the two-gate policy of administrators." }),
    reachedBy: ReachedBy,
    grantedBy: Words,
    rights: Type.Array(Type.String(), { description: "What the role lets its holder do at all; on whom is told by `reachedBy`." }),
  },
  exact,
);
const RolesView = Type.Object(
  {
    items: Type.Array(RoleView),
    nextCursor: Type.Null({ description: "There is one page." }),
    reachingRoles: Type.Array(Type.Object({ role: Type.String(), resets: Type.Boolean(), changes: Type.Boolean() }, exact), {
      description: "Who reaches anybody: for resets, and for changing the account and its recovery data.",
    }),
    noRole: Type.Object({ reachedBy: ReachedBy }, exact),
    roleAssignableGroup: Type.Object({ reachedBy: ReachedBy }, { ...exact, description: "Of its members, whether it has roles or not." }),
  },
  exact,
);
const RoleWord = Type.String({ enum: ROLES.map(({ role }) => role) });
const about = { tags: ["Roles"], security: [{ accessToken: [] }] };
const statuses = [400, 401, 403, 404, 409, 503] as const;

/** Who may do what to whom, and who holds it. Changed by people alone, with a fresh second step (contract, section 6). */
export function registerRoleRoutes(app: Server, { need, grants, clock }: RoleRoutes): void {
  app.get(
    "/v1/roles",
    {
      onRequest: need("users:read"),
      schema: { ...about, summary: "Roles, and who reaches whom", response: answers({ 200: RolesView }, 401, 403, 503) },
    },
    async () => VIEW,
  );
  for (const [path, of, grant, revoke] of [
    ["/v1/users/:id/roles/:role", "a person", onPerson(grants, "grant"), onPerson(grants, "revoke")],
    ["/v1/groups/:id/roles/:role", "a group", onGroup(grants, "grantToGroup"), onGroup(grants, "revokeFromGroup")],
  ] as const) {
    const params = Type.Object({ id: UserId, role: RoleWord }, exact);
    for (const [method, summary, act] of [
      ["PUT", `Give ${of} a role`, grant],
      ["DELETE", `Take a role from ${of}`, revoke],
    ] as const)
      app.route<{ Params: { id: string; role: string } }>({
        method,
        url: path,
        onRequest: need("roles:write"),
        schema: { ...about, summary, description: RULES, params, response: answers({ 204: Nothing }, ...statuses) },
        handler: async (request, reply) => {
          const { id, role } = request.params;
          await act(id, role, actOf(callerOf(request), clock));
          return reply.code(204).send(null);
        },
      });
  }
}

const RULES =
  "By people alone; never to or from oneself. `grantedBy` of the role says who may. An organisation keeps a Global Administrator who can sign in.";

type Done = (id: string, role: string, act: ReturnType<typeof actOf>) => Promise<void>;

function onPerson(grants: RoleGrants, what: "grant" | "revoke"): Done {
  return (id, role, act) => grants[what](userAddress(id), role, act);
}

function onGroup(grants: RoleGrants, what: "grantToGroup" | "revokeFromGroup"): Done {
  return (id, role, act) => grants[what](groupId(id), role, act);
}

const VIEW = {
  items: ROLES.map(({ role, name, twoGate }) => {
    return { role, name, twoGate, reachedBy: [...reachOf(role)], grantedBy: [...grantedBy(role)], rights: [...rightsOf([role])] };
  }),
  nextCursor: null,
  reachingRoles: REACHING_ROLES.map((role) => ({
    role,
    resets: true,
    changes: (CHANGING_ROLES as readonly ReachingRole[]).includes(role),
  })),
  noRole: { reachedBy: [...REACH_OF_NO_ROLE] },
  roleAssignableGroup: { reachedBy: [...REACH_OF_ROLE_ASSIGNABLE] },
};
