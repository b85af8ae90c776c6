import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/*
 * The dictionaries are some hundred thousand words. `require` fetches them at the first password that is judged, and answers at once,
 * so that judging stays a plain function and a start or a command of the CLI that judges nothing pays nothing.
 */

export function zxcvbnCore(): typeof import("@zxcvbn-ts/core") {
  return require("@zxcvbn-ts/core");
}

export function commonLanguage(): typeof import("@zxcvbn-ts/language-common") {
  return require("@zxcvbn-ts/language-common");
}

export function englishLanguage(): typeof import("@zxcvbn-ts/language-en") {
  return require("@zxcvbn-ts/language-en");
}
