import { printable } from "./printable.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

const GAP = "  ";
/** Narrower than this a column of sentences cannot be read; the terminal may break the line then. */
const NARROWEST = 20;

/**
 * Lines of a table, the titles first. Nothing is cut off, since what stands here is copied; the last column wraps where it would
 * not fit, below itself.
 * @param width of the terminal in cells; infinite where the output is no terminal
 */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  const cells = [columns.map(({ title }) => title), ...rows.map((row) => row.map(printable))];
  const widths = columns.map((_, index) => Math.max(...cells.map((row) => displayWidth(row[index] ?? ""))));
  const before = widths.slice(0, -1).reduce((sum, one) => sum + one + GAP.length, 0);
  const room = Math.max(NARROWEST, width - before);
  return cells.flatMap((row) => {
    const last = wrapped(row.at(-1) ?? "", room);
    const first = columns.slice(0, -1).map(({ align }, index) => padded(row[index] ?? "", widths[index] ?? 0, align));
    const pads = " ".repeat(before);
    return last.map((part, line) => {
      const end = columns.at(-1)?.align === "right" ? padded(part, widths.at(-1) ?? 0, "right") : part;
      return (line === 0 ? [...first, end].join(GAP) : pads + end).trimEnd();
    });
  });
}

function padded(text: string, width: number, align: Column["align"]): string {
  const pad = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "right" ? pad + text : text + pad;
}

/** Broken between words; a word that is longer than a line stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && displayWidth(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
/** What terminals draw two cells wide: East Asian wide and full-width forms (UAX #11), and emoji. */
const WIDE =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u;

/** Cells of a terminal that the text takes. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}
