/** The pages of a reset, in English. Written for somebody upset, on a phone: short, calm, concrete, no blame. */
export const en = {
  stepName: "Who you are",
  stepProof: "Prove that it is you",
  stepPassword: "New password",

  startTitle: "Forgot your password?",
  startIntro: "It happens. In a few minutes you will have a new one. First we need to know which account it is about.",
  userName: "Your user name",
  userNameHint: "The name you sign in with. It looks like an email address, for example name@contoso.example.",
  userNameMissing: "Type your user name.",
  userNameIncomplete: "Type the whole user name, also the part after the @ sign.",

  nameForgotten: "I don't know my user name",

  workTitle: "One moment, please",
  workIntro: "There have been many tries from your network or for this name. To keep robots away we ask for a little patience.",
  workSolving: "Your browser is working on a sum that takes a moment. You need not do anything.",
  workAccount: "It is about the account {name}.",
  workWait: "Wait for {wait}, then choose Continue.",

  chooseTitle: "How can you prove that it is you?",
  chooseIntro: "Choose something that you registered earlier and can reach right now.",
  chooseNextTitle: "One more proof",
  chooseNextIntro: "The first one was right. This account is protected by two, so please choose another one.",
  chooseBack: "I have a code already",

  "codeIf.email": "If this account has an email address registered, a code is on its way there.",
  "codeIf.sms": "If this account has a mobile phone registered, a text message with a code is on its way there.",
  "codeIf.voice": "If this account has a mobile phone registered, we are calling it to read out a code.",
  "codeIf.officePhone": "If this account has an office phone registered, we are calling it to read out a code.",
  "codeIf.authenticatorApp":
    "If this account has an authenticator app registered, the app shows a code of six digits that changes every half minute.",
  "codeIf.recoveryCode": "If recovery codes were made for this account, type one that you have not used yet.",
  notSent: "The code could not be sent just now. Please try another way. Should it still arrive, it works.",
  notSentLook: "See whether it could be sent",
  otherReset: "You began another attempt in this browser. This is where that one stands; the older page is not valid any more.",

  questionsTitle: "Answer your questions",
  questionsIntro: "Capital letters and spaces do not matter. All answers have to be right.",
  questionsCheck: "Check the answers",
  answerMissing: "Answer every question.",
  answersRejected: "Not all of the answers were right. Which ones we do not say.",

  passwordTitle: "Choose a new password",
  passwordIntro: "Thank you, now we know that it is you. This is the last step.",
  passwordAgain: "What you have proved still counts. Just choose another password.",
  savePassword: "Set the new password",
  usedUpTitle: "Too many passwords have been tried",
  usedUpText:
    "This attempt takes no more of them. Your password has not been changed. Start again: after a new proof you can choose one. Three or four words that have nothing to do with each other make a good one.",

  doneTitle: "Your new password is set",
  doneText: "Sign in with it wherever you wanted to go. The old one no longer works.",
  doneEverywhere: "You have been signed out on all your devices. If you use the password in a mail app or on a phone, change it there too.",
  doneNotice: "We are sending a message to all your registered addresses. If somebody else ever did this, you would know.",
  doneAgain: "Reset another password",

  overTitle: "This attempt is over",
  overText:
    "It was open for too long, was cancelled, or another attempt for this account was finished first. It has not changed your password. You can start again.",
  overAgain: "Start again",
  settingTitle: "We are setting your password",
  settingText: "It takes a moment. Please do not type anything again.",
  settingGo: "See whether it is done",
  stuckTitle: "This needs a person's help",
  stuckText:
    "What you proved was right, but it is not enough to reset this account here. Your administrator can do it for you. Tell them the support code below.",
  cannotTitle: "This account cannot be reset here",
  "cannot.unknown-user": "We know no account of that name.",
  "cannot.account-disabled": "The account is disabled.",
  "cannot.recovery-frozen": "Resets of this account were stopped because somebody said that an earlier one was not theirs.",
  "cannot.too-few-methods": "Too few ways to prove who you are have been registered for it.",
  "cannot.not-allowed": "Resetting alone is not switched on for it.",
  cannotText: "Your administrator or your help desk can reset it for you. Tell them the support code below.",

  notMeTitle: "Was it not you?",
  notMeIntro: "A new password was set for your account at {organisation} on {when}. If it was you, close this page; nothing happens.",
  notMeIf: "If it was not you, stop it now:",
  notMeStopPassword: "the password that was set then stops working,",
  notMeStopSessions: "everybody who is signed in to your account is signed out,",
  notMeStopResets: "nobody can reset your password on our pages until your administrator has spoken to you.",
  notMeAfter: "You will need your administrator or help desk to get in again.",
  notMeButton: "It was not me. Stop it",
  notMeDoneTitle: "It is stopped",
  notMeDoneText: "Nobody can sign in with that password, all sessions have ended, and resets of your account are closed.",
  notMeDoneTextKept:
    "All sessions have ended, and resets of your account are closed. Your password has been changed again since then, and that newer one still works.",
  notMeDoneCall:
    "Call your administrator or help desk now, even at an odd hour. Tell them that a reset was not yours. They give you a new way in.",
  notMeDoneCheck: "If somebody else may read your email or your text messages, tell them that as well.",
  notMeGoneTitle: "This link is no longer good",
  notMeGoneText:
    "It is incomplete, or more than thirty days old. If you think that somebody reset your password, contact your administrator or help desk at once.",
} as const;
