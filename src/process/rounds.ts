/**
 * One timer for all who look at something again and again: a hundred of them wake the process no more often than one,
 * and what one look has loaded serves the next. The more they are, the less often they look.
 */

import { type Pace, roundMs } from '../core/round-pause.ts';

interface Round {
  readonly looks: Set<() => void>;
  timer: NodeJS.Timeout;
}

const rounds = new Map<Pace, Round>();

/** All who name the same pace have one round. Looks for the first time within one pause. Gives what ends it; until then this process does not end by itself. */
export function eachRound(pace: Pace, look: () => void): () => void {
  const round = rounds.get(pace) ?? begin(pace);
  const own = (): void => look();
  round.looks.add(own);
  return () => {
    round.looks.delete(own);
    if (round.looks.size > 0 || rounds.get(pace) !== round) return;
    clearTimeout(round.timer);
    rounds.delete(pace);
  };
}

function begin(pace: Pace): Round {
  const looks = new Set<() => void>();
  const turn = (): void => {
    for (const look of looks) look();
    if (rounds.get(pace) === round) round.timer = setTimeout(turn, roundMs(pace, looks.size));
  };
  const round: Round = { looks, timer: setTimeout(turn, pace.everyMs) };
  rounds.set(pace, round);
  return round;
}
