/** The place where the next page of a list begins, opaque to the caller: the key of the last item, in base64url. */
export function cursorAt(key: string): string {
  return Buffer.from(key).toString("base64url");
}

const CONTROL = /\p{Cc}/u;

/** The key behind a cursor; `null` for one that we have not made. What comes out is fit for PostgreSQL: well-formed, no NUL. */
export function keyOfCursor(cursor: string): string | null {
  const key = Buffer.from(cursor, "base64url").toString();
  return cursorAt(key) === cursor && !CONTROL.test(key) ? key : null;
}
