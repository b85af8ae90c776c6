import type { Sealer } from "../keys/sealer.ts";
import { isLanguage, type Language } from "../kit/language.ts";
import type { CodeChallenge } from "../methods/sent-code.ts";

/** What a call is about. */
export interface CallTicket {
  readonly challenge: CodeChallenge;
  /** Milliseconds: when the code dies. */
  readonly expiresAt: number;
  /** For the words that are said when nothing else is known any more. */
  readonly language: Language;
}

/**
 * Tickets stand in the address from which the telephone network fetches what a call says. They are sealed: opaque, made by us alone, and
 * stored nowhere. No code is in one, and it opens nothing by itself: the code is derived only while the challenge is current.
 */
export interface CallTickets {
  issue(ticket: CallTicket): string;
  /** `null` for what is not of our making. Whether its time is over is for the reader to see. */
  read(text: string): CallTicket | null;
}

const PLACE = "call ticket";

export function createCallTickets(sealer: Sealer): CallTickets {
  return {
    issue({ challenge: { purpose, flowId, challengeId }, expiresAt, language }) {
      return sealer.seal(PLACE, JSON.stringify([purpose, flowId, challengeId, expiresAt, language])).toString("base64url");
    },
    read(text) {
      const opened = open(sealer, text);
      if (opened === null) return null;
      const [purpose, flowId, challengeId, expiresAt, language] = JSON.parse(opened) as [
        CodeChallenge["purpose"],
        string,
        string,
        number,
        string,
      ];
      if (!isLanguage(language)) return null;
      return { challenge: { purpose, flowId, challengeId }, expiresAt, language };
    },
  };
}

function open(sealer: Sealer, text: string): string | null {
  try {
    return sealer.unseal(PLACE, Buffer.from(text, "base64url"));
  } catch {
    return null;
  }
}
