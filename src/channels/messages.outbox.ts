import { randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, timestamp } from "../kit/clock.ts";
import type { EmailChannel, TextChannel, VoiceChannel } from "../messages/message.ts";

export interface OutboxItem {
  readonly id: string;
  readonly channel: "email" | "sms" | "voice";
  readonly to: string;
  readonly subject?: string;
  readonly text: string;
  readonly html?: string;
  readonly createdAt: string;
}

/** Messages kept as files in place of a provider, for a desk only: production refuses it. */
export interface Outbox {
  readonly email: EmailChannel;
  readonly text: TextChannel;
  readonly voice: VoiceChannel;
  /** Newest first. */
  list(): Promise<OutboxItem[]>;
}

const KEPT = 500;

/** @param folder made on first use, 0700. Several processes may write to it. */
export function createOutbox(folder: string, clock: Clock): Outbox {
  let written = 0;
  const put = async (item: Omit<OutboxItem, "id" | "createdAt">): Promise<void> => {
    const now = clock.now();
    const id = randomUUID();
    await mkdir(folder, { recursive: true, mode: 0o700 });
    // The counter keeps the order of what one process writes in one millisecond.
    const name = `${String(now).padStart(15, "0")}-${String(written++).padStart(9, "0")}-${id}.json`;
    const file = join(folder, name);
    // Written aside and renamed, so that a reader never finds half a message.
    await writeFile(`${file}.tmp`, JSON.stringify({ id, ...item, createdAt: timestamp(now) }), { mode: 0o600 });
    await rename(`${file}.tmp`, file);
    if (written % 50 === 0) await forgetOld(folder);
  };
  return {
    email: { send: ({ to, subject, text, html }) => put({ channel: "email", to, subject, text, html }) },
    text: { send: ({ to, text }) => put({ channel: "sms", to, text }) },
    voice: { send: ({ to, text }) => put({ channel: "voice", to, text }) },
    async list() {
      const names = (await messageFiles(folder)).slice(0, KEPT);
      const items = await Promise.all(names.map((name) => readFile(join(folder, name), "utf8").catch(() => null)));
      return items.filter((text) => text !== null).map((text) => JSON.parse(text) as OutboxItem);
    },
  };
}

async function forgetOld(folder: string): Promise<void> {
  for (const name of (await messageFiles(folder)).slice(KEPT)) await rm(join(folder, name), { force: true });
}

async function messageFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith(".json"))
    .sort()
    .reverse();
}
