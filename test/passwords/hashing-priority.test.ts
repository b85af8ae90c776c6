import { readdirSync, readFileSync } from "node:fs";
import { platform } from "node:os";
import t from "tap";
import { lowerHashingPriority } from "../../src/passwords/hashing-priority.process.ts";

/** Nice values of our threads by name. */
function nices(): Map<string, Set<number>> {
  const found = new Map<string, Set<number>>();
  for (const thread of readdirSync("/proc/self/task")) {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "utf8");
    const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
    const nice = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[16]);
    found.set(name, (found.get(name) ?? new Set()).add(nice));
  }
  return found;
}

t.test("threads that hash give way to the one that answers", { skip: platform() === "linux" ? false : "Linux alone" }, async (t) => {
  const before = nices();
  const [answering] = [...before].filter(([name]) => name !== "libuv-worker").map(([, own]) => [...own]);
  await lowerHashingPriority();
  const after = nices();
  t.same([...(after.get("libuv-worker") ?? [])], [10]);
  after.delete("libuv-worker");
  for (const [name, own] of after) t.same([...own], answering, name);
});
