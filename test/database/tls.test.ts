import { execFileSync } from "node:child_process";
import { chownSync, readdirSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import { startPostgres, unprivilegedAccount } from "../../scripts/servers/postgres.mjs";
import { connect } from "../../src/database/connect.pg.ts";
import { Secret } from "../../src/kit/secret.ts";
import { asRoot, temporaryFolder } from "./temporary-folder.ts";

/** A server whose certificate says `localhost`, and vouches for itself. Answers its URL for that name, and the certificate's file. */
async function serverWithTls(t: Test): Promise<{ url: URL; certificate: string }> {
  const folder = await temporaryFolder(t);
  const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", key];
  const about = ["-out", certificate, "-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...about], { stdio: "pipe" });
  const account = asRoot ? await unprivilegedAccount() : null;
  if (account !== null) for (const file of readdirSync(folder)) chownSync(join(folder, file), account.uid, account.gid);
  const postgres = await startPostgres({ settings: { ssl: "on", ssl_cert_file: certificate, ssl_key_file: key } });
  t.teardown(() => postgres.stop());
  const url = new URL(postgres.url);
  url.hostname = "localhost";
  return { url, certificate };
}

t.test("sslmode of the URL: verify-full knows the server by certificate and name, and require is no weaker", async (t) => {
  const { url, certificate } = await serverWithTls(t);
  const encrypted = async (host: string, parameters: Record<string, string>): Promise<boolean> => {
    const address = new URL(`${url}?${new URLSearchParams(parameters)}`);
    address.hostname = host;
    const connection = connect({ url: new Secret(address.href) });
    const ask = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    const answers = Promise.all([connection.pool.query(ask), connection.direct.pool.query(ask)]);
    return answers.then((all) => all.every(({ rows }) => rows[0].ssl)).finally(() => connection.close());
  };
  t.equal(await encrypted("localhost", { sslmode: "verify-full", sslrootcert: certificate }), true);
  await t.rejects(encrypted("127.0.0.1", { sslmode: "verify-full", sslrootcert: certificate }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  for (const sslmode of ["verify-full", "require"])
    await t.rejects(encrypted("localhost", { sslmode }), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, `${sslmode}, and nobody we know vouches`);
  t.equal(await encrypted("localhost", { sslmode: "no-verify" }), true);
  t.equal(await encrypted("localhost", { sslmode: "disable" }), false);
});
