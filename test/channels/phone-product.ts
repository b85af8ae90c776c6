import type { Test } from "tap";
import { type StartedProduct, startProduct, until } from "../journeys/product.ts";
import { ACCOUNT_SID, AUTH_TOKEN, FROM, startTwilio, type TwilioEmulator } from "./twilio-emulator.ts";

export interface PhoneProduct {
  readonly run: StartedProduct;
  readonly twilio: TwilioEmulator;
}

/** The product with Twilio (emulated) behind it, where people may prove themselves by text message, by call and at their desk. */
export async function startPhoneProduct(
  t: Test,
  { state = "memory", env = {} }: { state?: "memory" | "redis"; env?: Record<string, string> } = {},
): Promise<PhoneProduct> {
  const twilio = await startTwilio(t);
  const run = await startProduct(t, {
    state,
    env: {
      TWILIO_ACCOUNT_SID: ACCOUNT_SID,
      TWILIO_AUTH_TOKEN: AUTH_TOKEN,
      TWILIO_FROM: FROM,
      TWILIO_BASE_URL: twilio.baseUrl,
      ...env,
    },
  });
  await allowPhones(run);
  return { run, twilio };
}

/** A policy as an administrator may set it; by default only text messages are allowed. */
export async function allowPhones(run: StartedProduct): Promise<void> {
  await run.connection.pool.query(`update tenants set policy = policy || '{"methods": ["email", "sms", "voice", "officePhone"]}'`);
}

/** The newest of a list that the worker fills, once there are so many. */
export async function arrived<T>(list: readonly T[], count: number): Promise<T> {
  await until(async () => list.length >= count);
  const newest = list[count - 1];
  if (newest === undefined) throw new Error("nothing came");
  return newest;
}
