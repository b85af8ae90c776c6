import { fileURLToPath } from "node:url";
import t from "tap";
import { RULES } from "./architecture/rules.ts";
import { readSourceTree } from "./architecture/source-tree.ts";

// The rules of the house (docs/decisions/0008-architecture-test.md). To see them all: the keys of RULES.

t.test("src/ keeps every rule", async (t) => {
  const tree = readSourceTree(fileURLToPath(new URL("../src", import.meta.url)));
  t.ok(tree.size > 0, "there are sources");
  for (const [name, rule] of Object.entries(RULES)) t.strictSame(rule(tree), [], name);
});

/** A small house in order. Each breach below is one file more. */
const HOUSE = {
  "main.ts": 'import { compose } from "./compose.ts";\nimport { readConfig } from "./config.ts";\n',
  "config.ts": 'import { Secret } from "./kit/secret.ts";\nexport const readConfig = (env = process.env) => env;\n',
  "compose.ts": 'import { createStore } from "./resets/reset-store.pg.ts";\nimport { routes } from "./resets/resets.http.ts";\n',
  "cli/rekey.ts": 'import { readFile } from "node:fs/promises";\nimport { compose } from "../compose.ts";\n',
  "http/server.ts": 'import fastify from "fastify";\n',
  "database/connect.pg.ts": 'import { Kysely } from "kysely";\n',
  "kit/clock.ts": "export const systemClock = { now: () => Date.now() };\n",
  "kit/secret.ts": 'import { inspect } from "node:util";\n',
  "pages/layout.page.tsx": 'import { render } from "preact-render-to-string";\n',
  "policy/gates.ts": 'import type { Role } from "../users/role.ts";\n// process.env and new Date() in a comment are words\n',
  "resets/reset-flow.ts": 'import {\n  nextGate,\n} from "../policy/gates.ts";\nimport type { Pool } from "pg";\n',
  "resets/reset-store.ts": 'import type { ResetFlow } from "./reset-flow.ts";\n',
  "resets/reset-store.pg.ts": 'import { connect } from "../database/connect.pg.ts";\nimport { rows } from "./rows.pg.ts";\n',
  "resets/rows.pg.ts": 'import { sql } from "kysely";\n',
  "resets/reset-steps.lua.ts": "export const OPEN = `return 1`;\n",
  "resets/reset.page.tsx": 'import { Layout } from "../pages/layout.page.tsx";\n',
  "resets/resets.http.ts": 'import type { Server } from "../http/server.ts";\nimport { Page } from "./reset.page.tsx";\n',
  "users/role.ts": 'import { gate } from "../kit/clock.ts";\nimport type { Gate } from "../policy/gates.ts";\n',
  "users/account-store.memory.ts": "",
};

/** Rule → files that break this rule and no other. */
const BREACHES: Readonly<Record<keyof typeof RULES, Readonly<Record<string, string>>>> = {
  "imports go down: main, compose, shells, core, kit, which imports nothing else": {
    "policy/a.ts": 'import type { Row } from "../resets/rows.pg.ts";\n',
    "policy/b.ts": 'import { readConfig } from "../config.ts";\n',
    "kit/d.ts": 'import type { Role } from "../users/role.ts";\n',
    "resets/c.http.ts": 'export { compose } from "../compose.ts";\n',
  },
  "the core touches nothing outside": {
    "policy/a.ts": 'import { readFile } from "node:fs/promises";\n',
    "policy/b.ts": 'import "pg";\n',
    "policy/c.ts": 'import pg, {\n  type Pool,\n} from "pg";\n',
    "policy/d.ts": 'const { Redis } = await import("ioredis");\n',
    "policy/e.ts": 'export * from "@fastify/helmet";\n',
    "kit/f.ts": 'import fs from "fs";\n',
  },
  "the core reads no clock and rolls no dice": {
    "policy/a.ts": "const now = Date.now();\n",
    "policy/b.ts": "const now = new Date();\n",
    "policy/c.ts": "const chance = Math.random();\n",
    "policy/d.ts": 'import { randomBytes } from "node:crypto";\nconst id = randomBytes(16);\n',
  },
  "machinery knows no slice": {
    "http/a.ts": 'import { nextGate } from "../policy/gates.ts";\n',
    "pages/b.page.tsx": 'import type { Role } from "../users/role.ts";\n',
  },
  "shells of one slice import no shell of another, save that a transaction may span slices": {
    "users/a.http.ts": 'import { Page } from "../resets/reset.page.tsx";\n',
    "users/b.pg.ts": 'import { listen } from "../resets/reset.http.ts";\n',
  },
  "compose alone names adapters": {
    "resets/a.http.ts": 'import { createStore } from "./reset-store.pg.ts";\n',
    "resets/b.worker.ts": 'import { connect } from "../database/connect.pg.ts";\n',
  },
  "no import runs in a circle, types aside": {
    "policy/a.ts": 'import { b } from "./b.ts";\n',
    "policy/b.ts": 'import { a } from "./a.ts";\n',
    "policy/own.ts": 'import { own } from "./own.ts";\n',
  },
  "a second name part is a known word": { "policy/a.cloud.ts": "" },
  "a file name says the thing": { "policy/gate-helpers.ts": "", "common/gates.ts": "", "policy/account.manager.pg.ts": "" },
  "a file is one thing": { "policy/a.ts": "// line\n".repeat(251) },
  "the environment is read in config.ts": {
    "policy/a.ts": "const zone = process.env.TZ;\n",
    "cli/b.ts": "const { TZ } = process . env;\n",
  },
};

t.test("a house in order breaks no rule", async (t) => {
  const tree = new Map(Object.entries(HOUSE));
  for (const [name, rule] of Object.entries(RULES)) t.strictSame(rule(tree), [], name);
});

t.test("every rule sees its breaches, and blames nothing else for them", async (t) => {
  for (const [broken, files] of Object.entries(BREACHES)) {
    const tree = new Map(Object.entries({ ...HOUSE, ...files }));
    for (const [name, rule] of Object.entries(RULES)) {
      const told = rule(tree);
      if (name !== broken) t.strictSame(told, [], `${name}, where the breach is of: ${broken}`);
      else
        for (const file of Object.keys(files))
          t.ok(
            told.some((sentence) => sentence.includes(file)),
            `${broken}: ${file}`,
          );
    }
  }
  t.strictSame(Object.keys(BREACHES), Object.keys(RULES), "no rule goes unproved");
});
