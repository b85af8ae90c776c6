import { readdirSync, readFileSync } from "node:fs";

/** The kernel counts processor time in these, everywhere. */
const TICK_MS = 10;

/**
 * Processor time so far of a process, in milliseconds.
 * @param family its children count too, those that have ended as well: PostgreSQL has one for each connection
 */
export function processorMs(pid: number, family = false): number {
  // After the name: state, parent, …; 11 and 12 are its own time, 13 and 14 that of the children it waited for.
  const own = statOf(String(pid)).slice(11, family ? 15 : 13);
  const children = family ? readdirSync("/proc").filter((name) => /^\d+$/.test(name)) : [];
  const living = children.map(statOf).filter((fields) => Number(fields[1]) === pid);
  const ticks = [own, ...living.map((fields) => fields.slice(11, 13))].flat();
  return ticks.reduce((sum, field) => sum + Number(field), 0) * TICK_MS;
}

function statOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  } catch {
    // Gone between the listing and the look.
    return [];
  }
}

/** Memory in megabytes (10^6 bytes): what is held now, and the most there was. */
export function residentMb(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  const read = (name: string) => (Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1]) * 1024) / 1e6;
  return { now: read("VmRSS"), peak: read("VmHWM") };
}
