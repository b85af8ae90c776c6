/** U+0131 (dotless i) has an upper case, `I`, but by Unicode it folds to itself: else `mıke` would be `mike` (attacks A21). */
const DOTLESS_I = "\u0131";
const ASCII = /^[\x20-\x7e]*$/;

/**
 * The comparison form of a name: compatibility-normalised and case-folded, the same in every locale (Unicode's compatibility caseless
 * match, §3.13 D146). Two names are one name exactly when their folded forms are equal, bit by bit.
 *
 * JavaScript has no case folding, so each code point goes to upper case and then to lower case. One by one, because
 * `toLowerCase` of a whole word looks at the neighbours of a capital sigma; and decomposed, because an iota below (U+0345) becomes a
 * letter and must stand behind the other marks by then. Folding can take two rounds (`ẞ` → `ß` → `ss`), so it runs until
 * nothing changes: folding a folded form is a no-op.
 */
export function foldCase(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = text;
  for (;;) {
    const next = foldEach(folded.normalize("NFKD")).normalize("NFKC");
    if (next === folded) return folded;
    folded = next;
  }
}

function foldEach(text: string): string {
  let folded = "";
  for (const character of text) folded += character === DOTLESS_I ? character : character.toUpperCase().toLowerCase();
  return folded;
}
