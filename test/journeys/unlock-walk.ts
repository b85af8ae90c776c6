import type { Answer } from "./product.ts";
import { type Caller, type Reset, signIn } from "./reset-steps.ts";

export function unlock(run: Caller, flow: Reset): Promise<Answer> {
  return run.call("POST", `/v1/password-resets/${flow.id}/unlock`, { token: flow.token });
}

/** Wrong passwords until the account is locked. */
export async function exhaustSignIn(run: Caller, userPrincipalName: string): Promise<void> {
  for (let wrong = 0; wrong < 10; wrong++) await signIn(run, userPrincipalName, `wrong ${wrong}`);
}
