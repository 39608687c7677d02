/** What is known of an option beside its schema. */

import { z } from 'zod';

export type OptionSection =
  | 'Agents'
  | 'Limits'
  | 'Budget'
  | 'Scheduling'
  | 'Checks'
  | 'QA'
  | 'Conflicts'
  | 'E2E'
  | 'Pre-flight'
  | 'Worktrees'
  | 'Isolation'
  | 'Project';

export interface OptionMeta {
  readonly section: OptionSection;
  /** Path in a config file, e.g. `backoff.first`. */
  readonly key: string;
  /** Name in the environment. */
  readonly env?: string;
  /** As commander wants it, e.g. `--retries <n>`. An option without one is set in the environment or a config file. */
  readonly flag?: string;
  readonly description: string;
  /** What the flag does, where it takes away what the description tells of. */
  readonly without?: string;
}

export const meta = z.registry<OptionMeta>();
