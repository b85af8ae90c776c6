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

/** The same for each of many: those who ask about one share its run, and nothing is kept of those nobody asks about. */
export function shareRunOfEach<T>(work: (key: string) => Promise<T>): (key: string) => Promise<T> {
  const running = new Map<string, Promise<T>>();
  return (key) => {
    const shared = running.get(key) ?? work(key).finally(() => running.delete(key));
    running.set(key, shared);
    return shared;
  };
}
