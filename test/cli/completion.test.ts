import { spawnSync } from "node:child_process";
import t from "tap";
import { rekey } from "./rekey-process.ts";

/** What bash offers for a line of words, the last of which is being typed. */
function offered(script: string, words: readonly string[]): string[] {
  const program = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})
COMP_CWORD=${words.length - 1}
_rekey
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, status, stderr } = spawnSync("bash", ["--norc", "-c", program], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
  return stdout.split("\n").filter((word) => word !== "");
}

t.test("bash completes commands, commands below them, and options", async (t) => {
  const { code, stdout } = await rekey(["completion", "bash"]);
  t.equal(code, 0);
  t.strictSame(offered(stdout, ["rekey", "us"]), ["users"]);
  t.strictSame(offered(stdout, ["rekey", "users", "re"]), ["reset", "restore"]);
  t.strictSame(offered(stdout, ["rekey", "users", "reset", "henrik@contoso.example", "--li"]), ["--link"]);
  t.strictSame(offered(stdout, ["rekey", "policy", "set", "methodsRequired=2", "--adm"]), ["--administrators"]);
  t.ok(offered(stdout, ["rekey", ""]).includes("policy"));
});

t.test("zsh and fish get scripts of the same commands; another shell is wrong usage", async (t) => {
  const zsh = await rekey(["completion", "zsh"]);
  t.match(zsh, { code: 0, stdout: /^#compdef rekey\n/ });
  t.match(zsh.stdout, "'reset:reset the password of one person, or of many'");
  const fish = await rekey(["completion", "fish"]);
  t.match(fish.stdout, /^complete -c rekey -f -n '__fish_seen_subcommand_from users; and not .*' -a reset -d 'reset the password/m);
  t.match(await rekey(["completion", "tcsh"]), { code: 2, stderr: /Allowed choices are bash, zsh, fish/ });
});
