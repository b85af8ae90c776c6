import type { OneTimeTokens } from "../keys/one-time-tokens.ts";
import type { Sealer } from "../keys/sealer.ts";
import type { Clock } from "../kit/clock.ts";
import { resetLinkEmail } from "../messages/compose-reset-by-administrator.ts";
import { onBehalfOf } from "../messages/delivery-failure.ts";
import type { EmailChannel } from "../messages/message.ts";
import type { Job } from "../messages/message-queue.ts";
import { occasionOf } from "../resets/occasion.ts";
import { tellEverywhere } from "../resets/tell-everywhere.ts";
import type { ThrottleStore } from "../throttle/throttle-store.ts";
import type { AccountStore } from "../users/account-store.ts";
import type { ContactStore } from "../users/contacts.ts";
import { linkAddresses } from "./link-destinations.ts";
import { openLinkAddress } from "./reset-terms.ts";
import type { SetByLinkStore } from "./set-by-link.ts";

export interface SendResetLinkDeps {
  readonly accounts: AccountStore;
  readonly contacts: ContactStore;
  readonly links: Pick<SetByLinkStore, "read" | "noteDelivered">;
  readonly throttle: ThrottleStore;
  readonly tokens: OneTimeTokens;
  readonly sealer: Sealer;
  readonly email: EmailChannel;
  readonly clock: Clock;
  readonly publicUrl: string;
}

export type SendResetLink = (job: Extract<Job, { task: "send-reset-link" }>) => Promise<void>;

/**
 * Sends the link by which a person sets the new password. It is the message itself, no notice: no policy switches it off. A link that ended meanwhile
 * is not sent.
 */
export function createSendResetLink(deps: SendResetLinkDeps): SendResetLink {
  const { accounts, contacts, links, tokens, sealer, clock } = deps;
  return async ({ userId, linkId, expiresAt, at, to }) => {
    const account = await accounts.findById(userId, "");
    if (account === null || (await links.read(linkId, clock.now())) === null) return;
    const addresses =
      to === undefined
        ? linkAddresses(account, await contacts.contactsOf(userId, account.mail), at)
        : [openLinkAddress(sealer, userId, to)];
    const occasion = occasionOf(account, { at, address: "", device: null, language: "" });
    // An address that an administrator named may be mistyped: whoever reads there learns no name.
    const told = to === undefined ? occasion : { ...occasion, name: null };
    const link = `${deps.publicUrl}/l/${tokens.tokenOf(linkId)}`;
    const tellings = addresses.map((address) => ({
      to: address,
      send: async () => {
        await deps.email.send(resetLinkEmail(address, told, link, expiresAt));
        await links.noteDelivered(linkId, clock.now());
      },
    }));
    await onBehalfOf({ tenantId: account.tenant.id, userId }, () => tellEverywhere(deps, linkId, tellings));
  };
}
