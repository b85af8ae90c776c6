/** One instruction; `text` is what stands after its name, continued lines joined. */
export interface Step {
  readonly instruction: string;
  readonly text: string;
  readonly line: number;
}

export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly steps: readonly Step[];
}

/** The stages in their order; the last one is the image. @throws with the line of what is not known */
export function readDockerfile(text: string): Stage[];
export function readPairs(step: Pick<Step, "text" | "line">): Record<string, string>;
export function readCopy(step: Pick<Step, "text" | "line">): {
  readonly from: string | undefined;
  readonly sources: string[];
  readonly target: string;
};
export function readCommand(step: Pick<Step, "text" | "line">): string[];
