/** Text as it stands in HTML, between tags and in quoted attributes, for the few places that no template escapes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
