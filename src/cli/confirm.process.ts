import { createInterface } from "node:readline/promises";
import { Refused, WrongUsage } from "./failure.ts";

/** Asks whoever sits there before something that touches many. @param word to be typed @throws WrongUsage where nobody sits there, Refused */
export async function confirm(question: string, word: string, yes: boolean | undefined): Promise<void> {
  if (yes === true) return;
  if (!process.stdin.isTTY) throw new WrongUsage(`${question} Add --yes to do it.`);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} Type "${word}" to go on: `);
    if (answer.trim() !== word) throw new Refused("Nothing was done.");
  } finally {
    asking.close();
  }
}
