/** Where the words of a request are sealed to. Not the one request: the words of a later one may rest in the row of the first. */
export function messagePlace(tenantId: string, userId: string): string {
  return `help_requests/${tenantId}/${userId}`;
}
