/** Whoever asks while the work runs gets the answer of that run: what anybody may ask for costs no more when everybody does. */
export function shareRun<T>(work: () => Promise<T>): () => Promise<T> {
  let running: Promise<T> | undefined;
  return () => {
    running ??= work().finally(() => {
      running = undefined;
    });
    return running;
  };
}
