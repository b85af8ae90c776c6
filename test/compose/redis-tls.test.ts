import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { Cluster, Redis } from "ioredis";
import t, { type Test } from "tap";
import { startRedis, startRedisNode } from "../../scripts/servers/redis.mjs";
import { connectRedis } from "../../src/compose/connect.redis.ts";
import { readRedisUrl } from "../../src/compose/redis-address.ts";
import { connectTo } from "../builders/redis-installation.ts";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { freePort, until } from "../journeys/product.ts";

/** The options of a server whose certificate is for these names and vouches for itself. */
async function certificateFor(t: Test, names: string): Promise<{ args: string[]; pem: string }> {
  const folder = await temporaryFolder(t);
  const [key, file] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  const about = ["-out", file, "-days", "2", "-subj", `/CN=${names}`, "-addext", `subjectAltName=${names}`];
  execFileSync("openssl", ["req", "-x509", ...curve, ...about], { stdio: "pipe" });
  const args = [
    "--tls-cert-file",
    file,
    "--tls-key-file",
    key,
    "--tls-ca-cert-file",
    file,
    "--tls-auth-clients",
    "no",
    "--tls-replication",
    "yes",
  ];
  return { args, pem: readFileSync(file, "utf8") };
}

/** As NODE_EXTRA_CA_CERTS does at the start. */
function trust(pem: string): void {
  setDefaultCACertificates([...getCACertificates(), pem]);
}

/** What goes wrong first with it. */
function firstTrouble(url: string): Promise<{ code?: string; message: string }> {
  const reading = readRedisUrl(url);
  if ("mistakes" in reading) throw new Error(reading.mistakes.join("; "));
  return new Promise((resolve) => {
    const connection = connectRedis(reading.address, (error) => void connection.close().then(() => resolve(error)));
  });
}

t.test("rediss: the server is known by its certificate and its name, and we by user and password", async (t) => {
  const { args, pem } = await certificateFor(t, "DNS:localhost");
  const port = await freePort();
  const redis = await startRedis({ args: [...args, "--tls-port", String(port)] });
  t.teardown(() => redis.stop());
  const operator = new Redis(redis.url);
  t.teardown(() => operator.disconnect());
  await operator.call("ACL", "SETUSER", "rekey", "on", ">p,w/@", "~*", "&*", "+@all");
  await operator.call("ACL", "SETUSER", "default", "off");

  t.match(await firstTrouble(`rediss://rekey:p%2Cw%2F%40@localhost:${port}`), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "nobody vouches");
  trust(pem);
  t.match(await firstTrouble(`rediss://rekey:p%2Cw%2F%40@127.0.0.1:${port}`), { code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "another name");
  t.match(await firstTrouble(`rediss://rekey:wrong@localhost:${port}`), { message: /^WRONGPASS/ });
  t.match(await firstTrouble(`rediss://localhost:${port}`), { message: /^NOAUTH/ });
  const client = await connectTo(t, `rediss://rekey:p%2Cw%2F%40@localhost:${port}/3`);
  t.equal(await client.set("key", "value"), "OK");
  t.match(await client.client("INFO"), /name=rekey .*db=3 .*user=rekey/);
});

t.test("rediss+sentinel: Sentinels and the master they name, each with its password", async (t) => {
  const { args, pem } = await certificateFor(t, "DNS:localhost,IP:127.0.0.1");
  trust(pem);
  const [masterPort, sentinelPort] = [await freePort(), await freePort()];
  const master = await startRedis({ args: [...args, "--tls-port", String(masterPort), "--requirepass", "data"] });
  t.teardown(() => master.stop());
  const settings = `sentinel monitor name 127.0.0.1 ${masterPort} 1\nsentinel auth-pass name data`;
  const watching = ["--sentinel", ...args, "--tls-port", String(sentinelPort), "--requirepass", "watch"];
  const sentinel = await startRedisNode({ name: "Sentinel", port: await freePort(), args: watching, settings });
  t.teardown(() => sentinel.stop());

  const client = await connectTo(t, `rediss+sentinel://:data@localhost:${sentinelPort}/name/2?sentinel-password=watch`);
  t.equal(await client.set("key", "value"), "OK");
  t.match(await firstTrouble(`rediss+sentinel://:data@localhost:${sentinelPort}/name?sentinel-password=data`), { message: /WRONGPASS/ });
  t.match(await firstTrouble(`rediss+sentinel://:watch@localhost:${sentinelPort}/name?sentinel-password=watch`), { message: /WRONGPASS/ });
});

t.test("rediss with several nodes: a cluster is spoken to over TLS alone", async (t) => {
  const { args, pem } = await certificateFor(t, "DNS:localhost,IP:127.0.0.1");
  trust(pem);
  const [port, tlsPort, bus] = [await freePort(), await freePort(), await freePort()];
  const own = ["--cluster-enabled", "yes", "--cluster-port", String(bus), "--cluster-announce-ip", "127.0.0.1", "--tls-cluster", "yes"];
  const member = [...args, "--tls-port", String(tlsPort), ...own];
  const node = await startRedisNode({ name: "Redis (cluster)", port, args: member });
  t.teardown(() => node.stop());
  const operator = new Redis(port);
  t.teardown(() => operator.disconnect());
  await operator.call("CLUSTER", "ADDSLOTSRANGE", 0, 16_383);
  await until(async () => String(await operator.call("CLUSTER", "INFO")).includes("cluster_state:ok"));

  // A cluster with one address to ask is named by writing it twice.
  const client = await connectTo(t, `rediss://localhost:${tlsPort},localhost:${tlsPort}`);
  t.equal(await client.set("key", "value"), "OK");
  t.ok(client instanceof Cluster && client.nodes().every(({ stream }) => stream.remotePort === tlsPort));
});
