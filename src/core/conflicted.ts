import type { Commit, StopReason } from './attempt.ts';
import type { Conflict } from './conflict.ts';

/** A resolver is at its conflict, or will be. */
export interface Conflicted {
  readonly is: 'conflicted';
  readonly conflict: Conflict;
  readonly notBefore: number;
  /** The resolver's; null while none is under way. */
  readonly attempt: number | null;
  readonly stopping: StopReason | null;
  /** What it says is the resolution, until that was looked at. */
  readonly handedIn: { readonly attempt: number; readonly tip: Commit } | null;
  /** That came to nothing. */
  readonly tries: number;
  /** Where the next one begins. */
  readonly startFrom: Commit;
  /** What the next one is told. */
  readonly feedback: string;
}

/** Before the first resolver. */
export function toBeResolved(conflict: Conflict, notBefore: number): Conflicted {
  return {
    is: 'conflicted',
    conflict,
    notBefore,
    attempt: null,
    stopping: null,
    handedIn: null,
    tries: 0,
    startFrom: conflict.unresolved,
    feedback: '',
  };
}
