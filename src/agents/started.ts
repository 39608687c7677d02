/** What belongs to an agent that runs, and to its supervision. */

import type { Job } from '../process/job.ts';
import type { AttemptPaths } from './driver.ts';
import type { Listening } from './listening/listening.ts';
import type { Observation } from './listening/observation.ts';
import type { Quiet } from './listening/quiet.ts';
import type { FoundDriver } from './registry.ts';

export interface Started {
  readonly job: Job;
  readonly listening: Listening;
  readonly observed: Observation;
  /** Values that must not be kept. */
  readonly secrets: readonly string[];
  readonly found: FoundDriver;
  readonly paths: AttemptPaths;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly quiet: Quiet;
}
