import type { Catalogue } from "../kit/language.ts";
import type { OwnWordKey } from "./page-words.ts";

/** The pages of a reset, in Swedish. */
export const sv: Catalogue<OwnWordKey> = {
  stepName: "Vem du är",
  stepProof: "Visa att det är du",
  stepPassword: "Nytt lösenord",

  startTitle: "Har du glömt ditt lösenord?",
  startIntro: "Det händer alla. Om några minuter har du ett nytt. Först behöver vi veta vilket konto det gäller.",
  userName: "Ditt användarnamn",
  userNameHint: "Namnet som du loggar in med. Det ser ut som en e-postadress, till exempel namn@contoso.example.",
  userNameMissing: "Skriv ditt användarnamn.",
  userNameIncomplete: "Skriv hela användarnamnet, även delen efter @-tecknet.",

  nameForgotten: "Jag vet inte mitt användarnamn",

  workTitle: "Ett ögonblick",
  workIntro: "Det har kommit många försök från ditt nätverk eller för det här namnet. För att hålla robotar borta ber vi om lite tålamod.",
  workSolving: "Din webbläsare löser ett räknetal, och det tar en liten stund. Du behöver inte göra något.",
  workAccount: "Det gäller kontot {name}.",
  workWait: "Vänta i {wait} och välj sedan Fortsätt.",

  chooseTitle: "Hur kan du visa att det är du?",
  chooseIntro: "Välj något som du har registrerat tidigare och kommer åt just nu.",
  chooseNextTitle: "Ett bevis till",
  chooseNextIntro: "Det första stämde. Det här kontot skyddas av två, så välj ett annat nu.",
  chooseBack: "Jag har redan en kod",

  "codeIf.email": "Om en e-postadress är registrerad för kontot är en kod på väg dit.",
  "codeIf.sms": "Om ett mobilnummer är registrerat för kontot är ett sms med en kod på väg dit.",
  "codeIf.voice": "Om ett mobilnummer är registrerat för kontot ringer vi det nu och läser upp en kod.",
  "codeIf.officePhone": "Om en telefon på jobbet är registrerad för kontot ringer vi den nu och läser upp en kod.",
  "codeIf.authenticatorApp":
    "Om en autentiseringsapp är registrerad för kontot visar appen en kod med sex siffror som byts var trettionde sekund.",
  "codeIf.recoveryCode": "Om kontot har återställningskoder, skriv en som du inte har använt än.",
  notSent: "Koden kunde inte skickas just nu. Prova ett annat sätt. Om den kommer ändå så gäller den.",
  notSentLook: "Se om den kunde skickas",
  otherReset: "Du har påbörjat ett nytt försök i den här webbläsaren. Det är det du ser nu; den äldre sidan gäller inte längre.",

  questionsTitle: "Svara på dina frågor",
  questionsIntro: "Stora bokstäver och mellanslag spelar ingen roll. Alla svar måste vara rätt.",
  questionsCheck: "Kontrollera svaren",
  answerMissing: "Svara på varje fråga.",
  answersRejected: "Alla svar var inte rätt. Vilka säger vi inte.",

  passwordTitle: "Välj ett nytt lösenord",
  passwordIntro: "Tack, nu vet vi att det är du. Det här är sista steget.",
  passwordAgain: "Det du har visat gäller fortfarande. Välj bara ett annat lösenord.",
  savePassword: "Spara det nya lösenordet",
  usedUpTitle: "För många lösenord har provats",
  usedUpText:
    "Det här försöket tar inte emot fler. Ditt lösenord har inte ändrats. Börja om: när du har visat igen att det är du kan du välja ett nytt. Tre eller fyra ord som inte hör ihop blir ett bra lösenord.",

  doneTitle: "Ditt nya lösenord är klart",
  doneText: "Logga in med det där du ville logga in. Det gamla fungerar inte längre.",
  doneEverywhere:
    "Du har loggats ut på alla dina enheter. Använder du lösenordet i ett e-postprogram eller i mobilen behöver du byta det där också.",
  doneNotice: "Vi skickar ett meddelande till alla adresser du har registrerat. Om någon annan skulle göra det här får du alltså veta det.",
  doneAgain: "Återställ ett annat lösenord",

  overTitle: "Det här försöket är avslutat",
  overText:
    "Det var öppet för länge, avbröts, eller så hann ett annat försök för kontot före. Det har inte ändrat ditt lösenord. Du kan börja om.",
  overAgain: "Börja om",
  settingTitle: "Vi sparar ditt lösenord",
  settingText: "Det tar ett ögonblick. Du behöver inte skriva något igen.",
  settingGo: "Se om det är klart",
  stuckTitle: "Här behövs en människa",
  stuckText:
    "Det du visade stämde, men det räcker inte för att återställa det här kontot här. Din administratör kan göra det åt dig. Säg supportkoden nedan.",
  cannotTitle: "Det här kontot kan inte återställas här",
  "cannot.unknown-user": "Vi känner inte till något konto med det namnet.",
  "cannot.account-disabled": "Kontot är avstängt.",
  "cannot.recovery-frozen": "Återställning av kontot är stoppad, eftersom någon har sagt att en tidigare inte var deras.",
  "cannot.too-few-methods": "För få sätt att visa vem du är har registrerats för det.",
  "cannot.not-allowed": "Det är inte påslaget för det här kontot att återställa själv.",
  cannotText: "Din administratör eller din helpdesk kan återställa det åt dig. Säg supportkoden nedan.",

  notMeTitle: "Var det inte du?",
  notMeIntro: "Ett nytt lösenord sattes för ditt konto hos {organisation} {when}. Om det var du kan du stänga sidan; då händer ingenting.",
  notMeIf: "Om det inte var du, stoppa det nu:",
  notMeStopPassword: "lösenordet som sattes då slutar fungera,",
  notMeStopSessions: "alla som är inloggade på ditt konto loggas ut,",
  notMeStopResets: "ingen kan återställa ditt lösenord på våra sidor förrän din administratör har talat med dig.",
  notMeAfter: "Du behöver sedan hjälp av din administratör eller helpdesk för att komma in igen.",
  notMeButton: "Det var inte jag. Stoppa det",
  notMeDoneTitle: "Det är stoppat",
  notMeDoneText: "Ingen kan logga in med det lösenordet, alla sessioner är avslutade och ditt konto kan inte återställas.",
  notMeDoneTextKept:
    "Alla sessioner är avslutade och ditt konto kan inte återställas. Ditt lösenord har bytts igen sedan dess, och det nyare fungerar fortfarande.",
  notMeDoneCall:
    "Ring din administratör eller helpdesk nu, även om det är sent. Säg att en återställning inte var din. De ger dig en ny väg in.",
  notMeDoneCheck: "Om någon annan kan läsa din e-post eller dina sms, säg det också.",
  notMeGoneTitle: "Den här länken gäller inte längre",
  notMeGoneText:
    "Den är ofullständig eller äldre än trettio dagar. Om du tror att någon har återställt ditt lösenord, kontakta din administratör eller helpdesk direkt.",
};
