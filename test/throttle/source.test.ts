import fc from "fast-check";
import t from "tap";
import { inNetworks, sourceNetwork } from "../../src/throttle/source.ts";

t.test("an IPv4 address is a source of its own, in whatever form it comes", async (t) => {
  t.equal(sourceNetwork("192.0.2.7"), "192.0.2.7");
  t.equal(sourceNetwork("::ffff:192.0.2.7"), "192.0.2.7");
  t.equal(sourceNetwork("::FFFF:c000:0207"), "192.0.2.7");
  t.not(sourceNetwork("192.0.2.7"), sourceNetwork("192.0.2.8"));
});

t.test("the /64 of an IPv6 address is one source", async (t) => {
  const source = sourceNetwork("2001:db8:1:2::1");
  for (const same of ["2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:0db8:0001:0002:0:0:0:9", "2001:DB8:1:2::", "2001:db8:1:2::192.0.2.7"])
    t.equal(sourceNetwork(same), source, same);
  for (const other of ["2001:db8:1:3::1", "2001:db8:2:2::1", "2001:db9:1:2::1", "::1"]) t.not(sourceNetwork(other), source, other);
  t.match(source, /\/64$/);
});

t.test("a zone does not make another source", async (t) => {
  t.equal(sourceNetwork("fe80::1%eth0"), sourceNetwork("fe80::1"));
});

t.test("what is no address is one source together", async (t) => {
  for (const text of ["", " ", "unknown", "localhost", "192.0.2.256", "192.0.2.7:443", "[::1]", "::1::", "1.2.3.4, 5.6.7.8", "\u0000"])
    t.equal(sourceNetwork(text), "unknown", JSON.stringify(text));
});

t.test("networks hold the addresses in them, and no others", async (t) => {
  const cases: [string, string, boolean][] = [
    ["192.0.2.7", "192.0.2.0/24", true],
    ["192.0.3.7", "192.0.2.0/24", false],
    ["192.0.2.7", "192.0.2.7/32", true],
    ["192.0.2.8", "192.0.2.7/32", false],
    ["192.0.2.7", "0.0.0.0/0", true],
    ["::ffff:192.0.2.7", "192.0.2.0/24", true],
    ["2001:db8::7", "2001:db8::/32", true],
    ["2001:db9::7", "2001:db8::/32", false],
    ["2001:db8::7", "0.0.0.0/0", false],
    ["192.0.2.7", "::/0", false],
  ];
  for (const [address, network, inside] of cases) t.equal(inNetworks(address, [network]), inside, `${address} in ${network}`);
  t.equal(inNetworks("192.0.2.7", []), false);
  t.equal(inNetworks("192.0.2.7", ["198.51.100.0/24", "192.0.2.0/25"]), true, "one of several");
});

t.test("a network that cannot be read holds nobody, and hides no other", async (t) => {
  for (const network of ["", "192.0.2.0", "192.0.2.0/33", "192.0.2.0/-1", "192.0.2.0/x", "2001:db8::/129", "/24", "a.b.c.d/8"]) {
    t.equal(inNetworks("192.0.2.7", [network]), false, network);
    t.equal(inNetworks("192.0.2.7", [network, "192.0.2.0/24"]), true, network);
  }
  t.equal(inNetworks("no address", ["0.0.0.0/0", "::/0"]), false);
});

t.test("any text is some source, and never throws", async () => {
  const cidr = fc.oneof(
    fc.string(),
    fc.tuple(fc.ipV4(), fc.integer({ min: -5, max: 200 })).map(([ip, bits]) => `${ip}/${bits}`),
    fc.tuple(fc.ipV6(), fc.integer({ min: -5, max: 200 })).map(([ip, bits]) => `${ip}/${bits}`),
  );
  const address = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.ipV4(), fc.ipV4Extended(), fc.ipV6());
  fc.assert(
    fc.property(address, fc.array(cidr, { maxLength: 3 }), (text, networks) => {
      const source = sourceNetwork(text);
      return source.length > 0 && source.length < 60 && typeof inNetworks(text, networks) === "boolean";
    }),
  );
});
