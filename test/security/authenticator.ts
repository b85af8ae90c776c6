import { generateSecret, generateSync } from "otplib/functional";
import type { StartedProduct } from "../journeys/product.ts";
import { giveMethod, userId } from "./another-person.ts";

export interface Authenticator {
  readonly methodId: string;
  /** What the app shows now, by the product's clock. */
  code(): string;
}

/** Gives a person an authenticator app, as registration will. */
export async function giveAuthenticator(run: StartedProduct, userPrincipalName: string): Promise<Authenticator> {
  const secret = generateSecret();
  const methodId = await giveMethod(run, await userId(run, userPrincipalName), "authenticatorApp", secret);
  return { methodId, code: () => generateSync({ strategy: "totp", secret, epoch: Math.floor(run.clock.now() / 1000) }) };
}
