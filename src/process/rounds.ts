/**
 * One timer for all who look at something again and again: a hundred of them wake the process no more often than one,
 * and what one look has loaded serves the next.
 */

interface Round {
  readonly looks: Set<() => void>;
  readonly timer: NodeJS.Timeout;
}

/** By their pause in milliseconds. */
const rounds = new Map<number, Round>();

/** Looks for the first time within one pause. Gives what ends it; until then this process does not end by itself. */
export function eachRound(everyMs: number, look: () => void): () => void {
  const round = rounds.get(everyMs) ?? begin(everyMs);
  const own = (): void => look();
  round.looks.add(own);
  return () => {
    round.looks.delete(own);
    if (round.looks.size > 0 || rounds.get(everyMs) !== round) return;
    clearInterval(round.timer);
    rounds.delete(everyMs);
  };
}

function begin(everyMs: number): Round {
  const looks = new Set<() => void>();
  const timer = setInterval(() => {
    for (const look of looks) look();
  }, everyMs);
  const round = { looks, timer };
  rounds.set(everyMs, round);
  return round;
}
