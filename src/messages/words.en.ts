export const en = {
  greeting: "Hello {name},",
  greetingPlain: "Hello,",
  codeSubject:
    "Your code to {purpose, select, registration {register this address} unlock {unlock your account} signIn {sign in} proof {confirm that it is you} other {reset your password}}",
  codeIntro:
    "Use this code to {purpose, select, registration {register this address for} unlock {unlock} signIn {sign in as} proof {confirm that you are} other {reset the password of}} {account} at {organisation}:",
  codeUse: "Type it only on the page where you asked for it. It is good for {minutes, plural, one {# minute} other {# minutes}}.",
  codeNever: "Never read this code to anyone. Nobody from {organisation} will ask for it, not on the phone either.",
  askedFrom: "It was asked for on {when} from {address}{device, select, none {} other { ({device})}}.",
  codeNotYou:
    "If it was not you, {purpose, select, registration {do nothing: without the code this address is not registered.} signIn {somebody knows your password: change it now, and tell your help desk.} proof {somebody is using your account: change your password now, and tell your help desk.} other {do nothing: without the code your password stays as it is. If it happens again, tell your help desk.}}",
  codeText:
    "{organisation}: code to {purpose, select, registration {register this number} unlock {unlock your account} signIn {sign in} proof {confirm that it is you} other {reset your password}}. Type it only on our page, never read it to anyone.",
  callPrompt:
    "Hello, this is {organisation}. We have a code to {purpose, select, registration {register this number} unlock {unlock your account} signIn {sign in} proof {confirm that it is you} other {reset your password}}, because somebody asked for it on our page. If that was you, press 1 to hear it. If not, hang up.",
  callCode: "Your code is:",
  callAgain: "Once more:",
  callNever: "Type it only on the page where you asked for it, and never read it to anyone. Goodbye.",
  callNoKey: "No key was pressed, so no code is read out. Goodbye.",
  callOver: "This code is no longer good. Ask for a new one on the page. Goodbye.",
  changedSubject: "Your password was reset",
  changedIntro:
    "The password of {account} at {organisation} was reset on {when} from {address}{device, select, none {} other { ({device})}}.",
  changedYou: "If it was you, all is well. Sign in with the new password; older sessions have ended.",
  changedNotYou: "If it was not you, open this page and say so. It stops the new password and every further reset:",
  changedText: "{organisation}: your password was reset. Not you? {link}",
  unlockedSubject: "Your account was unlocked",
  unlockedIntro:
    "The account {account} at {organisation} was unlocked on {when} from {address}{device, select, none {} other { ({device})}}. The password is as it was.",
  unlockedYou: "If it was you, all is well. Sign in with your password.",
  unlockedNotYou: "If it was not you, somebody can read codes that are meant for you. Tell your help desk now.",
  unlockedText: "{organisation}: your account was unlocked, the password is as it was. Not you? Tell your help desk.",
  ownChangeSubject: "Your password was changed",
  ownChangeIntro:
    "The password of {account} at {organisation} was changed on {when} from {address}{device, select, none {} other { ({device})}}, with the old password.",
  ownChangeYou: "If it was you, all is well. Other sessions have ended.",
  ownChangeText: "{organisation}: your password was changed. Not you? {link}",
  userNameSubject: "Your user name",
  userNameIntro: "{count, plural, one {This is the user name} other {These are the user names}} for this address:",
  userNameUse: "Sign in with it, or use it to reset your password.",
  userNameNotYou: "If it was not you, do nothing. Nothing was changed, and nobody else was told.",
  userNameText: "{organisation}: your user {count, plural, one {name is} other {names are}} {account}",
  cannotSubject: "About your attempt to reset your password",
  cannotIntro:
    "Somebody tried to reset the password of {account} at {organisation} on {when} from {address}{device, select, none {} other { ({device})}}.",
  cannotReason: "It cannot be done on the page for this account. {why}",
  cannotHelp: "Your help desk can reset it for you: {help}",
  cannotHelpPlain: "Your help desk or your administrator can reset it for you.",
  cannotNotYou: "If it was not you, there is nothing to do.",
  whyDisabled: "The account is disabled.",
  whyFrozen: "Resets of this account were stopped because somebody said an earlier one was not theirs.",
  whyNotAllowed: "Resetting alone is not switched on for it.",
  whyTooFew: "Too few ways to prove who you are have been registered.",
  cannotText: "{organisation}: your password cannot be reset on the page. Please contact your help desk.",
  pausedSubject: "Too many wrong codes were typed for your account",
  pausedIntro: "Somebody tried to reset the password of {account} at {organisation}. The last of too many wrong codes was typed on {when}.",
  pausedUntil:
    "To stop the guessing, {way, select, email {codes sent by email} phone {codes sent to a phone} authenticatorApp {codes of an authenticator app} other {such answers}} may be refused until {until}. Other ways still work, and so does signing in. Your password is as it was.",
  pausedYou: "If it was you, choose another way, or ask your help desk.",
  pausedNotYou: "If it was not you, nobody got in, and there is nothing you must do. Never read a code to anyone.",
  pausedHelp: "Your help desk finds what happened by the support code {supportCode}. Tell them if it goes on: {help}",
  pausedHelpPlain: "Your help desk or your administrator finds what happened by the support code {supportCode}. Tell them if it goes on.",
  pausedText:
    "{organisation}: too many wrong codes were typed to reset your password. It is as it was. Not you? Tell your help desk: {supportCode}",
  methodSubject: "Your security info was changed",
  methodIntro:
    "{type, select, email {An email address} mobilePhone {A mobile phone number} officePhone {An office phone number} authenticatorApp {An authenticator app} recoveryCodes {A set of recovery codes} other {A set of answers to security questions}} was {change, select, added {added to} changed {changed in} other {removed from}} the security info of {account} at {organisation} on {when} from {address}{device, select, none {} other { ({device})}}.",
  methodYou: "If it was you, all is well.",
  methodNotYou: "If it was not you, open this page and say so. It ends every session and stops every reset:",
  methodNotYouPlain: "If it was not you, tell your help desk now.",
  methodText: "{organisation}: your security info was changed. Not you? {link}",
  methodTextPlain: "{organisation}: your security info was changed. Not you? Tell your help desk.",
  codeUsedSubject: "A recovery code was used",
  codeUsedIntro: "A recovery code of {account} at {organisation} was used on {when}. It is good no more.",
  codeUsedLeft:
    "{left, plural, =0 {None is left.} one {# is left.} other {# are left.}} Make a new set under security info when you are signed in: the old ones end with it.",
  codeUsedText: "{organisation}: a recovery code was used, {left} left. Not you? {link}",
  resetForYouSubject: "Your password was reset for you",
  resetForYouIntro:
    "An administrator of {organisation} reset the password of {account} on {when}. The old one opens nothing any more, and sessions have ended.",
  resetForYouNext:
    "{given, select, link {A link on which you choose a new password is on its way to you by mail.} both {You get a new password from your administrator, or choose one on the link that is on its way to you by mail.} other {You get the new password from your administrator. They will not send it in a message like this one.}}",
  resetForYouNotYou:
    "If you did not expect this, ask your help desk. To stop the new password and every further reset, open this page and say so:",
  resetForYouText: "{organisation}: your password was reset for you. Not expected? {link}",
  resetLinkSubject: "Choose your new password",
  resetLinkIntro: "An administrator of {organisation} has reset the password of an account for you. Choose a new one on this page:",
  resetLinkUntil: "The page can be used once, until {until}. Opening it changes nothing; only your new password does.",
  resetLinkNever: "Give this link to nobody: whoever has it can choose the password. Nobody from {organisation} will ask you for it.",
  administratorsSubject:
    "{notice, select, passwordReset {A password was reset for somebody} jobFinished {Many passwords were changed} breakGlass {An emergency account was used} actedAlone {A weighty act was done by one person alone} recovered {An administrator was recovered from outside} twoPersonRule {The two-person rule was switched {state, select, on {on} other {off}}} roleChanged {{state, select, on {There is a new Global Administrator} other {Somebody is no longer Global Administrator}}} other {An administrator did something}} ({organisation})",
  administratorsIntro:
    "{notice, select, passwordReset {The password of {target} at {organisation} was reset on {when}. Sessions of that account have ended.} jobFinished {A job over {total, plural, one {# person} other {# people}} at {organisation} ended on {when}: {done} done, {failed} failed.} breakGlass {The emergency account {target} of {organisation} signed in on {when}. Such accounts are for the day when nothing else works.} actedAlone {The two-person rule of {organisation} is on, but nobody else could have agreed. On {when} {act, select, resetAdministrator {a Global Administrator was reset} resetEveryone {everybody was reset} weakenPolicy {the policy was weakened} other {an act that needs two people was done}} by one person alone.} recovered {The access of {target} as an administrator of {organisation} was restored on {when} by whoever runs this installation.} twoPersonRule {The rule that weighty acts at {organisation} need two people was switched {state, select, on {on} other {off}} on {when}.} roleChanged {{target} {state, select, on {was made} other {is no longer}} Global Administrator of {organisation}. It was changed on {when}.} other {It concerns {organisation}, on {when}.}}",
  administratorsBy:
    "It was done by {actorKind, select, user {{actor}} app {the application {actor}} operator {the operator of this installation} anonymous {somebody who was not signed in} other {this service itself}}.",
  administratorsWrong: "If you did not expect this, look into the audit log now, and talk to the other administrators.",
  administratorsText:
    "{organisation}: {notice, select, passwordReset {a password was reset} jobFinished {many passwords changed} breakGlass {an emergency account was used} actedAlone {a weighty act was done alone} recovered {an administrator was recovered} roleChanged {the Global Administrators have changed} other {the two-person rule changed}}. Not expected? See the audit log.",
  approvalSubject: "{organisation}: your approval is asked for",
  approvalIntro:
    "{requester} wants to {act, select, resetAdministrator {reset the password of {target}} resetEveryone {reset the passwords of everybody in reach} other {weaken the policy}} at {organisation}, and asked for it on {when}. It is done only if another administrator agrees.",
  approvalHow:
    "Sign in to the administration, look at what is asked for, and approve or deny it by {until}. After that it has to be asked for again.",
  approvalAsk: "Speak with {requester} before you approve, by a way that you know. If you did not expect this, deny it.",
  approvalText: "{organisation}: {requester} asks you to approve an act of administration. Sign in and look. Not expected? Deny it.",
  passwordJobSubject: "{organisation}: a job over {total, plural, one {# person} other {# people}} is over",
  passwordJobIntro:
    "The job that you asked for at {organisation} ended on {when}: {done} done, {failed} failed, {skipped} skipped, of {total}.",
  passwordJobResults:
    "What became of each person stands here. It opens for you alone, after you have signed in, and passwords stay in it for 24 hours:",
  passwordJobNever: "Passwords are never sent by mail. Tell each person theirs, in person or by telephone.",
  helpSubject: "Somebody needs help with their account",
  helpIntro:
    "Somebody asked on our page on {when} from {address}{device, select, none {} other { ({device})}} for help with the account {account} at {organisation}.",
  helpCheck: "It may be anybody. Before you reset anything, make sure who is asking: call a number that you already know.",
  helpFind: "Among the requests for help you find it by the support code {supportCode}.",
  helpWrote: "A message was left with it. Read it there, and follow no link in it.",
  helpMore: "Further requests within an hour are only counted.",
  helpToldSubject: "Your administrators were asked to help you",
  helpToldIntro:
    "Somebody asked on our page on {when} from {address}{device, select, none {} other { ({device})}} for help with your account {account} at {organisation}. Those who can help were told.",
  helpToldYou:
    "If it was you, wait for them, or tell them the support code {supportCode}. They will not ask for your password or for a code.",
  helpToldNotYou: "If it was not you, tell your help desk, so that nobody else is helped into your account.",
  footer: "This message was sent by {organisation} because of something that happened to your account. Nobody reads answers to it.",
} as const;
