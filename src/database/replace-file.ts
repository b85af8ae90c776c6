import { chmod, rename, rm, writeFile } from "node:fs/promises";

/**
 * Writes a whole file or none, also when the machine loses power, and follows no link that somebody may have put in its place.
 * @param mode exact, whatever the umask
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const unfinished = `${path}.new`;
  await rm(unfinished, { force: true });
  await writeFile(unfinished, text, { mode, flag: "wx", flush: true });
  await chmod(unfinished, mode);
  await rename(unfinished, path);
}
