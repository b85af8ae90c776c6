/** Where the value that a change replaced is sealed to, on its way to its notice. */
export function formerPlace(linkId: string): string {
  return `former/${linkId}`;
}
