/**
 * One timer for all who look at something again and again: a hundred of them wake the process no more often than one,
 * and what one look has loaded serves the next. The more they are, the less often they look.
 */

import { roundMs } from '../core/round-pause.ts';

interface Round {
  readonly looks: Set<() => void>;
  timer: NodeJS.Timeout;
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
