import t from "tap";
import { couldDo, type Question } from "../../src/administration/approver.ts";
import type { Target } from "../../src/users/reach.ts";
import { ROLES } from "../../src/users/roles.ts";

const person = (...roles: string[]) => ({ id: "anna", roles });
/** The roles that could agree, each by itself. */
const those = (question: Question) => ROLES.map(({ role }) => role).filter((role) => couldDo(person(role), question));
const somebody = (...roles: string[]): Target => ({ id: "cia", roles, inRoleAssignableGroup: false });

t.test("who could do the act is who may agree to it", async (t) => {
  t.strictSame(those({ kind: "reset-administrator", target: somebody("globalAdministrator") }), [
    "globalAdministrator",
    "privilegedAuthenticationAdministrator",
  ]);
  t.strictSame(those({ kind: "weaken-policy" }), ["authenticationPolicyAdministrator", "globalAdministrator"]);
  t.strictSame(those({ kind: "anything" }), ["globalAdministrator"]);
  const helpdesk = those({ kind: "reset-administrator", target: somebody("helpdeskAdministrator") });
  t.ok(helpdesk.includes("userAdministrator") && helpdesk.includes("helpdeskAdministrator"));
  t.notOk(helpdesk.includes("passwordAdministrator"));
});

t.test("nobody agrees to a reset of everybody that reaches further than they do", async (t) => {
  const everyone = (...requesterRoles: string[]) => those({ kind: "reset-everyone", requesterRoles });
  t.strictSame(everyone("globalAdministrator"), ["globalAdministrator", "privilegedAuthenticationAdministrator"]);
  t.ok(everyone("userAdministrator").includes("userAdministrator"));
  t.notOk(everyone("userAdministrator").includes("helpdeskAdministrator"));
  t.ok(everyone("passwordAdministrator").includes("passwordAdministrator"));
  t.strictSame(everyone(), everyone("passwordAdministrator"), "an application reaches those without a role, whom everybody reaches");
  t.notOk(everyone().includes("groupsAdministrator"), "who may reset nobody agrees to no reset");
});

t.test("nobody agrees to what is about themselves", async (t) => {
  const target = { ...somebody("globalAdministrator"), id: "anna" };
  t.notOk(couldDo(person("globalAdministrator"), { kind: "reset-administrator", target }));
});
