import { MINUTE } from "../../src/kit/clock.ts";
import { flowAddress, newFlowAddress } from "../../src/resets/account-tag.ts";
import type { ResetFlow, StepEvent } from "../../src/resets/reset-flow.ts";
import type { FlowAddress } from "../../src/resets/reset-store.ts";

/** When the stories of the tests begin. */
export const T0 = Date.UTC(2031, 4, 17, 9, 30);
export const FLOW_LIFE = 15 * MINUTE;

let made = 0;

/** Bytes that were never given before: ids differ, and a failing test fails again. */
export function countedBytes(bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  made += 1;
  buffer.writeUInt32BE(made, bytes - 4);
  return buffer;
}

/** The tag of an account, in the bucket of the same number. */
export function accountNumber(number: number): string {
  return Buffer.from([number, ...countedBytes(15)]).toString("base64url");
}

/** A flow of somebody with an email address, two mobile phones and an app, who started from a strange source. */
export function flowOf(account: string, overrides: Partial<ResetFlow> = {}): ResetFlow {
  const { flowId } = newFlowAddress(account, countedBytes);
  return {
    id: flowId,
    account,
    tokenHash: `hash-of-${flowId}`,
    purpose: "reset",
    supportCode: "KXQT-WMRB",
    openedAt: T0,
    expiresAt: T0 + FLOW_LIFE,
    tenantId: "tenant-1",
    userId: "user-1",
    decoy: false,
    sources: "strange",
    origin: "c2VhbGVk",
    offered: { email: true, sms: true, authenticatorApp: true },
    methods: {
      email: [{ id: "email-1", revision: 1 }],
      sms: [
        { id: "phone-1", revision: 3 },
        { id: "phone-2", revision: 1 },
      ],
      authenticatorApp: [{ id: "app-1", revision: 2 }],
    },
    codes: 0,
    challenges: 0,
    resend: {},
    proofs: {},
    ...overrides,
  };
}

/** A flow of a name that nobody has, with the methods of whoever stands in for nobody. */
export function decoyOf(account: string, overrides: Partial<ResetFlow> = {}): ResetFlow {
  const { userId: _, ...flow } = flowOf(account);
  return { ...flow, decoy: true, ...overrides };
}

export function addressOf({ id }: Pick<ResetFlow, "id">): FlowAddress {
  const address = flowAddress(id);
  if (address === null) throw new Error(`${id} is no flow id`);
  return address;
}

/** What every event says about its flow. */
export function aboutFlow(flow: ResetFlow): Pick<StepEvent, "flowId" | "supportCode" | "tenantId" | "userId" | "decoy"> {
  const { id: flowId, supportCode, tenantId, userId, decoy } = flow;
  return { flowId, supportCode, decoy, ...(tenantId === undefined ? {} : { tenantId }), ...(userId === undefined ? {} : { userId }) };
}
