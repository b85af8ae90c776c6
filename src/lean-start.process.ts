import { setFlagsFromString } from "node:v8";

/**
 * While a process starts, nearly everything that is allocated stays: modules, routes, dictionaries. V8 answers with a nursery of three
 * times 32 MB, which the idle process then holds on to for ever. Until the start is over it prefers memory to speed (docs/performance.md).
 * To be called before the modules are loaded. V8 reads both settings anew each time they matter.
 */
export function startLean(): void {
  setFlagsFromString("--optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=1");
}

/** From here on V8 works as by default. */
export function endLeanStart(): void {
  setFlagsFromString("--no-optimize-for-size");
  setFlagsFromString("--semi-space-growth-factor=2");
}
