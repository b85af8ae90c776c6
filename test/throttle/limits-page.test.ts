import { readFileSync } from "node:fs";
import t from "tap";
import { DAY, HOUR, MINUTE } from "../../src/kit/clock.ts";
import { LIMITS } from "../../src/throttle/limits.ts";

const UNITS: [number, string][] = [
  [DAY, "day"],
  [HOUR, "hour"],
  [MINUTE, "minute"],
];

function inWords({ limit, windowMs }: { limit: number; windowMs: number }): string {
  const [unit = 1, name = ""] = UNITS.find(([length]) => windowMs % length === 0) ?? [];
  const count = windowMs / unit;
  return `${limit} in ${count} ${name}${count === 1 ? "" : "s"}`;
}

t.test("docs/limits.md says what the table says (security.md D12)", async (t) => {
  const page = readFileSync(new URL("../../docs/limits.md", import.meta.url), "utf8");
  const rows = new Map(
    page.split("\n").flatMap((line) => {
      const [, name, , most] = line.split("|").map((cell) => cell.trim().replaceAll("`", ""));
      return name === undefined || most === undefined ? [] : [[name, most] as const];
    }),
  );
  for (const [name, limits] of Object.entries(LIMITS)) t.equal(rows.get(name), limits.map(inWords).join(", "), name);
});
