/** One run after the other: what was read later is also what stays. */
export function inTurn(step: () => Promise<void>): () => Promise<void> {
  let last = Promise.resolve();
  return () => {
    last = last.then(step, step);
    return last;
  };
}
