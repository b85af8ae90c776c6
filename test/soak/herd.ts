import { setTimeout as pause } from "node:timers/promises";
import type { Installation } from "../journeys/installation.ts";
import { builtProgram, type ServiceProcess, spawnService, whenReady } from "../journeys/service-process.ts";
import { freePort } from "../journeys/waiting.ts";

type Role = "server" | "worker";

interface Animal {
  readonly role: Role;
  readonly env: Readonly<Record<string, string>>;
  service: ServiceProcess;
}

/** Servers and workers of which one is ended at a random moment, and another takes its place at once. */
export interface Herd {
  /** A server that is believed to live. */
  anyServer(): string;
  /** Ends one, and waits until the one after it is ready. */
  replaceOne(signal: "SIGKILL" | "SIGTERM"): Promise<{ role: Role; exit: number | NodeJS.Signals }>;
  readonly ended: Record<Role, number>;
  /** What they wrote. */
  lines(): string[];
  stop(): Promise<void>;
}

export async function startHerd(house: Installation, each: number, chance: () => number): Promise<Herd> {
  const program = builtProgram();
  const animals: Animal[] = [];
  const former: ServiceProcess[] = [];
  const ended = { server: 0, worker: 0 };
  for (const role of ["server", "worker"] as const)
    for (let index = 0; index < each; index++) {
      const env = { ...house.env, ROLE: role, PORT: String(await freePort()) };
      animals.push({ role, env, service: spawnService(env, program) });
    }
  await Promise.all(animals.map(({ service }) => whenReady(service)));
  const oneOf = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T;
  return {
    anyServer: () => oneOf(animals.filter(({ role }) => role === "server")).service.baseUrl,
    async replaceOne(signal) {
      const animal = oneOf(animals);
      await pause(chance() * 700);
      const exit = await animal.service.end(signal);
      former.push(animal.service);
      ended[animal.role] += 1;
      animal.service = spawnService(animal.env, program);
      await whenReady(animal.service);
      return { role: animal.role, exit };
    },
    ended,
    lines: () => [...former, ...animals.map(({ service }) => service)].flatMap(({ lines }) => lines),
    async stop() {
      await Promise.all(animals.map(({ service }) => service.end("SIGTERM")));
    },
  };
}
