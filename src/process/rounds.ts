/**
 * One timer for all who look at something again and again: a hundred of them wake the process no more often than one,
 * and what one look has loaded serves the next. The more they are, the less often they look.
 */

interface Round {
  readonly looks: Set<() => void>;
  timer: NodeJS.Timeout;
}

/** So many look at the pause that they asked for. The share of the time that more of them take does not grow with their number. */
const MOST_AT_ONCE = 40;

/** By their pause in milliseconds. */
const rounds = new Map<number, Round>();

/** The pause of so many looks, in milliseconds. */
export function roundMs(everyMs: number, looks: number): number {
  return Math.round(everyMs * Math.max(1, looks / MOST_AT_ONCE));
}

/** Looks for the first time within one pause. Gives what ends it; until then this process does not end by itself. */
export function eachRound(everyMs: number, look: () => void): () => void {
  const round = rounds.get(everyMs) ?? begin(everyMs);
  const own = (): void => look();
  round.looks.add(own);
  return () => {
    round.looks.delete(own);
    if (round.looks.size > 0 || rounds.get(everyMs) !== round) return;
    clearTimeout(round.timer);
    rounds.delete(everyMs);
  };
}

function begin(everyMs: number): Round {
  const looks = new Set<() => void>();
  const turn = (): void => {
    for (const look of looks) look();
    if (rounds.get(everyMs) === round) round.timer = setTimeout(turn, roundMs(everyMs, looks.size));
  };
  const round: Round = { looks, timer: setTimeout(turn, everyMs) };
  rounds.set(everyMs, round);
  return round;
}
