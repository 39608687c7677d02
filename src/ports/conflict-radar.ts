/** Sees which of the work that is under way would not merge as it stands. Nothing of the repository is changed by it. */

import type { Commit } from '../core/attempt.ts';
import type { Sight } from '../core/foreseen.ts';
import type { LiveHead } from '../core/live-heads.ts';
import type { Result } from '../core/result.ts';

export interface RadarHead extends LiveHead {
  /** Its agent has given a sign of life since the last look. */
  readonly stirred: boolean;
}

export interface RadarRequest {
  readonly run: string;
  /** Where the integration branch stands. */
  readonly tip: Commit;
  readonly heads: readonly RadarHead[];
}

export interface ConflictRadar {
  /**
   * Compares all heads with one another and with the tip: first the paths that they change, and only where those meet
   * the content. Uncommitted work counts. The error is for people, and nothing is known then.
   */
  look(request: RadarRequest, signal: AbortSignal): Promise<Result<Sight, string>>;
  /** Removes what was kept for the run's next look. */
  rest(run: string): Promise<void>;
}
