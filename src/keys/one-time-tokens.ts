import { constantTimeEqual, tag } from "../kit/seal.ts";
import type { Key, Keyring } from "./keyring.ts";

/**
 * The tokens of one-time links. A token is derived from the link's id, so neither the database nor the queue holds one (attacks A68);
 * it lives as long as the row of that id says. 128 random bits of id, 256 of tag.
 */
export interface OneTimeTokens {
  tokenOf(linkId: string): string;
  /** The link's id, if the token is genuine. Says nothing about whether the link is still good. */
  linkOf(token: string): string | null;
}

export function createOneTimeTokens(keyring: Keyring): OneTimeTokens {
  const mac = ({ bytes }: Key, linkId: string) => tag(bytes, "one-time link", linkId);
  return {
    tokenOf: (linkId) => `${linkId}.${mac(keyring.current("link"), linkId)}`,
    linkOf(token) {
      const [linkId = "", signature = ""] = token.split(".");
      // A link in a mailbox outlives the rotation of its key.
      return keyring.all("link").some((key) => constantTimeEqual(mac(key, linkId), signature)) ? linkId : null;
    },
  };
}
