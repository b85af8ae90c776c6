/** The page behind the link of a reset by an administrator, in English. */
export const en = {
  title: "Choose your new password",
  intro: "An administrator of {organisation} has reset your password. Choose a new one here, and sign in with it.",
  again: "Nothing is used up. Choose another one.",
  save: "Save the new password",
  tooMany: "There have been too many tries. You can try again in {wait}, or ask your administrator for a new link.",
  setTitle: "Your new password is set",
  setText: "From now on it counts, wherever you sign in. We are telling all your registered addresses.",
  signIn: "Sign in",
  goneTitle: "This link is no longer good",
  goneText:
    "It may have been used, replaced by a newer one, or it is past its end. Nothing has changed. Ask your administrator or your help desk for a new one.",
} as const;
