import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { Readable } from "node:stream";
import t from "tap";
import { bodyBytes } from "../../src/http/body-stream.ts";
import { spoolBody } from "../../src/http/spooled-body.ts";
import { systemRandom } from "../../src/kit/random.ts";

async function collect(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const body = (...chunks: string[]) => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));

t.test("bytes come as they are sent, up to the limit and not beyond", async (t) => {
  t.equal(await collect(bodyBytes(body("abc", "def"), 6)), "abcdef");
  await t.rejects(collect(bodyBytes(body("abc", "def"), 5)), { code: "payload-too-large" });
});

t.test("leaving early does not destroy the request, so that the refusal can be answered", async (t) => {
  const stream = body("abc", "def", "ghi");
  for await (const chunk of bodyBytes(stream, 100)) {
    t.equal(String(chunk), "abc");
    break;
  }
  t.notOk(stream.destroyed);
  const large = body("abc", "def", "ghi");
  await t.rejects(collect(bodyBytes(large, 4)));
  t.notOk(large.destroyed);
});

t.test("an upload that breaks off is a bad request, not a fault of ours", async (t) => {
  const stream = new Readable({ read() {} });
  stream.push("abc");
  const read = collect(bodyBytes(stream, 100));
  stream.destroy(new Error("aborted"));
  await t.rejects(read, { code: "invalid-request", status: 400 });
});

t.test("a spooled body comes back whole, more than once, and has a digest", async (t) => {
  const before = await uploads();
  const text = "name,password\nanna,secret\n".repeat(20_000);
  const spooled = await spoolBody(body(text.slice(0, 7), text.slice(7)), systemRandom);
  t.equal(await collect(spooled.read()), text);
  t.equal(await collect(spooled.read()), text);
  t.match(spooled.digest, /^[0-9a-f]{64}$/);
  t.same(await uploads(), before, "the file has no name");
  await spooled.close();
  const other = await spoolBody(body(text, "x"), systemRandom);
  t.not(other.digest, spooled.digest);
  await other.close();
  await t.rejects(spoolBody(bodyBytes(body("abc"), 1), systemRandom), { code: "payload-too-large" });
  t.same(await uploads(), before);
});

async function uploads(): Promise<string[]> {
  return (await readdir(tmpdir())).filter((name) => name.startsWith("rekey-upload-"));
}
