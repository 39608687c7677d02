/** The tasks and groups of a plan, each with what it waits for. */

import type { LinkedGroup } from './link-groups.ts';
import type { PlacedTask } from './placed.ts';

export interface LinkedTask extends PlacedTask {
  /** Ids. */
  readonly dependsOn: readonly string[];
}

export interface LinkedPlan {
  readonly groups: readonly LinkedGroup[];
  readonly tasks: readonly LinkedTask[];
  /** Ids of those that were left out. */
  readonly held?: readonly string[];
}
