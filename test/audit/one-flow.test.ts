import t from "tap";
import { demoApplication } from "../builders/application.ts";
import { startProduct, until } from "../journeys/product.ts";
import { addressOf, proveByMessage, setPassword, startReset } from "../journeys/reset-steps.ts";

t.test("one id from the first click to the last message, and no address in it", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const person = run.person("henrik");
  const reset = await startReset(run, person.userPrincipalName);
  await proveByMessage(run, reset, "email", addressOf(person, "email"));
  t.equal((await setPassword(run, reset, "plum violin harbour tuesday")).status, 204);
  const events = async () => (await app.call("GET", `/v1/audit-events?flow=${reset.id}`)).json.items;
  await until(async () => (await events()).length === 6);
  const found = (await events()).map(({ type, details }: { type: string; details: { task?: string } }) =>
    [type, details.task].filter(Boolean).join(" "),
  );
  t.same(found.sort(), [
    "message.sent send-code",
    "message.sent send-notice",
    "reset.challenge",
    "reset.complete",
    "reset.proof",
    "reset.start",
  ]);
  t.notMatch(JSON.stringify(await events()).replaceAll(person.userPrincipalName, ""), /@|\+46/);
});
