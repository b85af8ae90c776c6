import type { Catalogue } from "../kit/language.ts";
import type { WordKey } from "./words.ts";

export const sv: Catalogue<WordKey> = {
  greeting: "Hej {name},",
  greetingPlain: "Hej,",
  codeSubject: "Din kod för att återställa lösenordet",
  codeIntro: "Använd den här koden för att återställa lösenordet för {account} hos {organisation}:",
  codeUse: "Skriv den bara på sidan där du bad om den. Den gäller i {minutes, plural, one {# minut} other {# minuter}}.",
  codeNever: "Läs aldrig upp koden för någon. Ingen från {organisation} frågar efter den, inte heller på telefon.",
  askedFrom: "Den begärdes {when} från {address}{device, select, none {} other { ({device})}}.",
  codeNotYou:
    "Om det inte var du behöver du inte göra något: utan koden förblir lösenordet som det är. Händer det igen, säg till din helpdesk.",
  codeText: "{organisation}: kod för att återställa ditt lösenord. Skriv den bara på vår sida, läs aldrig upp den.",
  callPrompt:
    "Hej, det här är {organisation}. Vi har en kod för att återställa ditt lösenord, eftersom någon bad om den på vår sida. Om det var du, tryck 1 för att höra den. Om inte, lägg på.",
  callCode: "Din kod är:",
  callAgain: "En gång till:",
  callNever: "Skriv den bara på sidan där du bad om den, och läs aldrig upp den för någon. Hej då.",
  callNoKey: "Ingen knapp trycktes, så ingen kod läses upp. Hej då.",
  callOver: "Den här koden gäller inte längre. Be om en ny på sidan. Hej då.",
  changedSubject: "Ditt lösenord har återställts",
  changedIntro:
    "Lösenordet för {account} hos {organisation} återställdes {when} från {address}{device, select, none {} other { ({device})}}.",
  changedYou: "Om det var du är allt som det ska. Logga in med det nya lösenordet; äldre sessioner har avslutats.",
  changedNotYou: "Om det inte var du, öppna den här sidan och säg det. Då stoppas det nya lösenordet och alla fler återställningar:",
  changedText: "{organisation}: ditt lösenord har återställts. Inte du? {link}",
  cannotSubject: "Om ditt försök att återställa lösenordet",
  cannotIntro:
    "Någon försökte återställa lösenordet för {account} hos {organisation} {when} från {address}{device, select, none {} other { ({device})}}.",
  cannotReason: "Det går inte att göra på sidan för det här kontot. {why}",
  cannotHelp: "Din helpdesk kan återställa det åt dig: {help}",
  cannotHelpPlain: "Din helpdesk eller administratör kan återställa det åt dig.",
  cannotNotYou: "Om det inte var du behöver du inte göra något.",
  whyDisabled: "Kontot är inaktiverat.",
  whyFrozen: "Återställning av kontot är stoppad eftersom någon sade att en tidigare inte var deras.",
  whyNotAllowed: "Självbetjäning är inte påslagen för det.",
  whyTooFew: "För få sätt att visa vem du är har registrerats.",
  cannotText: "{organisation}: ditt lösenord kan inte återställas på sidan. Kontakta din helpdesk.",
  pausedSubject: "För många felaktiga koder har skrivits för ditt konto",
  pausedIntro:
    "Någon försökte återställa lösenordet för {account} hos {organisation}. Den sista av för många felaktiga koder skrevs {when}.",
  pausedUntil:
    "För att stoppa gissandet kan {way, select, email {koder via e-post} phone {koder till en telefon} authenticatorApp {koder från en autentiseringsapp} other {sådana svar}} nekas till {until}. Andra sätt fungerar, och inloggningen också. Lösenordet är som det var.",
  pausedYou: "Om det var du, välj ett annat sätt eller fråga din helpdesk.",
  pausedNotYou: "Om det inte var du har ingen kommit in, och du behöver inte göra något. Läs aldrig upp en kod för någon.",
  pausedHelp: "Din helpdesk hittar vad som hände med supportkoden {supportCode}. Säg till om det fortsätter: {help}",
  pausedHelpPlain: "Din helpdesk eller administratör hittar vad som hände med supportkoden {supportCode}. Säg till om det fortsätter.",
  pausedText:
    "{organisation}: för många fel koder skrevs för att återställa ditt lösenord. Det är som det var. Inte du? Säg till helpdesk: {supportCode}",
  footer: "Det här meddelandet skickades av {organisation} på grund av något som hände med ditt konto. Ingen läser svar på det.",
};
