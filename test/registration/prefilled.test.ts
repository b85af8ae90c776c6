import t from "tap";
import { DAY } from "../../src/kit/clock.ts";
import { demoApplication } from "../builders/application.ts";
import { startProduct } from "../journeys/product.ts";
import { importFile } from "../users/import-calls.ts";
import { methodsOf, signedIn } from "./signed-in.ts";

const EMAIL = "signe@private.example";

t.test("a value that is filled in takes the place of one that the person has only begun to register, and stays", async (t) => {
  for (const fillIn of ["PUT", "import"] as const) {
    const run = await startProduct(t);
    const app = await demoApplication(run);
    const { userPrincipalName } = run.person("signe");
    const signe = await signedIn(run, "signe");
    const id = await signe.add("email", EMAIL);
    const done =
      fillIn === "PUT"
        ? await app.call("PUT", `/v1/users/${userPrincipalName}/methods`, { body: { methods: [{ type: "email", value: EMAIL }] } })
        : await importFile(app, `userPrincipalName,alternateEmailAddress\r\n${userPrincipalName},${EMAIL}\r\n`);
    t.equal(done.status, fillIn === "PUT" ? 200 : 202, done.text);
    t.match(await methodsOf(signe), [{ type: "email", source: "admin", verified: false }], fillIn);
    t.equal((await signe.call("POST", `/v1/me/methods/${id}/verify`, { code: "12345678" })).status, 404, "the code on its way is void");
    run.clock.turn(2 * DAY);
    const later = await demoApplication(run);
    const { methods } = (await later.call("GET", `/v1/users/${userPrincipalName}/methods`)).json;
    t.match(methods, [{ type: "email", source: "admin" }], "nothing of it is forgotten");
  }
});

t.test("what the person has verified stays the person's, whatever is filled in", async (t) => {
  const run = await startProduct(t);
  const app = await demoApplication(run);
  const { userPrincipalName } = run.person("signe");
  const signe = await signedIn(run, "signe");
  await signe.register("email", EMAIL);
  for (const methods of [[{ type: "email", value: EMAIL }], [{ type: "email", value: "other@private.example" }], []])
    t.equal((await app.call("PUT", `/v1/users/${userPrincipalName}/methods`, { body: { methods } })).status, 200);
  t.match(await methodsOf(signe), [{ value: EMAIL, source: "user", verified: true }]);
  t.equal((await methodsOf(signe)).length, 1);
});
