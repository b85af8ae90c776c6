import type { Page } from "playwright-core";
import type { OutboxItem } from "../../src/channels/messages.outbox.ts";
import { type StartedProduct, until } from "./product.ts";

/** Reads each code once, the newest first, as a person who looks into the mailbox. */
export function createMailbox(product: StartedProduct) {
  const read = new Set<string>();
  const next = async (wanted: (item: OutboxItem) => boolean): Promise<OutboxItem> => {
    let found: OutboxItem | undefined;
    await until(async () => {
      found = (await product.outbox()).find((item) => !read.has(item.id) && wanted(item));
      return found !== undefined;
    });
    if (found === undefined) throw new Error("nothing came");
    read.add(found.id);
    return found;
  };
  return {
    next,
    /** The code as it is printed, with its space. */
    async code(channel: OutboxItem["channel"]): Promise<string> {
      const { text } = await next((item) => item.channel === channel && /\b\d{4} ?\d{4}\b/.test(item.text));
      return /\b\d{4} ?\d{4}\b/.exec(text)?.[0] ?? "";
    },
    async link(): Promise<string> {
      const { text } = await next((item) => item.channel === "email" && item.text.includes("/l/"));
      return /https?:\S+\/l\/\S+/.exec(text)?.[0] ?? "";
    },
  };
}

/** The one button that goes on. */
export async function goOn(page: Page): Promise<void> {
  await page.locator("main form button.button[type=submit]").first().click();
}

export async function startReset(page: Page, product: StartedProduct, name: string): Promise<void> {
  await page.goto(`${product.baseUrl}/reset`);
  await page.fill("#user-name", name);
  await goOn(page);
}

export async function chooseWay(page: Page, way: string): Promise<void> {
  await page.check(`input[name=way][value^="${way}"]`);
  await goOn(page);
}

export async function typeCode(page: Page, code: string): Promise<void> {
  await page.fill("#code", code);
  await goOn(page);
}

export async function typePassword(page: Page, password: string, confirmation = password): Promise<void> {
  await page.fill("#new-password", password);
  await page.fill("#confirm-password", confirmation);
  await goOn(page);
}

export async function signIn(product: StartedProduct, userPrincipalName: string, password: string): Promise<number> {
  return (await product.call("POST", "/v1/sign-in", { body: { userPrincipalName, password } })).status;
}
