import { type Import, importCycles, importsOf, type SourceTree, withoutComments } from "./source-tree.ts";

/** What a second name part says the file touches: `x.pg.ts`. Adapters implement a port, so that compose.ts alone names them. */
const ADAPTERS = ["pg", "redis", "memory", "smtp", "sendgrid", "twilio", "outbox", "ldap", "client", "file", "process"];
const DOORS = ["http", "page", "worker"];
/** These touch nothing: words of a language, the text of a Redis script. */
const DATA = ["en", "sv", "lua"];

/** Folders that every slice may build on, and which know no slice. */
const MACHINERY = ["http", "pages", "database", "kit"];
/** Of these the folder itself says what its files touch: HTTP; PostgreSQL, its processes and its files. */
const OUTSIDE = ["http", "database"];

/** What the core may run. Types alone may come from anywhere. Before you add a line: it must neither read nor change the world. */
const PURE_MODULES = ["node:buffer", "node:crypto", "node:module", "node:url", "node:util"];
const PURE_PACKAGES = [
  "@zxcvbn-ts/core",
  "@zxcvbn-ts/language-common",
  "@zxcvbn-ts/language-en",
  "altcha-lib",
  "csv-parse",
  "intl-messageformat",
  "ipaddr.js",
  "libphonenumber-js",
  "otplib",
  "preact",
  "preact-render-to-string",
  "typebox",
  "uqr",
];

/** Names that say nothing; "common" does beside a noun, as in common passwords. */
const DRAWER = /(^|[/.-])(utils?|helpers?|managers?|services?|misc)(?=[/.-])|(^|\/)(commons?|shared)(?=[/.])/;
const LONGEST = 250;

type Layer = "kit" | "core" | "shell" | "compose" | "main";
const LAYERS: readonly Layer[] = ["kit", "core", "shell", "compose", "main"];

interface Place {
  readonly path: string;
  readonly layer: Layer;
  /** The folder of the first level, "" at the top. */
  readonly slice: string;
  /** The second name part, "" where there is none. */
  readonly part: string;
}

function placeOf(path: string): Place {
  const slice = path.includes("/") ? (path.split("/", 1)[0] ?? "") : "";
  const [, part = ""] = /\.([^./]+)\.tsx?$/.exec(path) ?? [];
  return { path, slice, part, layer: layerOf(path, slice, part) };
}

function layerOf(path: string, slice: string, part: string): Layer {
  if (slice === "kit") return "kit";
  if (/^(compose|config)\.ts$/.test(path) || slice === "compose") return "compose";
  if (slice === "" || slice === "cli") return "main";
  return OUTSIDE.includes(slice) || (part !== "" && !DATA.includes(part)) ? "shell" : "core";
}

/** A sentence for each breach. */
type Rule = (tree: SourceTree) => string[];

const everyFile =
  (judge: (place: Place, text: string) => string | null): Rule =>
  (tree) =>
    [...tree].flatMap(([path, text]) => judge(placeOf(path), text) ?? []);

/** On every import; `to` is null where it leaves `src/`. */
const everyImport =
  (judge: (from: Place, to: Place | null, imported: Import) => string | false | null): Rule =>
  (tree) =>
    [...tree].flatMap(([path, text]) =>
      importsOf(path, text).flatMap((imported) => {
        const breach = judge(placeOf(path), imported.file === null ? null : placeOf(imported.file), imported);
        return breach ? `${path} imports ${imported.specifier}: ${breach}` : [];
      }),
    );

const packageOf = (specifier: string) => specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
const isPure = (specifier: string) => PURE_MODULES.includes(specifier) || PURE_PACKAGES.includes(packageOf(specifier));

export const RULES: Readonly<Record<string, Rule>> = {
  "imports go down: main, compose, shells, core, kit, which imports nothing else": everyImport(
    (from, to) => to && LAYERS.indexOf(to.layer) > LAYERS.indexOf(from.layer) && `${from.layer} may not know ${to.layer}`,
  ),
  "the core touches nothing outside": everyImport(
    ({ layer }, to, { specifier, typeOnly }) =>
      (layer === "core" || layer === "kit") &&
      !to &&
      !typeOnly &&
      !specifier.startsWith(".") &&
      !isPure(specifier) &&
      "not on the list of what is pure",
  ),
  "the core reads no clock and rolls no dice": everyFile(({ path, layer }, text) => {
    const injected =
      layer === "core" ? /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(Bytes|UUID|Int)\(/.exec(withoutComments(text)) : null;
    return injected && `${path} calls ${injected[0]}: take a Clock or a Random`;
  }),
  "machinery knows no slice": everyImport(
    ({ slice }, to) =>
      MACHINERY.includes(slice) && slice !== "kit" && to && !MACHINERY.includes(to.slice) && `${slice}/ serves all slices and knows none`,
  ),
  "shells of one slice import no shell of another, save that a transaction may span slices": everyImport(
    (from, to) =>
      from.layer === "shell" &&
      // docs/decisions/0011: what one transaction changes is written by the slices it belongs to.
      !(from.part === "pg" && to?.part === "pg") &&
      to?.layer === "shell" &&
      to.slice !== from.slice &&
      !MACHINERY.includes(to.slice) &&
      "take it as a parameter from compose",
  ),
  "compose alone names adapters": everyImport((from, to, { typeOnly }) => {
    // Imports from another slice, and from the core, break a rule above already.
    if (from.layer !== "shell" || !to || !ADAPTERS.includes(to.part) || from.part === to.part) return null;
    const atHome = from.slice === to.slice && (typeOnly || OUTSIDE.includes(to.slice));
    return atHome || (from.slice !== to.slice && !MACHINERY.includes(to.slice))
      ? null
      : "import its port, and let compose hand over the adapter";
  }),
  "no import runs in a circle, types aside": (tree) => importCycles(tree).map((files) => files.join(" → ")),
  "a second name part is a known word": everyFile(({ path, part }) =>
    [...ADAPTERS, ...DOORS, ...DATA, ""].includes(part) ? null : `${path}: .${part} is not on the list`,
  ),
  "a file name says the thing": everyFile(({ path }) => (DRAWER.test(path) ? `${path}: a drawer, not a name` : null)),
  "a file is one thing": everyFile(({ path }, text) => {
    const lines = text.trimEnd().split("\n").length;
    return lines > LONGEST ? `${path} has ${lines} lines, more than ${LONGEST}` : null;
  }),
  "the environment is read in config.ts": everyFile(({ path }, text) =>
    path !== "config.ts" && /\bprocess\s*\.\s*env\b/.test(withoutComments(text)) ? `${path} reads process.env` : null,
  ),
};
