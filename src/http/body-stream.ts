import type { Readable } from "node:stream";
import { Problem } from "../kit/problem.ts";

/**
 * The bytes of a streamed body, as they come; never more than `limit` of them.
 * Leaving it early does not destroy the request, or the refusal could not be answered: the connection would be cut instead.
 * @throws {Problem} `payload-too-large`; `invalid-request` when the upload ends before its end
 */
export async function* bodyBytes(body: Readable, limit: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  const chunks = body.iterator({ destroyOnReturn: false });
  for (;;) {
    const next = await chunks.next().catch((cause: unknown) => {
      throw new Problem("invalid-request", { detail: "The upload broke off before its end.", cause });
    });
    if (next.done === true) return;
    received += next.value.length;
    if (received > limit) throw new Problem("payload-too-large");
    yield next.value;
  }
}
