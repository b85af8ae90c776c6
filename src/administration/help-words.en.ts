/** The page that asks an administrator for help, in English. */
export const en = {
  title: "Ask an administrator for help",
  intro: "Can you not reset your password here? We tell those who look after your account, and they get in touch with you.",
  userName: "Your user name",
  userNameHint: "The name you sign in with. It looks like an email address, for example name@contoso.example.",
  userNameMissing: "Type your user name.",
  message: "What has happened? (optional)",
  messageHint: "A sentence is enough. Never write a password or a code here.",
  messageTooLong: "Write 500 characters at most.",
  send: "Ask for help",
  wait: "There have been many requests. To keep robots away we ask for a little patience: wait for {wait}, then send it.",
  reset: "Reset my password myself",
  sentTitle: "Your request is on its way",
  sentText: "If there is an account of that name, those who look after it are told now. They contact you in a way that they already know.",
  sentSafe: "They will make sure that it is you. They never ask for your password or for a code.",
} as const;
