import { sha256 } from "../kit/seal.ts";
import type { Brand } from "../pages/frame.ts";

/** What an organisation's pages look like. */
export interface Branding {
  /** `#rrggbb` in small letters; `null`: ours. */
  readonly accentColor: string | null;
  /** The digest of the logo, which is in its address; `null`: there is none. */
  readonly logo: string | null;
}

export const LOGO_BYTES = 64 * 1024;
const LOGO_SIDE = 1024;
/** WCAG 2.2 SC 1.4.3 for text. */
export const CONTRAST = 4.5;
/** What stands around it in `rekey.css`: the darker of the light grounds, and the card in the dark. */
const LIGHT_GROUND = "#f3f5f6";
const DARK_CARD = "#182125";
/** Of links in the dark: so light that the dark text on a button can be read too. */
const DARK_CONTRAST = 7;

type Rgb = readonly [number, number, number];

/** The contrast of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(rgb(one)), luminance(rgb(other))].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** Why a colour cannot be the accent; `null` when it can. It is text on our ground, and white text stands on it. */
export function faultOfAccent(color: string): string | null {
  if (!/^#[0-9a-f]{6}$/.test(color)) return "must be written as #rrggbb";
  const found = contrast(color, LIGHT_GROUND);
  // Not rounded up: 4.49 is not 4.5.
  return found >= CONTRAST
    ? null
    : `is too light: its contrast with the page is ${(Math.floor(found * 10) / 10).toFixed(1)}:1, and ${CONTRAST}:1 is needed`;
}

/** The style sheet of an accent: a function of the colour alone, so that its address may be kept for ever. */
export function accentStyle(color: string): string {
  let inTheDark = color;
  for (let part = 0; part <= 100 && contrast(inTheDark, DARK_CARD) < DARK_CONTRAST; part += 5)
    inTheDark = mixed(color, "#ffffff", part / 100);
  const light = { accent: color, "accent-hover": mixed(color, "#000000", 0.25), "accent-tint": mixed(color, "#ffffff", 0.9) };
  const dark = {
    accent: inTheDark,
    "accent-hover": mixed(inTheDark, "#ffffff", 0.3),
    "accent-tint": mixed(inTheDark, DARK_CARD, 0.85),
    "on-accent": "#0b1316",
  };
  const root = (values: Readonly<Record<string, string>>) =>
    `:root{${Object.entries(values)
      .map(([name, value]) => `--${name}:${value}`)
      .join(";")}}`;
  return `${root({ ...light, "on-accent": "#ffffff" })}\n@media (prefers-color-scheme: dark){${root(dark)}}\n`;
}

const SIGNATURE = Buffer.from("89504e470d0a1a0a", "hex");
const END = Buffer.from("0000000049454e44ae426082", "hex");

/** Why bytes cannot be the logo; `null` when they can. A PNG from its first byte to its last: nothing hangs on behind it. */
export function faultOfLogo(png: Buffer): string | null {
  if (png.length > LOGO_BYTES) return "must be 64 KB at most";
  const whole = png.length > 45 && png.subarray(0, 8).equals(SIGNATURE) && png.toString("latin1", 12, 16) === "IHDR";
  if (!whole || !png.subarray(-END.length).equals(END)) return "must be a PNG picture";
  const sides = [png.readUInt32BE(16), png.readUInt32BE(20)];
  return sides.every((side) => side >= 1 && side <= LOGO_SIDE) ? null : `must be ${LOGO_SIDE} by ${LOGO_SIDE} pixels at most`;
}

/** Of its content, and long enough that nobody finds another picture for it. */
export function logoDigest(png: Buffer): string {
  return sha256(png.toString("base64")).slice(0, 32);
}

function rgb(color: string): Rgb {
  const value = Number.parseInt(color.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function luminance(color: Rgb): number {
  const [red = 0, green = 0, blue = 0] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** @param share of the other one, 0 to 1 */
function mixed(color: string, other: string, share: number): string {
  const second = rgb(other);
  const parts = rgb(color).map((part, index) => Math.round(part * (1 - share) + (second[index] ?? 0) * share));
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

export const ACCENT_PATH = "/branding/accent/";
export const LOGO_PATH = "/branding/logo/";

/** What a page needs to look like an organisation's; `null` where it has no look of its own. */
export function brandOf(name: string, { accentColor, logo }: Branding): Brand | null {
  if (accentColor === null && logo === null) return null;
  return {
    name,
    style: accentColor === null ? null : `${ACCENT_PATH}${accentColor.slice(1)}.css`,
    logo: logo === null ? null : `${LOGO_PATH}${logo}.png`,
  };
}
