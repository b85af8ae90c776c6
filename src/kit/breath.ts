/** Lets other requests have their turn: between pieces of work that are long together, each of them too short to notice. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
