/** Whether a path of the context is left out by a .dockerignore. */
export function readIgnore(text: string): (path: string) => boolean;

export interface Context {
  readonly root: string;
  readonly takes: (path: string) => boolean;
}

/** The files of a folder that a build sees. */
export function contextOf(folder: string): Context;

/** COPY. @throws when a source is not there */
export function copyInto(
  from: Pick<Context, "root"> & Partial<Context>,
  sources: readonly string[],
  target: string,
  targetIsFolder: boolean,
): void;
