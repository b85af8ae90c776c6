import type { Catalogue } from "../kit/language.ts";
import type { en } from "./change-words.en.ts";

export const sv: Catalogue<keyof typeof en> = {
  title: "Var det inte du?",
  intro:
    "{when} ändrades säkerhetsinfon för ditt konto hos {organisation}. Om det inte var du kan du stoppa det här: alla sessioner avslutas, och ingen kan återställa lösenordet förrän du eller din administratör har rett ut det.",
  button: "Det var inte jag: stoppa det",
  doneTitle: "Det är stoppat",
  done: "Alla sessioner har avslutats och återställningar är stoppade. Säg till din helpdesk nu, eller logga in, visa på två sätt vem du är och gå igenom din säkerhetsinfo.",
  goneTitle: "Länken gäller inte längre",
  gone: "Den är för gammal eller inte hel. Om något hände med ditt konto som inte var du, säg till din helpdesk.",
};
