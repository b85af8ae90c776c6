import fc from "fast-check";
import t from "tap";
import { createSealer } from "../../src/keys/sealer.ts";
import { systemRandom } from "../../src/kit/random.ts";
import { accountTag, BUCKETS, flowAddress, newFlowAddress } from "../../src/resets/account-tag.ts";
import { keyringOf } from "../builders/keyring.ts";

const sealer = createSealer(keyringOf("tags"));

t.test("a name has one tag under one key, and no tag tells the name", async (t) => {
  const tag = accountTag(sealer, "nina@contoso.example");
  t.match(tag, /^[\w-]{22}$/);
  t.equal(accountTag(sealer, "nina@contoso.example"), tag);
  t.not(accountTag(sealer, "omar@contoso.example"), tag);
  t.not(accountTag(createSealer(keyringOf("other")), "nina@contoso.example"), tag);
});

t.test("every flow of an account lies in its bucket, and comes back from its id", async (t) => {
  const tag = accountTag(sealer, "nina@contoso.example");
  const addresses = Array.from({ length: 20 }, () => newFlowAddress(tag, systemRandom));
  t.equal(new Set(addresses.map(({ bucket }) => bucket)).size, 1);
  t.equal(new Set(addresses.map(({ flowId }) => flowId)).size, 20);
  for (const address of addresses) t.strictSame(flowAddress(address.flowId), address);
});

t.test("accounts spread over all 64 buckets", async (t) => {
  const used = new Set<string>();
  for (let name = 0; name < 2_000; name += 1) used.add(newFlowAddress(accountTag(sealer, `person-${name}`), systemRandom).bucket);
  t.strictSame([...used].sort(), BUCKETS);
  t.equal(BUCKETS.length, 64);
});

t.test("an id that cannot be one of ours has no address", async (t) => {
  const { flowId } = newFlowAddress(accountTag(sealer, "nina@contoso.example"), systemRandom);
  const random = flowId.slice(4);
  for (const id of [
    "",
    random,
    `b64-${random}`,
    `b99-${random}`,
    `b7-${random}`,
    `B07-${random}`,
    `b07_${random}`,
    ` ${flowId}`,
    `${flowId} `,
  ])
    t.equal(flowAddress(id), null, id);
  for (const id of [`${flowId}x`, flowId.slice(0, -1), `b07-${"{".repeat(22)}`, `b07-${"*".repeat(22)}`, `${flowId}\n`, `b07}:x-${random}`])
    t.equal(flowAddress(id), null, id);
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (id) => {
      const address = flowAddress(id);
      return address === null || (BUCKETS.includes(address.bucket) && address.flowId === id);
    }),
  );
});
