/**
 * Base words that the banned password rule counts for every tenant, beside the tenant's own terms. Microsoft's global list is not
 * published; this one holds what guessing dictionaries begin with, in the languages of the product (English, Swedish): words for a
 * password or for getting in, keyboard rows, runs of digits, seasons, months, days and years (the usual answer to forced changes, and
 * birthdays), and the favourites of every leaked collection.
 *
 * Base words only, 4 to 16 characters: case, accents, `0 1 $ @` and one edit on the whole are the rule's work, longer variants are
 * what the common password list and the strength estimate are for. A listed word does not forbid a passphrase: it counts one point
 * instead of one for each letter. A refusal never names it (entra-sspr.md §5.4, §5.5).
 */
export const GLOBAL_TERMS: readonly string[] = [
  ...words("password passwort passphrase passcode secret losenord hemligt hemlig"),
  ...words("welcome valkommen letmein login logon access admin administrator root user guest test testing temp temporary default"),
  ...words("changeme change reset forgot newpassword master superuser support helpdesk service system server office company"),
  ...words("qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcv zxcvbn zxcvbnm qazwsx 1qaz 2wsx 3edc qweasd q1w2e3r4"),
  ...words("1234 12345 123456 1234567 12345678 123456789 1234567890 4321 654321 987654321 1111 0000 2222 6666 7777 9999"),
  ...words("123123 121212 112233 abcd abc123 abcdef abcdefg aaaa"),
  ...words("spring summer autumn fall winter january february march april june july august september october november december"),
  ...words("monday tuesday wednesday thursday friday saturday sunday christmas easter holiday"),
  ...words("sommar vinter host januari februari mars juni juli augusti oktober"),
  ...words("mandag tisdag onsdag torsdag fredag lordag sondag midsommar semester sverige stockholm"),
  ...words("dragon monkey shadow sunshine princess football baseball soccer hockey superman batman pokemon starwars trustno1"),
  ...words("iloveyou loveme lovely freedom whatever hello ninja mustang killer hunter flower cookie cheese computer internet"),
  ...words("google facebook microsoft windows apple samsung"),
  ...Array.from({ length: 90 }, (_, years) => String(1950 + years)),
];

function words(text: string): string[] {
  return text.split(" ");
}
