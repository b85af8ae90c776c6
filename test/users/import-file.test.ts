import t from "tap";
import { type ImportedUser, ImportFileRefused } from "../../src/users/import-file.ts";
import { linesOf, outcomes, pieces, sample } from "./import-files.ts";

async function users(name: string, unknown?: (headings: readonly string[]) => void): Promise<ImportedUser[]> {
  const lines = await linesOf(sample(name), name.endsWith(".ndjson") ? "ndjson" : "csv", unknown);
  return lines.map((line) => {
    if ("problems" in line) throw new Error(JSON.stringify(line));
    return line.user;
  });
}

t.test("Microsoft Entra's download", async (t) => {
  const [anna, jose, sam, guest] = await users("entra-download-users.csv", () => t.fail("every column is known"));
  t.strictSame(anna, {
    userPrincipalName: "anna.berg@contoso.example",
    upnKey: "anna.berg@contoso.example",
    domain: "contoso.example",
    methods: [
      { type: "officePhone", value: "+46846500401" },
      { type: "mobilePhone", value: "+46701740605" },
      { type: "email", value: "anna@home.example" },
    ],
    displayName: "Anna Berg",
    givenName: "Anna",
    surname: "Berg",
    mail: "anna.berg@contoso.example",
    jobTitle: "Head of Sales",
    department: "Sales",
    externalId: "6f1c0d3a-0c61-4b8f-9b0a-2f6f5f2f0001",
    usageLocation: "SE",
    enabled: true,
  });
  t.match(jose, { displayName: "García, José", jobTitle: 'Engineer "Networks"' });
  t.strictSame(jose?.methods, [
    { type: "officePhone", value: "+12025550101" },
    { type: "mobilePhone", value: "+12025550134" },
    { type: "mobilePhone", value: "+12025550135" },
    { type: "email", value: "jose@home.example" },
    { type: "email", value: "jg@post.example" },
  ]);
  t.match(sam, { enabled: false, displayName: "Sam O'Neil", methods: [{ type: "mobilePhone", value: "+447700900123" }] });
  t.match(guest, { userPrincipalName: "guest_partner.example#EXT#@contoso.example", upnKey: "guest_partner.example#ext#@contoso.example" });
  t.notOk(guest && "usageLocation" in guest, "an empty cell says nothing");
});

t.test("a damaged file: the good rows go in, each bad one is named with line, field and reason", async (t) => {
  const lines = await linesOf(sample("damaged.csv"), "csv");
  t.strictSame(outcomes(lines), [
    [2, "good.one@contoso.example"],
    [3, "telephoneNumber extension", "mobile spreadsheet-number"],
    [4, "userPrincipalName required"],
    [5, "accountEnabled invalid-flag", "userPrincipalName no-at-sign", "usageLocation invalid-country"],
    [6, "displayName formula"],
    [7, "guarded@contoso.example"],
    [8, "line unclosed-quote"],
    [9, "after.unclosed@contoso.example"],
    [10, "line wrong-column-count"],
    [11, "line wrong-column-count"],
    [12, "trailing@contoso.example"],
    [14, "userPrincipalName duplicate-user"],
    [15, "mobile premium", "alternateEmailAddress not-an-email-address"],
    [16, "nickname@contoso.example"],
    [17, "spaced@contoso.example"],
    [18, "displayName lost-character"],
    [19, "line unclosed-quote"],
  ]);
  t.match(lines[5], { user: { displayName: "-Guarded", methods: [{ value: "+46846500400" }, { value: "+46701740606" }] } });
  t.match(lines[11], { userPrincipalName: "GOOD.ONE@Contoso.example", problems: [{ reason: /line 2/ }] });
  t.match(lines[13], { user: { displayName: 'Robert "Bob" Berg' } });
  t.match(lines[14], { user: { displayName: "Berg, Spaced" } });
  for (const line of lines) if ("problems" in line) for (const { reason } of line.problems) t.match(reason, /^[A-Z].*\.$/, reason);
});

t.test("Excel in Swedish: semicolons, Windows-1252, its own words for true and false", async (t) => {
  const [asa, bjorn, zoe] = await users("excel-semicolons.windows-1252.csv");
  t.match(asa, { displayName: "Åsa Öberg", enabled: true, groups: ["Försäljning", "Göteborg"], methods: [{ value: "+46701740607" }] });
  t.match(bjorn, { displayName: "Åslund; Björn", enabled: false, methods: [{ value: "+46701740608" }] });
  t.match(zoe, { displayName: "Zoë – “Zo€”" });
});

t.test("Excel's Unicode text: UTF-16 and tabs", async (t) => {
  const [lukasz, taro] = await users("excel-unicode-text.utf-16le.txt");
  t.match(lukasz, { userPrincipalName: "łukasz@contoso.example", displayName: "Łukasz Żak", methods: [{ value: "+48600000001" }] });
  t.match(taro, { upnKey: "日本@contoso.example", displayName: "日本 太郎" });
});

t.test("Microsoft Entra's bulk template: a version line, names in brackets, and a column that means the reverse", async (t) => {
  const [chris, dana] = await users("entra-bulk-create-template.csv");
  t.match(chris, {
    userPrincipalName: "chris@contoso.example",
    displayName: "Chris Green",
    enabled: true,
    methods: [{ value: "+12025550136" }],
  });
  t.equal(chris?.password, " =pass 'Word 1 ", "a password is taken as it is");
  t.match(dana, { enabled: false, password: "initial-Passw0rd" });
});

t.test("the Microsoft 365 admin centre's export, and columns that nobody knows", async (t) => {
  const told: (readonly string[])[] = [];
  const [kari, ola] = await users("microsoft-365-admin-export.csv", (headings) => told.push(headings));
  t.strictSame(told, [["Favourite colour"]]);
  t.match(kari, {
    enabled: true,
    licensed: true,
    preferredLanguage: "nb-NO",
    jobTitle: "Admin",
    methods: [{ type: "mobilePhone", value: "+4740000001" }],
  });
  t.match(ola, { enabled: false, licensed: false, methods: [{ type: "officePhone", value: "+4722000001" }] });
});

t.test("NDJSON", async (t) => {
  const lines = await linesOf(sample("users.ndjson"), "ndjson");
  t.strictSame(outcomes(lines), [
    [1, "anna.berg@contoso.example"],
    [2, "jose@contoso.example"],
    [3, "isAdmin unknown-field", "roles unknown-field"],
    [4, "displayName wrong-type", "enabled wrong-type", "groups wrong-type", "methods wrong-type"],
    [5, "userPrincipalName wrong-type", "userPrincipalName required"],
    [
      6,
      "methods[0].type invalid-method-type",
      "methods[1].value wrong-type",
      "methods[2].verified unknown-field",
      "methods[3].type invalid-method-type",
    ],
    [7, "accountEnabled conflicting-values"],
    [8, "line not-an-object"],
    [9, "line invalid-json"],
    [10, "line not-an-object"],
    [11, "__proto__ unknown-field", "userPrincipalName required"],
    [13, "userPrincipalName duplicate-user"],
  ]);
  t.match(lines[0], {
    user: { licensed: false, groups: ["Sales", "Stockholm"], password: " correct horse battery ", preferredLanguage: "sv" },
  });
  t.match(lines[0], {
    user: { methods: [{ value: "anna@home.example" }, { value: "+46701740605" }, { type: "officePhone", value: "+46846500401" }] },
  });
  t.match(lines[1], {
    user: {
      enabled: false,
      externalId: /0002$/,
      groups: [],
      methods: [{ type: "mobilePhone" }, { type: "officePhone" }, { type: "email" }],
    },
  });
});

t.test("a file that cannot be read as a whole is refused in one clear sentence", async (t) => {
  const refused: [string | Buffer, "csv" | "ndjson", string][] = [
    ["", "csv", "empty-file"],
    ["\ufeff", "csv", "empty-file"],
    [" \r\n\r\n", "csv", "empty-file"],
    ["version:v1.0\n", "csv", "empty-file"],
    ["", "ndjson", "empty-file"],
    ["displayName,mail\nA,b\n", "csv", "missing-column"],
    ["a".repeat(300_000), "csv", "not-a-text-file"],
    ["userPrincipalName,Mail,mail\n", "csv", "duplicate-column"],
    ["userPrincipalName,accountEnabled,Block credential\n", "csv", "duplicate-column"],
    ["userPrincipalName,mobile,Mobile phone\n", "csv", "duplicate-column"],
    [Buffer.from("userPrincipalName,mail\n", "utf16le"), "csv", "not-a-text-file"],
    [Buffer.from("PK\u0003\u0004workbook.xlsx"), "csv", "not-a-text-file"],
  ];
  for (const [content, kind, fault] of refused) {
    const error = await linesOf(pieces(content, 1000), kind).catch((reason: unknown) => reason);
    t.ok(error instanceof ImportFileRefused && error.fault === fault && error.status === 422, `${String(content).slice(0, 30)} ${fault}`);
    t.match(error, { code: "import-refused", extensions: { detail: /^[A-Z].*/, reason: fault } });
  }
  await t.rejects(linesOf(sample("missing-column.csv"), "csv"), { message: /userPrincipalName.*displayName,mail,mobile/ });
  t.strictSame(await linesOf(sample("header-only.csv"), "csv"), [], "a header alone is a file of no users");
});

t.test("the source is closed when the reader stops early", async (t) => {
  let closed = false;
  async function* endless(): AsyncGenerator<Buffer> {
    try {
      for (let i = 0; ; i += 1) yield Buffer.from(i === 0 ? "userPrincipalName\n" : `user${i}@contoso.example\n`);
    } finally {
      closed = true;
    }
  }
  const { readImport } = await import("../../src/users/import-file.ts");
  for await (const line of readImport(endless(), "csv")) if (line.line > 3) break;
  t.ok(closed);
});
