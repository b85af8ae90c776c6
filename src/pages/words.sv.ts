import type { Catalogue } from "../kit/language.ts";
import type { FurnitureKey } from "./words.ts";

/** The furniture of every page, in Swedish. */
export const sv: Catalogue<FurnitureKey> = {
  language: "Språk",
  step: "Steg {number} av {count}: {name}",
  errorPrefix: "Fel: {title}",
  errorSummary: "Titta på det här först",
  errorBefore: "Fel:",
  startAgain: "Avbryt och börja om",
  seconds: "{count, plural, one {# sekund} other {# sekunder}}",
  minutes: "{count, plural, one {# minut} other {# minuter}}",
  hours: "{count, plural, one {# timme} other {# timmar}}",

  helpTitle: "Har du kört fast?",
  helpPlain: "Kontakta din administratör eller din helpdesk. De hjälper dig, och de frågar aldrig efter ditt lösenord eller en kod.",
  helpAsk: "Be en administratör om hjälp",
  helpSupportCode: "Säg den här supportkoden till dem, så hittar de ditt försök direkt:",
  helpUrl: "Öppna helpdesken",
  helpEmail: "Skriv till {email}",

  homeTitle: "Återställ ditt lösenord själv",
  homeIntro: "Alla glömmer ett lösenord ibland. Här visar du vem du är och väljer ett nytt, när som helst på dygnet.",
  homeReset: "Jag har glömt mitt lösenord",
  homeSignIn: "Logga in för att sköta din säkerhetsinfo",
  homeMore: "För utvecklare och administratörer",
  homeDocs: "API-dokumentation",
  homeOpenApi: "API:et som OpenAPI 3.1",
  homeOutbox: "Utkorg: meddelandena som skulle ha skickats (bara på den här datorn)",

  back: "Fortsätt",
  backHome: "Till första sidan",
  notFoundTitle: "Här finns ingen sida",
  notFoundText: "Adressen kan vara felskriven, eller så har sidan flyttats.",
  invalidTitle: "Vi kunde inte läsa det där",
  invalidText: "Det som din webbläsare skickade var ofullständigt eller ändrades på vägen. Inget har hänt. Försök en gång till.",
  formExpiredTitle: "Sidan var öppen för länge",
  formExpiredText:
    "Inget har hänt, och inget har gått förlorat. Fortsätt där du var. Om du hamnar här igen behöver du tillåta kakor för den här webbplatsen i webbläsaren.",
  foreignTitle: "Det där kom inte från vår sida",
  foreignText: "En annan webbplats försökte skicka något hit i ditt namn. Vi har inte tagit emot det, och inget har hänt.",
  tooManyTitle: "Vänta en liten stund",
  tooManyText: "Det har kommit många försök från ditt nätverk. Inget är trasigt. Kom tillbaka om {wait}.",
  tooManyTextPlain: "Det har kommit många försök från ditt nätverk. Inget är trasigt. Kom tillbaka om några minuter.",
  busyTitle: "Det går inte just nu",
  busyText: "Något som vi behöver svarar inte, eller så är det för mycket att göra. Inget har gått förlorat. Försök igen om {wait}.",
  busyTextPlain: "Något som vi behöver svarar inte, eller så är det för mycket att göra. Inget har gått förlorat. Försök igen om en minut.",
  brokenTitle: "Något gick fel hos oss",
  brokenText: "Det är inte ditt fel, och vi har noterat det. Försök igen. Händer det flera gånger, kontakta din administratör.",
};
