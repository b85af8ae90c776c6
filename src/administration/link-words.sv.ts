import type { Catalogue } from "../kit/language.ts";
import type { LinkWordKey } from "./link-words.ts";

/** Sidan bakom länken i en återställning som en administratör har gjort. */
export const sv: Catalogue<LinkWordKey> = {
  title: "Välj ditt nya lösenord",
  intro: "En administratör hos {organisation} har återställt ditt lösenord. Välj ett nytt här och logga in med det.",
  again: "Inget är förbrukat. Välj ett annat.",
  save: "Spara det nya lösenordet",
  tooMany: "Det har varit för många försök. Du kan försöka igen om {wait}, eller be din administratör om en ny länk.",
  setTitle: "Ditt nya lösenord är sparat",
  setText: "Från och med nu gäller det, var du än loggar in. Vi meddelar alla dina registrerade adresser.",
  signIn: "Logga in",
  goneTitle: "Länken gäller inte längre",
  goneText: "Den kan ha använts, ersatts av en nyare eller gått ut. Inget har ändrats. Be din administratör eller din helpdesk om en ny.",
};
