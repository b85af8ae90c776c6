export const en = {
  title: "Was it not you?",
  intro:
    "On {when} the security info of your account at {organisation} was changed. If that was not you, stop it here: every session ends, and nobody can reset the password until you or your administrator have cleared it up.",
  button: "It was not me: stop it",
  doneTitle: "It is stopped",
  done: "Every session has ended and resets are stopped. Tell your help desk now, or sign in, prove who you are in two ways, and check your security info.",
  goneTitle: "This link is no longer good",
  gone: "It is too old, or not complete. If something happened to your account that was not you, tell your help desk.",
} as const;
