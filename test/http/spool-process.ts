import { spoolBody } from "../../src/http/spooled-body.ts";
import { systemRandom } from "../../src/kit/random.ts";

/** Puts three megabytes aside in one piece, and says how that went: for a process whose files may not become so large. */
async function* body() {
  yield new Uint8Array(3_000_000);
}

await spoolBody(body(), systemRandom).then(
  () => console.log("taken"),
  ({ code, cause }: { code: string; cause: { code: string } }) => console.log(`refused ${code} ${cause.code}`),
);
