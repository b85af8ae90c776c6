/** Whether an import must keep its hands off somebody. Any role will do, a reader's too: who reads everything is worth taking over. */
export function isProtected(roles: readonly string[]): boolean {
  return roles.length > 0;
}
