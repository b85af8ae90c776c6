import t from "tap";
import { linesOf, outcomes, pieces } from "./import-files.ts";

async function csv(...lines: string[]) {
  return linesOf(pieces(lines.join("\n")), "csv");
}

async function json(...objects: unknown[]) {
  return linesOf(pieces(objects.map((object) => (typeof object === "string" ? object : JSON.stringify(object))).join("\n")), "ndjson");
}

t.test("one user twice, in whatever writing, is a problem of the second row that is good", async (t) => {
  const lines = await csv(
    "userPrincipalName,mobile",
    "mike@contoso.example,x",
    "mike@contoso.example,",
    "MIKE@contoso.example,",
    "mi\u212ae@CONTOSO.example,",
    "m\u0131ke@contoso.example,",
  );
  t.strictSame(outcomes(lines), [
    [2, "mobile not-a-phone-number"],
    [3, "mike@contoso.example"],
    [4, "userPrincipalName duplicate-user"],
    [5, "userPrincipalName duplicate-user"],
    [6, "m\u0131ke@contoso.example"],
  ]);
});

t.test("usageLocation is the country of numbers in national writing", async (t) => {
  const lines = await csv(
    "mobile,usageLocation,userPrincipalName",
    "070-174 06 05,SE,a@contoso.example",
    "070-174 06 05,se,b@contoso.example",
    "070-174 06 05,,c@contoso.example",
    "(202) 555-0134,US,d@contoso.example",
  );
  t.match(lines[0], { user: { methods: [{ value: "+46701740605" }] } });
  t.match(lines[1], { user: { usageLocation: "SE", methods: [{ value: "+46701740605" }] } });
  t.match(lines[2], { problems: [{ field: "mobile", code: "country-missing", reason: /usageLocation/ }] });
  t.match(lines[3], { user: { methods: [{ value: "+12025550134" }] } });
});

t.test("several values in one cell, and columns of Microsoft's registered methods", async (t) => {
  const lines = await csv(
    "userPrincipalName,alternateEmailAddress,authenticationEmail,mobile,authenticationPhoneNumber,authenticationAlternativePhoneNumber,groups",
    'a@contoso.example,"a@home.example; b@home.example,c@home.example",a@home.example,+46 70 174 06 05|+46 70 174 06 06,+46 70-174 06 05,+46 70 174 06 07,A; B |A',
    'b@contoso.example,"{x@home.example, y@home.example}",,,,,',
  );
  t.match(lines[0], { user: { groups: ["A", "B"] } });
  const values = lines.map((line) =>
    "user" in line ? line.user.methods.map((method) => `${method.type} ${method.value}`) : line.problems,
  );
  t.strictSame(values, [
    [
      "email a@home.example",
      "email b@home.example",
      "email c@home.example",
      "mobilePhone +46701740605",
      "mobilePhone +46701740606",
      "mobilePhone +46701740607",
    ],
    ["email x@home.example", "email y@home.example"],
  ]);
});

t.test("text: white space and line breaks are layout, what could deceive a reader is refused", async (t) => {
  const user = {
    userPrincipalName: " anna@contoso.example ",
    displayName: " Anna\r\n  Berg\u00a0",
    givenName: "A\u030asa",
    jobTitle: "",
    surname: null,
  };
  const [line] = await json(user);
  t.match(line, { user: { userPrincipalName: "anna@contoso.example", displayName: "Anna Berg", givenName: "Åsa" } });
  t.notOk(line && "user" in line && ("jobTitle" in line.user || "surname" in line.user), "empty and null say nothing");
  const refused: [Record<string, unknown>, string][] = [
    [{ displayName: "Anna \u202egreB" }, "displayName control-character"],
    [{ displayName: "Anna\u0007" }, "displayName control-character"],
    [{ displayName: "x".repeat(257) }, "displayName too-long"],
    [{ department: "x".repeat(65) }, "department too-long"],
    [{ preferredLanguage: "swedish please" }, "preferredLanguage invalid-language"],
    [{ usageLocation: "SWE" }, "usageLocation invalid-country"],
    [{ mail: "anna@home.example\r\nBcc: bo@home.example" }, "mail not-an-email-address"],
    [{ password: "x".repeat(257) }, "password too-long"],
    [{ groups: [1] }, "groups wrong-type"],
    [{ groups: ["a\0"] }, "groups control-character"],
    [{ groups: Array.from({ length: 1001 }, (_, index) => `${index}`) }, "groups too-many-values"],
    [{ otherMails: Array.from({ length: 11 }, (_, index) => `a${index}@home.example`) }, "otherMails too-many-values"],
    [{ mobilePhone: 46701740605 }, "mobilePhone wrong-type"],
    [{ directory: "x" }, "directory unknown-field"],
  ];
  for (const [fields, problem] of refused)
    t.strictSame(outcomes(await json({ userPrincipalName: "a@contoso.example", ...fields })), [[1, problem]]);
});

t.test("a hostile line neither fills the report nor breaks the reader", async (t) => {
  const unknown = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, index]));
  const lines = await json(
    { userPrincipalName: "a@contoso.example", ...unknown },
    "[".repeat(100_000),
    `{"a":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
    {
      userPrincipalName: `a\u0000\u202e${"x".repeat(10_000)}`,
    },
  );
  t.strictSame(
    lines.map((line) => ("problems" in line ? [line.problems.length, line.problems[0]?.code] : [])),
    [
      [20, "unknown-field"],
      [1, "invalid-json"],
      [2, "unknown-field"],
      [1, "too-long"],
    ],
  );
  t.match(lines[3], { userPrincipalName: /^a\ufffd\ufffdx{251}$/ }, "a report shows the name, defused and cut");
});
