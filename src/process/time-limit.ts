/**
 * Acts when the time is over. A process that was stopped, or too busy, finds its timers due before it is told what has
 * happened meanwhile; as long as it was late, and no longer than the time itself, it looks first. Gives what ends it.
 */
export function timeLimit(ms: number, act: () => void): () => void {
  const due = performance.now() + ms;
  let timer = setTimeout(() => {
    timer = setTimeout(act, Math.min(performance.now() - due, ms));
  }, ms);
  return () => clearTimeout(timer);
}
