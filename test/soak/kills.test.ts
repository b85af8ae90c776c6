import t from "tap";
import { killWalk } from "./kill-walk.ts";

// A short walk; the long one is `npm run test:kill`.
const SHORT = { kills: 8, resets: 40, each: 2, atOnce: 4, chance: Math.random } as const;

t.test("servers and workers killed at random moments: nothing half-changed, no message lost, no act without its event", async (t) => {
  const { breaches, ended, ...figures } = await killWalk(t, { ...SHORT, signal: "SIGKILL" });
  t.comment(JSON.stringify({ ...figures, ended, exits: undefined }));
  t.same(breaches, []);
  t.equal(ended.server + ended.worker, SHORT.kills);
  t.ok(figures.resetsCompleted >= SHORT.resets);
  t.equal(figures.stepEventsMissing, 0, "Redis was not killed, and holds them until they are written");
});

t.test("servers and workers stopped in the middle of everything: exit 0, nothing lost", async (t) => {
  const { breaches, exits, ...figures } = await killWalk(t, { ...SHORT, kills: 4, resets: 30, signal: "SIGTERM" });
  t.comment(JSON.stringify(figures));
  t.same(breaches, []);
  t.same(
    exits.filter((exit) => exit !== 0),
    [],
  );
  t.equal(figures.stepEventsMissing, 0);
});
