import type { Catalogue } from "../kit/language.ts";
import type { HelpWordKey } from "./help-words.ts";

/** The page that asks an administrator for help, in Swedish. */
export const sv: Catalogue<HelpWordKey> = {
  title: "Be en administratör om hjälp",
  intro: "Kan du inte återställa ditt lösenord här? Vi säger till dem som sköter ditt konto, och de hör av sig till dig.",
  userName: "Ditt användarnamn",
  userNameHint: "Namnet du loggar in med. Det ser ut som en e-postadress, till exempel namn@contoso.example.",
  userNameMissing: "Skriv ditt användarnamn.",
  message: "Vad har hänt? (valfritt)",
  messageHint: "En mening räcker. Skriv aldrig ett lösenord eller en kod här.",
  messageTooLong: "Skriv högst 500 tecken.",
  send: "Be om hjälp",
  wait: "Det har kommit många förfrågningar. För att hålla robotar borta ber vi om lite tålamod: vänta i {wait} och skicka sedan.",
  reset: "Återställ mitt lösenord själv",
  sentTitle: "Din förfrågan är på väg",
  sentText:
    "Om det finns ett konto med det namnet får de som sköter det veta det nu. De kontaktar dig på ett sätt som de redan känner till.",
  sentSafe: "De tar reda på att det är du. De frågar aldrig efter ditt lösenord eller en kod.",
};
