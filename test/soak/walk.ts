import { setTimeout as pause } from "node:timers/promises";
import { systemRandom } from "../../src/kit/random.ts";
import type { SentCodes } from "../../src/methods/sent-code.ts";
import { type Answer, type CallOptions, request } from "../journeys/api-call.ts";
import type { MailServer } from "../journeys/mail-server.ts";
import type { Walker } from "./people.ts";

/** Longer than a person would wait, shorter than for ever: whoever waits in vain is counted. */
const PATIENCE_MS = 60_000;

export interface WalkedWorld {
  /** Where the next call goes. */
  readonly anyServer: () => string;
  readonly mails: MailServer["mails"];
  readonly sentCodes: SentCodes;
  /** What must never be. */
  readonly breaches: string[];
}

type Outcome = Answer | "no answer";

async function call(world: WalkedWorld, method: string, path: string, options: CallOptions = {}): Promise<Outcome> {
  for (;;) {
    const answer = await request(world.anyServer(), method, path, options).catch((error: Error) => error);
    if (!(answer instanceof Error)) return answer;
    await pause(50);
    // A connection that breaks off does not say what happened; one that is refused says that nothing did.
    if ((answer.cause as NodeJS.ErrnoException | undefined)?.code !== "ECONNREFUSED") return "no answer";
  }
}

/** Again until somebody answers: for calls that may be made twice. */
async function answered(world: WalkedWorld, method: string, path: string, options: CallOptions = {}): Promise<Answer> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; ) {
    const answer = await call(world, method, path, options);
    if (answer !== "no answer" && answer.status !== 503) return answer;
  }
  throw new Error(`${method} ${path}: nobody answered`);
}

/** Resets the password of one person once, over servers that die meanwhile; whatever breaks off is begun anew. */
export async function walkOnce(world: WalkedWorld, walker: Walker): Promise<void> {
  for (;;) {
    const reset = (await answered(world, "POST", "/v1/password-resets", { body: { userPrincipalName: walker.userPrincipalName } })).json;
    walker.steps.push({ flowId: reset.id, type: "reset.start" });
    if (!(await proved(world, walker, reset))) continue;
    const newPassword = `plum violin ${systemRandom(4).toString("hex")} harbour`;
    walker.passwords.push(newPassword);
    const end = await call(world, "POST", `/v1/password-resets/${reset.id}/password`, { token: reset.token, body: { newPassword } });
    if (end !== "no answer" && end.status === 204) {
      walker.completed += 1;
      return;
    }
    if (end !== "no answer" && end.status !== 503) world.breaches.push(`a new password was answered ${end.status} ${end.json?.code}`);
    walker.unanswered += 1;
    // Unknown, as for a person before a broken page: whichever of the two opens tells.
    if ((await whatOpens(world, walker)) === newPassword) return;
  }
}

async function proved(world: WalkedWorld, walker: Walker, { id, token }: { id: string; token: string }): Promise<boolean> {
  const asked = await call(world, "POST", `/v1/password-resets/${id}/challenges`, { token, body: { method: "email" } });
  // Whether a code is under way is unknown, and for a minute no other is sent: a new reset is quicker.
  if (asked === "no answer" || asked.status !== 202) return false;
  const { challengeId } = asked.json;
  walker.steps.push({ flowId: id, type: "reset.challenge" });
  walker.challenges.push({ flowId: id, challengeId });
  const code = world.sentCodes.derive({ purpose: "reset", flowId: id, challengeId });
  if (!(await received(world, walker, code))) {
    world.breaches.push(`the code of ${challengeId} did not come within ${PATIENCE_MS / 1000} s`);
    return false;
  }
  const verified = await call(world, "POST", `/v1/password-resets/${id}/challenges/${challengeId}/verify`, { token, body: { code } });
  if (verified !== "no answer" && verified.status === 200) {
    walker.steps.push({ flowId: id, type: "reset.proof" });
    return true;
  }
  if (verified !== "no answer" && verified.status !== 503) world.breaches.push(`a right code was answered ${verified.status}`);
  // The code may have been taken: the view says how far the reset is.
  const view = await answered(world, "GET", `/v1/password-resets/${id}`, { token });
  return view.status === 200 && view.json.next === "password";
}

async function received({ mails }: WalkedWorld, { email }: Walker, code: string): Promise<boolean> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await pause(20))
    if (mails.some(({ to, mail }) => to.includes(email) && codesIn(mail.text).includes(code))) return true;
  return false;
}

export function codesIn(text = ""): string[] {
  return (text.match(/\b\d{4} ?\d{4}\b/g) ?? []).map((code) => code.replace(" ", ""));
}

/** Of all passwords that a person ever had, the one that opens. */
export async function whatOpens(world: WalkedWorld, { userPrincipalName, passwords }: Walker): Promise<string | undefined> {
  // The newest last: a commit that was on its way when its server died would come in between otherwise, and both would be refused.
  const opening: string[] = [];
  for (const password of passwords) {
    const { status } = await answered(world, "POST", "/v1/sign-in", { body: { userPrincipalName, password } });
    if (status === 200) opening.push(password);
  }
  if (opening.length !== 1) world.breaches.push(`of ${passwords.length} passwords ${opening.length} open`);
  return opening.at(-1);
}
