import { readFile } from "node:fs/promises";
import { join } from "node:path";
import t from "tap";
import { temporaryFolder } from "../database/temporary-folder.ts";
import { request } from "./api-call.ts";
import { startService } from "./service-process.ts";
import { tellStories } from "./stories.ts";

t.test("embedded defaults: nothing is set but where to keep things, and the same journeys are walked", async (t) => {
  const dataDir = join(await temporaryFolder(t), "data");
  const { baseUrl, end } = await startService(t, { DATA_DIR: dataDir, LOG_LEVEL: "warn" });
  const { users } = JSON.parse(await readFile(join(dataDir, "demo.json"), "utf8"));
  const call = (method: string, path: string, options?: Parameters<typeof request>[3]) => request(baseUrl, method, path, options);
  const server = { baseUrl, call, outbox: async () => (await call("GET", "/dev/outbox")).json.items };
  const person = (name: string) => users.find(({ userPrincipalName }: { userPrincipalName: string }) => userPrincipalName.startsWith(name));
  await tellStories(t, { servers: [server], person });
  t.equal(await end("SIGTERM"), 0);
});
