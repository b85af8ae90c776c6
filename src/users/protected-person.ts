/**
 * Whether an import must keep its hands off somebody. Any role will do, a reader's too: who reads everything is worth taking over. And
 * whoever is in a group that roles can be given to, as of `reach.ts`.
 */
export function isProtected(person: { readonly roles: readonly string[]; readonly inRoleAssignableGroup: boolean }): boolean {
  return person.roles.length > 0 || person.inRoleAssignableGroup;
}
