import { escapeHtml } from "../kit/escape-html.ts";
import type { Language } from "../kit/language.ts";

/** One paragraph of an email: words, a code to be read, or a link. */
export type Block = { readonly text: string; readonly strong?: boolean } | { readonly code: string } | { readonly link: string };

/**
 * The same words as plain text and as HTML. No picture, no foreign address, no script: nothing to track and nothing to load
 * (security.md I05).
 */
export function letter(language: Language, title: string, blocks: readonly Block[], footer: string): { text: string; html: string } {
  const text = [...blocks.map(plain), "-- ", footer].join("\n\n");
  const html = `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif;color:#1b1b1f;background:#fff"><div style="max-width:560px;margin:0 auto">
${blocks.map(rich).join("\n")}
<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #ccc;font-size:13px;color:#55555c">${escapeHtml(footer)}</p></div></body></html>`;
  return { text, html };
}

function plain(block: Block): string {
  if ("code" in block) return `    ${block.code}`;
  return "link" in block ? block.link : block.text;
}

function rich(block: Block): string {
  if ("code" in block)
    return `<p style="margin:24px 0;font:600 32px/1.2 ui-monospace,monospace;letter-spacing:2px">${escapeHtml(block.code)}</p>`;
  if ("link" in block) return `<p><a href="${escapeHtml(block.link)}" style="color:#0b57d0">${escapeHtml(block.link)}</a></p>`;
  return block.strong === true ? `<p><strong>${escapeHtml(block.text)}</strong></p>` : `<p>${escapeHtml(block.text)}</p>`;
}
