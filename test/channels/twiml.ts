/** A TwiML document, as far as ours go. */
export interface ReadScript {
  readonly text: string;
  /** Attributes of `Gather`; absent where no key is waited for. */
  readonly gather?: Readonly<Record<string, string>>;
  /** All that is said, in order, pauses as `…`. */
  readonly said: readonly string[];
  readonly languages: readonly string[];
  readonly hangsUp: boolean;
}

export function readScript(text: string): ReadScript {
  if (!/^<\?xml version="1\.0" encoding="UTF-8"\?><Response>.*<\/Response>$/s.test(text)) throw new Error(`not TwiML: ${text}`);
  const gather = /<Gather([^>]*)>/.exec(text)?.[1];
  const spoken = [...text.matchAll(/<Say([^>]*)>([^<]*)<\/Say>|<Pause[^>]*\/>/g)];
  return {
    text,
    ...(gather === undefined ? {} : { gather: attributes(gather) }),
    said: spoken.map(([whole, , words]) => (whole.startsWith("<Pause") ? "…" : (words ?? ""))),
    languages: [...new Set(spoken.flatMap(([, given]) => (given === undefined ? [] : [attributes(given).language ?? ""])))],
    hangsUp: text.includes("<Hangup/>"),
  };
}

function attributes(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, value]));
}
