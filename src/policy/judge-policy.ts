import ipaddr from "ipaddr.js";
import { Value } from "typebox/value";
import type { FieldFault } from "../kit/field-faults.ts";
import { kindOf } from "../methods/method.ts";
import { BANNED_TERMS } from "../passwords/banned-terms.ts";
import { countCodePoints, toMatchingForm } from "../passwords/matching-form.ts";
import type { Json } from "./merge-patch.ts";
import { type TenantPolicy, TenantPolicySchema } from "./tenant-policy.ts";

export type JudgedPolicy = { readonly ok: true; readonly policy: TenantPolicy } | { readonly ok: false; readonly faults: FieldFault[] };

/**
 * Whether a whole policy, as it would be after a change, makes sense: by its schema, and in itself. A policy that nobody could ever meet
 * is a mistake, not a policy (attacks A41); to switch self-service off there is the scope.
 */
export function judgePolicy(merged: Json): JudgedPolicy {
  if (!Value.Check(TenantPolicySchema, merged)) {
    const faults = [...Value.Errors(TenantPolicySchema, merged)].map(({ instancePath, message }) => ({
      field: instancePath,
      reason: message,
    }));
    return { ok: false, faults: faults.length > 0 ? faults : [{ field: "", reason: "is not a policy" }] };
  }
  const policy = tidied(merged);
  const faults = [...textFaults(policy), ...methodFaults(policy), ...questionFaults(policy), ...networkFaults(policy)];
  return faults.length === 0 ? { ok: true, policy } : { ok: false, faults };
}

/** Each banned term once, as it is compared; the first writing stays. */
function tidied(policy: TenantPolicy): TenantPolicy {
  const terms = new Map<string, string>();
  for (const written of policy.passwords.bannedTerms) {
    const term = written.normalize("NFC").trim();
    const form = toMatchingForm(term);
    if (!terms.has(form)) terms.set(form, term);
  }
  return { ...policy, passwords: { ...policy.passwords, bannedTerms: [...terms.values()] } };
}

function textFaults(policy: TenantPolicy): FieldFault[] {
  const short = policy.passwords.bannedTerms.filter((term) => countCodePoints(toMatchingForm(term)) < BANNED_TERMS.minLength);
  const terms = short.map((term) => ({ field: "/passwords/bannedTerms", reason: `"${term}" is shorter than 4 characters when compared` }));
  return [...terms, ...unsafeTexts(policy as unknown as Json, "")];
}

/** What PostgreSQL cannot hold, and what no sentence has in it. */
function unsafeTexts(value: Json, place: string): FieldFault[] {
  if (typeof value === "string")
    return /[\p{Cc}\p{Cs}]/u.test(value) ? [{ field: place, reason: "must be text without control characters" }] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => unsafeTexts(member, `${place}/${name}`));
}

function methodFaults({ methods, methodsRequired }: TenantPolicy): FieldFault[] {
  const kinds = new Set(methods.map(kindOf));
  if (kinds.size < methodsRequired)
    return [
      { field: "/methods", reason: `${methodsRequired} different methods are required, and these make ${kinds.size}; all phones are one` },
    ];
  return kinds.size === 1 && kinds.has("securityQuestions")
    ? [{ field: "/methods", reason: "security questions are never the only proof" }]
    : [];
}

function questionFaults({ securityQuestions: { toRegister, toReset } }: TenantPolicy): FieldFault[] {
  return toReset <= toRegister ? [] : [{ field: "/securityQuestions/toReset", reason: "must not be more than toRegister" }];
}

function networkFaults({ ownNetworks }: TenantPolicy): FieldFault[] {
  return ownNetworks.flatMap((network, index) =>
    ipaddr.isValidCIDR(network) ? [] : [{ field: `/ownNetworks/${index}`, reason: "is not a network such as 192.0.2.0/24" }],
  );
}
