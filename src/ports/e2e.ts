/** Looks at the application of one commit in a browser. */

import type { Commit } from '../core/attempt.ts';
import type { E2eResult, E2eSettings } from '../core/e2e.ts';
import type { IsolationSettings } from '../core/isolation.ts';

export interface E2eRequest {
  readonly run: string;
  /** Unique within the run; a second request with one key takes up the first, or gives its result. */
  readonly key: string;
  readonly commit: Commit;
  readonly settings: E2eSettings;
  readonly isolation: IsolationSettings;
}

export interface E2e {
  /**
   * Null when the signal ended it; a later request with the key begins anew. What could not be looked at here is a
   * result that says so.
   */
  look(request: E2eRequest, signal: AbortSignal): Promise<E2eResult | null>;
}
