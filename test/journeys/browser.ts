import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { type BrowserContext, chromium, type Page } from "playwright-core";
import type { Test } from "tap";

export interface Browsing {
  /** Without: pages must do their whole work. Default: with. */
  readonly script?: boolean;
  /** CSS pixels. Default: a phone's. */
  readonly width?: number;
  /** What the browser asks for. Default: English. */
  readonly locale?: "en-GB" | "sv-SE";
  readonly dark?: boolean;
}

export interface Browser {
  readonly page: Page;
  readonly context: BrowserContext;
  /** Where a page is looked at by tools that need scripts; those of the page do not run here. `null` where they run anyway. */
  readonly scanner: Page | null;
  /** Every address that was asked for, in order. */
  readonly addresses: readonly string[];
  /** What the console complained about: scripts, policies, anything. The refusal of a document itself is no complaint. */
  readonly complaints: readonly string[];
}

// Without these it calls out, and waits for the answers.
const QUIET = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const QUIETER = ["--disable-component-update", "--disable-sync"];
const DOCUMENT_REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** The system's Chromium with a new, empty profile. It watches what must never happen on any page. */
export async function openBrowser(
  t: Test,
  { script = true, width = 360, locale = "en-GB", dark = false }: Browsing = {},
): Promise<Browser> {
  const chrome = await chromium.launch({ executablePath: process.env.TEST_CHROMIUM ?? "/usr/bin/chromium", args: [...QUIET, ...QUIETER] });
  t.teardown(() => chrome.close());
  const looks = { viewport: { width, height: 740 }, locale, colorScheme: dark ? ("dark" as const) : ("light" as const) };
  const context = await chrome.newContext({ ...looks, javaScriptEnabled: script });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const scanner = script ? null : await (await chrome.newContext({ ...looks, bypassCSP: true })).newPage();
  const addresses: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => addresses.push(request.url()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => {
    const harmless = message.type() !== "error" && message.type() !== "warning";
    if (!harmless && !(DOCUMENT_REFUSED.test(message.text()) && message.location().url === page.url())) complaints.push(message.text());
  });
  return { page, context, scanner, addresses, complaints };
}

const AXE = readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

const NARROWEST = 320;
const SMALLEST_TARGET = 44;
/** Whatever is pressed or typed into, links within a sentence aside. Of a radio button it is the card around it. */
const TARGETS = "button, a.button, a.wordmark, .quiet a, .languages a, .aside a, .summary a, .way, input.input";

/**
 * Scans the page as it stands with axe, all rules, and asserts that fingers hit what they aim at, and that nothing sticks out of the
 * window, nor of the narrowest one (WCAG 2.2 SC 1.4.10).
 */
export async function assertAccessible(t: Test, { page, scanner }: Browser, state: string): Promise<void> {
  const place = scanner ?? page;
  if (scanner !== null) await copyTo(scanner, page);
  // Evaluated by the debugger, which no policy of the page stops.
  await place.evaluate(await AXE);
  const violations = await place.evaluate(async () => {
    type Axe = { run(options: object): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    const { axe } = globalThis as unknown as { axe: Axe };
    return (await axe.run({ rules: { "target-size": { enabled: true } } })).violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
    );
  });
  t.strictSame(violations, [], `${state}: axe finds nothing`);
  const small = await place
    .locator(TARGETS)
    .evaluateAll(
      (targets, smallest) =>
        targets
          .map((target) => ({ name: target.outerHTML, height: target.getBoundingClientRect().height }))
          .filter(({ height }) => height > 0 && height < smallest - 0.5),
      SMALLEST_TARGET,
    );
  t.strictSame(small, [], `${state}: targets are large enough`);
  const window = place.viewportSize();
  for (const width of [window?.width ?? NARROWEST, NARROWEST]) {
    await place.setViewportSize({ width, height: window?.height ?? 740 });
    const overflow = await place.evaluate("document.documentElement.scrollWidth - innerWidth");
    t.ok(Number(overflow) <= 0, `${state}: nothing sticks out at ${width} px`);
  }
  if (window !== null) await place.setViewportSize(window);
}

/** Shows the same document, with its style and without its scripts, where a tool can work on it. */
async function copyTo(scanner: Page, page: Page): Promise<void> {
  const body = await page.content();
  await scanner.unrouteAll();
  await scanner.route(/\.js\?/, (route) => route.abort());
  await scanner.route(page.url(), (route) => route.fulfill({ contentType: "text/html; charset=utf-8", body }));
  await scanner.goto(page.url());
}
