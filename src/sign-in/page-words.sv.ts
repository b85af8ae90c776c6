import type { Catalogue } from "../kit/language.ts";
import type { OwnWordKey } from "./page-words.ts";

/** In Swedish. */
export const sv: Catalogue<OwnWordKey> = {
  signInTitle: "Logga in",
  signInIntro: "Här tar du hand om hur du visar vem du är, och om ditt lösenord.",
  userName: "Ditt användarnamn",
  userNameHint: "Det ser ut som en e-postadress, till exempel namn@contoso.example.",
  userNameMissing: "Skriv ditt användarnamn.",
  password: "Lösenord",
  passwordMissing: "Skriv ditt lösenord.",
  signIn: "Logga in",
  signInFailed: "Användarnamnet eller lösenordet stämmer inte, eller så kan kontot inte logga in just nu.",
  forgot: "Har du glömt lösenordet?",
  signedOut: "Du är utloggad.",
  sessionOver: "Du var borta en stund, så logga in igen. Inget har gått förlorat.",
  tooMany: "Det har varit för många försök med det här namnet eller från ditt nätverk. Du kan försöka igen om {wait}.",

  proofTitle: "Visa att det är du",
  secondStepIntro: "Lösenordet stämde. För det här kontot behövs en sak till.",
  proofIntro: "Innan något ändras vill vi vara säkra på att det verkligen är du. Det gäller i fem minuter.",
  proofAgainIntro: "Tack. Det här kontot skyddas av två bevis, så välj ett annat nu.",
  cancel: "Avbryt",

  changeTitle: "Byt lösenord",
  changeDueIntro: "Ditt lösenord har någon annan valt, eller så har det gått ut. Välj ett som bara du vet, så kommer du vidare.",
  changeIntro: "Du är kvar inloggad här och loggas ut överallt annars.",
  currentPassword: "Ditt lösenord nu",
  currentMissing: "Skriv lösenordet som du har nu.",
  currentWrong: "Det är inte lösenordet som du har nu.",
  change: "Byt lösenordet",
  changedTitle: "Ditt lösenord är bytt",
  changedText: "Från och med nu gäller det nya, var du än loggar in. Vi meddelar alla dina registrerade adresser.",
  goOn: "Gå vidare",

  nameTitle: "Vad är mitt användarnamn?",
  nameIntro: "Skriv en e-postadress eller ett mobilnummer som du har registrerat. Om det hör till ett konto skickar vi användarnamnet dit.",
  nameField: "E-postadress eller mobilnummer",
  nameHint: "Ett nummer börjar med landsnumret, till exempel +46 70 174 06 05.",
  nameMissing: "Skriv en e-postadress eller ett mobilnummer.",
  nameSend: "Skicka mitt användarnamn",
  nameSentTitle: "Håll utkik efter ett meddelande",
  nameSentText: "Om adressen hör till ett konto är ett meddelande med användarnamnet på väg dit. Det kan ta någon minut.",
  nameWait: "Det har kommit många försök. För att hålla robotar borta ber vi om lite tålamod: vänta i {wait} och skicka sedan.",
  nameForgotten: "Jag vet inte mitt användarnamn",
};
