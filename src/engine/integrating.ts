import type { RunState } from '../core/run-state.ts';
import type { IntegrateOptions } from './api.ts';
import type { CoxParts } from './parts.ts';

/** What the parts of one integration are handed. */
export interface Integrating {
  readonly parts: CoxParts;
  readonly state: RunState;
  readonly options: IntegrateOptions;
  /** The run is still ours. */
  readonly isOurs: () => Promise<boolean>;
}
