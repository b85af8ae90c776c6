import type { Catalogue } from "../kit/language.ts";
import type { WordKey } from "./words.ts";

export const sv: Catalogue<WordKey> = {
  greeting: "Hej {name},",
  greetingPlain: "Hej,",
  codeSubject:
    "Din kod för att {purpose, select, registration {registrera den här adressen} unlock {låsa upp ditt konto} signIn {logga in} proof {bekräfta att det är du} other {återställa ditt lösenord}}",
  codeIntro:
    "Använd den här koden för att {purpose, select, registration {registrera den här adressen för} unlock {låsa upp} signIn {logga in som} proof {bekräfta att du är} other {återställa lösenordet för}} {account} hos {organisation}:",
  codeUse: "Skriv den bara på sidan där du bad om den. Den gäller i {minutes, plural, one {# minut} other {# minuter}}.",
  codeNever: "Läs aldrig upp koden för någon. Ingen från {organisation} frågar efter den, inte heller på telefon.",
  askedFrom: "Den begärdes {when} från {address}{device, select, none {} other { ({device})}}.",
  codeNotYou:
    "Om det inte var du {purpose, select, registration {behöver du inte göra något: utan koden registreras inte adressen.} signIn {kan någon ditt lösenord: byt det nu och säg till din helpdesk.} proof {använder någon ditt konto: byt lösenord nu och säg till din helpdesk.} other {behöver du inte göra något: utan koden förblir lösenordet som det är. Händer det igen, säg till din helpdesk.}}",
  codeText:
    "{organisation}: kod för att {purpose, select, registration {registrera det här numret} unlock {låsa upp ditt konto} signIn {logga in} proof {bekräfta att det är du} other {återställa ditt lösenord}}. Skriv den bara på vår sida, läs aldrig upp den.",
  callPrompt:
    "Hej, det här är {organisation}. Vi har en kod för att {purpose, select, registration {registrera det här numret} unlock {låsa upp ditt konto} signIn {logga in} proof {bekräfta att det är du} other {återställa ditt lösenord}}, eftersom någon bad om den på vår sida. Om det var du, tryck 1 för att höra den. Om inte, lägg på.",
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
  unlockedSubject: "Ditt konto har låsts upp",
  unlockedIntro:
    "Kontot {account} hos {organisation} låstes upp {when} från {address}{device, select, none {} other { ({device})}}. Lösenordet är som det var.",
  unlockedYou: "Om det var du är allt som det ska. Logga in med ditt lösenord.",
  unlockedNotYou: "Om det inte var du kan någon läsa koder som är till dig. Säg till din helpdesk nu.",
  unlockedText: "{organisation}: ditt konto har låsts upp, lösenordet är som det var. Inte du? Säg till din helpdesk.",
  ownChangeSubject: "Ditt lösenord har ändrats",
  ownChangeIntro:
    "Lösenordet för {account} hos {organisation} ändrades {when} från {address}{device, select, none {} other { ({device})}}, med det gamla lösenordet.",
  ownChangeYou: "Om det var du är allt som det ska. Andra sessioner har avslutats.",
  ownChangeText: "{organisation}: ditt lösenord har ändrats. Inte du? {link}",
  userNameSubject: "Ditt användarnamn",
  userNameIntro: "{count, plural, one {Det här är användarnamnet} other {Det här är användarnamnen}} för den här adressen:",
  userNameUse: "Logga in med det, eller använd det för att återställa ditt lösenord.",
  userNameNotYou: "Om det inte var du behöver du inte göra något. Inget har ändrats, och ingen annan har fått veta det.",
  userNameText: "{organisation}: {count, plural, one {ditt användarnamn är} other {dina användarnamn är}} {account}",
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
  methodSubject: "Din säkerhetsinfo har ändrats",
  methodIntro:
    "{type, select, email {En e-postadress} mobilePhone {Ett mobilnummer} officePhone {Ett arbetsnummer} authenticatorApp {En autentiseringsapp} recoveryCodes {En uppsättning återställningskoder} other {En uppsättning svar på säkerhetsfrågor}} {change, select, added {lades till i} changed {byttes i} other {togs bort ur}} säkerhetsinfon för {account} hos {organisation} {when} från {address}{device, select, none {} other { ({device})}}.",
  methodYou: "Om det var du är allt som det ska.",
  methodNotYou: "Om det inte var du, öppna den här sidan och säg det. Då avslutas alla sessioner och alla återställningar stoppas:",
  methodNotYouPlain: "Om det inte var du, säg till din helpdesk nu.",
  methodText: "{organisation}: din säkerhetsinfo har ändrats. Inte du? {link}",
  methodTextPlain: "{organisation}: din säkerhetsinfo har ändrats. Inte du? Säg till din helpdesk.",
  codeUsedSubject: "En återställningskod har använts",
  codeUsedIntro: "En återställningskod för {account} hos {organisation} användes {when}. Den gäller inte längre.",
  codeUsedLeft:
    "{left, plural, =0 {Ingen är kvar.} other {# är kvar.}} Skapa en ny uppsättning under säkerhetsinfo när du är inloggad: då slutar de gamla att gälla.",
  codeUsedText: "{organisation}: en återställningskod har använts, {left} kvar. Inte du? {link}",
  resetForYouSubject: "Ditt lösenord har återställts åt dig",
  resetForYouIntro:
    "En administratör hos {organisation} återställde lösenordet för {account} {when}. Det gamla öppnar ingenting mer, och sessioner har avslutats.",
  resetForYouNext:
    "{given, select, link {En länk där du väljer ett nytt lösenord är på väg till dig med e-post.} both {Du får ett nytt lösenord av din administratör, eller väljer ett på länken som är på väg till dig med e-post.} other {Du får det nya lösenordet av din administratör. Det skickas aldrig i ett meddelande som det här.}}",
  resetForYouNotYou:
    "Om du inte väntade dig det här, fråga din helpdesk. Vill du stoppa det nya lösenordet och alla fler återställningar, öppna den här sidan och säg det:",
  resetForYouText: "{organisation}: ditt lösenord återställdes åt dig. Oväntat? {link}",
  resetLinkSubject: "Välj ditt nya lösenord",
  resetLinkIntro: "En administratör hos {organisation} har återställt lösenordet för ett konto åt dig. Välj ett nytt på den här sidan:",
  resetLinkUntil: "Sidan kan användas en gång, till {until}. Att öppna den ändrar ingenting; det gör bara ditt nya lösenord.",
  resetLinkNever: "Ge inte länken till någon: den som har den kan välja lösenordet. Ingen från {organisation} frågar efter den.",
  administratorsSubject:
    "{notice, select, passwordReset {Ett lösenord har återställts åt någon} jobFinished {Många lösenord har ändrats} breakGlass {Ett nödkonto har använts} actedAlone {En viktig åtgärd gjordes av en person ensam} recovered {En administratör har återställts utifrån} twoPersonRule {Tvåpersonsregeln har slagits {state, select, on {på} other {av}}} roleChanged {{state, select, on {Det finns en ny global administratör} other {Någon är inte längre global administratör}}} other {En administratör har gjort något}} ({organisation})",
  administratorsIntro:
    "{notice, select, passwordReset {Lösenordet för {target} hos {organisation} återställdes {when}. Kontots sessioner har avslutats.} jobFinished {Ett jobb för {total, plural, one {# person} other {# personer}} hos {organisation} slutade {when}: {done} klara, {failed} misslyckades.} breakGlass {Nödkontot {target} hos {organisation} loggade in {when}. Sådana konton är till för dagen då inget annat fungerar.} actedAlone {Tvåpersonsregeln hos {organisation} är på, men ingen annan kunde ha godkänt. Det var {when} som {act, select, resetAdministrator {en global administratör återställdes} resetEveryone {alla återställdes} weakenPolicy {policyn försvagades} other {något som kräver två personer gjordes}} av en person ensam.} recovered {Åtkomsten för {target} som administratör hos {organisation} återställdes {when} av den som driver installationen.} twoPersonRule {Regeln att viktiga åtgärder hos {organisation} kräver två personer slogs {state, select, on {på} other {av}} {when}.} roleChanged {{target} {state, select, on {har blivit} other {är inte längre}} global administratör hos {organisation}. Det ändrades {when}.} other {Det gäller {organisation}, {when}.}}",
  administratorsBy:
    "Det gjordes av {actorKind, select, user {{actor}} app {programmet {actor}} operator {den som driver installationen} anonymous {någon som inte var inloggad} other {tjänsten själv}}.",
  administratorsWrong: "Om du inte väntade dig det här, titta i granskningsloggen nu och tala med de andra administratörerna.",
  administratorsText:
    "{organisation}: {notice, select, passwordReset {ett lösenord har återställts} jobFinished {många lösenord har ändrats} breakGlass {ett nödkonto har använts} actedAlone {en viktig åtgärd gjordes ensam} recovered {en administratör har återställts} roleChanged {globala administratörer har ändrats} other {tvåpersonsregeln har ändrats}}. Oväntat? Se granskningsloggen.",
  approvalSubject: "{organisation}: ditt godkännande behövs",
  approvalIntro:
    "{requester} vill {act, select, resetAdministrator {återställa lösenordet för {target}} resetEveryone {återställa lösenorden för alla inom räckhåll} other {försvaga policyn}} hos {organisation} och bad om det {when}. Det görs bara om en annan administratör godkänner.",
  approvalHow: "Logga in i administrationen, se vad det gäller och godkänn eller avslå senast {until}. Därefter måste det begäras på nytt.",
  approvalAsk: "Tala med {requester} innan du godkänner, på ett sätt som du känner till. Om du inte väntade dig det här, avslå.",
  approvalText: "{organisation}: {requester} ber dig godkänna en administrativ åtgärd. Logga in och se efter. Oväntat? Avslå.",
  passwordJobSubject: "{organisation}: ett jobb för {total, plural, one {# person} other {# personer}} är klart",
  passwordJobIntro:
    "Jobbet som du beställde hos {organisation} avslutades {when}: {done} klara, {failed} misslyckades, {skipped} hoppades över, av {total}.",
  passwordJobResults:
    "Här står hur det gick för var och en. Det öppnas bara för dig, när du har loggat in, och lösenorden finns kvar i 24 timmar:",
  passwordJobNever: "Lösenord skickas aldrig med e-post. Ge var och en sitt, öga mot öga eller per telefon.",
  helpSubject: "Någon behöver hjälp med sitt konto",
  helpIntro:
    "Någon bad på vår sida {when} från {address}{device, select, none {} other { ({device})}} om hjälp med kontot {account} hos {organisation}.",
  helpCheck: "Det kan vara vem som helst. Ta reda på vem som frågar innan du återställer något: ring ett nummer som du redan har.",
  helpFind: "Bland hjälpförfrågningarna hittar du den med supportkoden {supportCode}.",
  helpWrote: "Ett meddelande lämnades. Läs det där, och följ ingen länk i det.",
  helpMore: "Fler förfrågningar inom en timme räknas bara.",
  helpToldSubject: "Dina administratörer har ombetts hjälpa dig",
  helpToldIntro:
    "Någon bad på vår sida {when} från {address}{device, select, none {} other { ({device})}} om hjälp med ditt konto {account} hos {organisation}. De som kan hjälpa har fått veta det.",
  helpToldYou:
    "Om det var du, vänta på dem eller säg supportkoden {supportCode} till dem. De frågar aldrig efter ditt lösenord eller en kod.",
  helpToldNotYou: "Om det inte var du, säg till din helpdesk, så att ingen annan får hjälp in på ditt konto.",
  footer: "Det här meddelandet skickades av {organisation} på grund av något som hände med ditt konto. Ingen läser svar på det.",
};
