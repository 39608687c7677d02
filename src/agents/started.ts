/** What belongs to an agent that runs, and to its supervision. */

import type { Job } from '../process/job.ts';
import type { Tail } from '../process/tail.ts';
import type { AttemptPaths } from './driver.ts';
import type { Observation } from './listening/observation.ts';
import type { StatusFile } from './listening/status-file.ts';
import type { Outbox } from './mail/outbox.ts';
import type { FoundDriver } from './registry.ts';
import type { SessionMeter } from './sessions/session-meter.ts';

export interface Started {
  readonly job: Job;
  readonly tail: Tail;
  readonly errors: Tail;
  readonly observed: Observation;
  /** Values that must not be kept. */
  readonly secrets: readonly string[];
  readonly found: FoundDriver;
  readonly paths: AttemptPaths;
  readonly outbox: Outbox;
  readonly status: StatusFile;
  /** Of an agent that does not print what it uses. */
  readonly meter: Pick<SessionMeter, 'look' | 'close'>;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
}
