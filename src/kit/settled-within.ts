/**
 * Waits for work, but not for ever. Answers whether all of it was over in time, well or badly; what was not goes on. Never throws.
 * @param ms milliseconds
 */
export async function settledWithin(ms: number, work: readonly Promise<unknown>[]): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, ms, false);
  });
  const settled = await Promise.race([Promise.allSettled(work).then(() => true), late]);
  clearTimeout(timer);
  return settled;
}
