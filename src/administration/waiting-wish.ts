import type { Sealer } from "../keys/sealer.ts";
import type { ResetWish } from "./reset-wish.ts";

/** A wish while it waits for a second person: what was typed into it rests sealed, bound to the person. */
export function sealWish(sealer: Sealer, userId: string, { password, emailTo, ...open }: ResetWish): Readonly<Record<string, unknown>> {
  const closed = (field: string, value: string) => sealer.seal(placeOf(userId, field), value).toString("base64");
  return {
    ...open,
    ...(password === undefined ? {} : { sealedPassword: closed("password", password) }),
    ...(emailTo === undefined ? {} : { sealedEmailTo: closed("emailTo", emailTo) }),
  };
}

/** @throws when it was sealed for somebody else */
export function openWaitingWish(sealer: Sealer, userId: string, body: Readonly<Record<string, unknown>>): ResetWish {
  const { sealedPassword, sealedEmailTo, ...open } = body as ResetWish & { sealedPassword?: string; sealedEmailTo?: string };
  const opened = (field: string, sealed: string) => sealer.unseal(placeOf(userId, field), Buffer.from(sealed, "base64"));
  return {
    ...open,
    ...(sealedPassword === undefined ? {} : { password: opened("password", sealedPassword) }),
    ...(sealedEmailTo === undefined ? {} : { emailTo: opened("emailTo", sealedEmailTo) }),
  };
}

const placeOf = (userId: string, field: string) => `waiting-reset/${userId}/${field}`;

/** Who is told when a reset of everybody is over, while that waits: sealed to the organisation. Nothing for nobody. */
export function sealWaitingAddress(sealer: Sealer, tenantId: string, emailTo: string | null): Readonly<Record<string, string>> {
  return emailTo === null ? {} : { sealedEmailTo: sealer.seal(placeOfEveryone(tenantId), emailTo).toString("base64") };
}

/** @throws when it was sealed for another organisation */
export function openWaitingAddress(sealer: Sealer, tenantId: string, body: Readonly<Record<string, unknown>>): string | null {
  const { sealedEmailTo } = body;
  return typeof sealedEmailTo === "string" ? sealer.unseal(placeOfEveryone(tenantId), Buffer.from(sealedEmailTo, "base64")) : null;
}

const placeOfEveryone = (tenantId: string) => `waiting-reset/everyone/${tenantId}/emailTo`;
