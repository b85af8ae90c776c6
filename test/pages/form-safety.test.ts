import t from "tap";
import { startProduct } from "../journeys/product.ts";
import { createFormClient, OWN_FORM } from "./form-client.ts";

// Nobody else's page can send our forms, and what is no form of ours is refused in words (security.md O06, attacks A15, A18, A20).

t.test("forms", async (t) => {
  const product = await startProduct(t, { worker: false });
  const name = product.person("henrik").userPrincipalName;
  const fresh = async () => {
    const client = createFormClient(product);
    await client.get("/reset");
    return client;
  };

  t.test("our own form is taken, whether or not the browser says where it comes from", async (t) => {
    for (const headers of [OWN_FORM, {}, { "sec-fetch-site": "same-origin" }, { origin: product.baseUrl }]) {
      const client = await fresh();
      const answer = await client.post("/reset", { userPrincipalName: name }, headers);
      t.equal(answer.status, 303, JSON.stringify(headers));
      t.equal(answer.headers.get("location"), "/reset");
    }
  });

  t.test("a foreign one is not, even with a token", async (t) => {
    for (const headers of [
      { "sec-fetch-site": "cross-site", origin: "null" },
      { "sec-fetch-site": "same-site", origin: "null" },
      { "sec-fetch-site": "none" },
      { origin: "https://evil.example" },
      { origin: `${product.baseUrl}.evil.example` },
      { origin: "null", "sec-fetch-site": "cross-site" },
    ]) {
      const client = await fresh();
      const answer = await client.post("/reset", { userPrincipalName: name }, headers);
      t.equal(answer.status, 403, JSON.stringify(headers));
      t.match(answer.html, "This did not come from our page");
      t.notOk(client.cookies.has("__Host-rekey-reset"), "nothing was started");
    }
  });

  t.test("every cookie is bound to this very host, and out of reach of scripts", async (t) => {
    const client = await fresh();
    const lines = [
      ...(await client.post("/reset", { userPrincipalName: name })).headers.getSetCookie(),
      ...(await createFormClient(product).get("/reset?lang=sv")).headers.getSetCookie(),
      ...(await client.get(`/l/${"A".repeat(22)}.${"A".repeat(43)}`)).headers.getSetCookie(),
    ];
    t.equal(lines.length, 4);
    for (const line of lines) t.match(line, /^__Host-rekey-[a-z]+=[^;]+(; Max-Age=\d+)?; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });

  t.test("a token is needed, and only the one of this browser", async (t) => {
    const other = await fresh();
    for (const _csrf of ["", "x", other.hidden("_csrf")]) {
      const client = await fresh();
      const answer = await client.post("/reset", { _csrf, userPrincipalName: name });
      t.equal(answer.status, 403);
      t.match(answer.html, "This page was open for too long");
    }
    const client = await fresh();
    const token = client.hidden("_csrf");
    client.cookies.clear();
    t.equal((await client.post("/reset", { _csrf: token, userPrincipalName: name })).status, 403, "a token without its cookie");
    const header = await fetch(`${product.baseUrl}/reset`, {
      method: "POST",
      headers: { "csrf-token": token, cookie: `__Host-rekey-form=${other.cookies.get("__Host-rekey-form")}` },
      body: new URLSearchParams({ _csrf: "", userPrincipalName: name }),
    });
    t.equal(header.status, 403, "a token in a header counts for nothing");
  });

  t.test("every form that acts is behind the guard", async (t) => {
    for (const path of ["/reset", "/reset/method", "/reset/code", "/reset/password", "/reset/cancel", "/not-me"]) {
      const client = await fresh();
      const fields = { flow: "x", way: "email", code: "1", newPassword: "x", confirmPassword: "x", userPrincipalName: name };
      t.equal((await client.post(path, fields, { "sec-fetch-site": "cross-site" })).status, 403, path);
    }
  });

  t.test("what no form of ours sends is a page with 400, 413 or 415, never a 500", async (t) => {
    const client = await fresh();
    const own = [["userPrincipalName", name]] as const;
    t.equal((await client.post("/reset", [...own, ...own])).status, 400, "a repeated field");
    t.equal((await client.post("/reset", [...own, ["_csrf", client.hidden("_csrf")], ["_csrf", client.hidden("_csrf")]])).status, 400);
    t.equal((await client.post("/reset", [["userPrincipalName[]", name]])).status, 400, "an array by name");
    t.equal((await client.post("/reset", [...own, ["redirectTo", "https://evil.example"]])).status, 400, "an unknown field");
    t.equal((await client.post("/reset", [...own, ["__proto__", "x"]])).status, 400);
    t.equal((await client.post("/reset", { userPrincipalName: "x".repeat(40_000) })).status, 413);
    const json = { ...OWN_FORM, "content-type": "application/json" };
    t.equal((await client.post("/reset", { userPrincipalName: name }, json)).status, 415);
    const answer = await client.post("/reset", [...own, ...own]);
    t.match(answer.headers.get("content-type"), "text/html");
    t.match(answer.html, "We could not read that");
    t.notMatch(answer.html, name, "nothing of it comes back");
  });

  t.test("a name that cannot be one is told so at its field, and what was typed stays", async (t) => {
    const client = await fresh();
    const answer = await client.post("/reset", { userPrincipalName: ' "><b>henrik ' });
    t.equal(answer.status, 422);
    t.match(answer.html, 'id="user-name-error"');
    t.match(answer.html, 'value="&quot;>&lt;b>henrik"');
    t.match(answer.html, 'formaction="/reset?lang=sv"', "another language sends the form again");
    t.notMatch(answer.html, "<b>henrik</b>");
  });
});

t.test("addresses of strangers", async (t) => {
  const product = await startProduct(t, { worker: false });
  const client = createFormClient(product);

  t.test("nothing of an address comes back on a page", async (t) => {
    for (const path of ["/nowhere/<img src=x>?error=<img src=x>", "/reset?error=<script>1</script>&lang=<b>", "//evil.example/x"]) {
      const { html } = await client.get(path);
      t.notMatch(html, /<img|<script>1|<b>|evil\.example/, path);
    }
  });

  t.test("an unknown address is a page for a browser and a problem for a machine", async (t) => {
    const page = await client.get("/nowhere");
    t.equal(page.status, 404);
    t.match(page.html, "There is no page here");
    for (const [path, accept] of [
      ["/v1/nowhere", "text/html"],
      ["/nowhere", "application/json"],
      ["/nowhere", "*/*"],
    ] as const) {
      const problem = await client.get(path, { accept });
      t.equal(problem.status, 404);
      t.match(problem.headers.get("content-type"), "application/problem+json", `${path} ${accept}`);
    }
  });

  t.test("a form's address in the address bar leads to the page", async (t) => {
    for (const path of ["/reset/method", "/reset/code", "/reset/password", "/reset/cancel"]) {
      const answer = await client.get(path);
      t.equal(answer.status, 303, path);
      t.equal(answer.headers.get("location"), "/reset");
    }
  });

  t.test("the language is the one of ?lang=, then the one chosen before, then the browser's", async (t) => {
    const swede = { "accept-language": "sv-SE,sv;q=0.9,en;q=0.5" };
    const heading = async (path: string, headers = {}) => /<html lang="(\w+)"/.exec((await client.get(path, headers)).html)?.[1];
    t.equal(await heading("/reset", swede), "sv");
    t.equal(await heading("/reset", { "accept-language": "fi" }), "en", "English for want of Finnish");
    t.equal(await heading("/reset?lang=en", swede), "en");
    t.equal(await heading("/reset", swede), "en", "the choice is remembered");
    t.equal(await heading("/reset?lang=xx", swede), "en", "what is no language is no choice");
    t.equal(await heading("/nowhere?lang=sv"), "sv");
  });

  t.test("static files are kept for ever under the hash of their content, and asked for again otherwise", async (t) => {
    const address = /href="(\/assets\/rekey\.css\?v=[\w-]+)"/.exec((await client.get("/")).html)?.[1] ?? "";
    const named = await client.get(address);
    t.equal(named.status, 200);
    t.match(named.headers.get("content-type"), "text/css");
    t.equal(named.headers.get("cache-control"), "public, max-age=31536000, immutable");
    for (const path of ["/assets/rekey.css", "/assets/rekey.css?v=000000000000", `${address}0`]) {
      const answer = await client.get(path);
      t.equal(answer.headers.get("cache-control"), "no-cache", path);
      // `fetch` would say `no-cache` beside the validator, which asks for the whole file.
      const again = await product.product.server.inject({ url: path, headers: { "if-none-match": answer.headers.get("etag") ?? "" } });
      t.equal(again.statusCode, 304, "unchanged");
    }
    for (const path of ["/assets/", "/assets/../words.ts", "/assets/%2e%2e/words.ts", "/assets/nothing.js"])
      t.equal((await client.get(path)).status, 404, path);
  });

  t.test("of several forms on a first page each is taken", async (t) => {
    const { userPrincipalName, password } = product.person("henrik");
    const client = createFormClient(product);
    await client.get("/sign-in");
    await client.post("/sign-in", { userPrincipalName, password });
    // As after the browser was closed: its form cookie is gone, the session has some minutes left.
    client.cookies.delete("__Host-rekey-form");
    const { html } = await client.get("/security-info");
    const tokens = [...html.matchAll(/name="_csrf" value="([^"]+)"/g)].map(([, token = ""]) => token);
    t.equal(new Set(tokens).size, 1, "one token for all of them");
    t.equal((await client.post("/security-info/confirm", { _csrf: tokens[0] ?? "" })).status, 303);
  });
});
