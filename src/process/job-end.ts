/** How a job ended. */

import type { Excess } from '../core/isolation.ts';

export type JobEnd =
  /** An exit code of 128 and a signal's number cannot be told from that signal, and is given as the signal. */
  | {
      readonly is: 'exited';
      readonly code: number | null;
      readonly signal: string | null;
      readonly truncated: boolean;
      readonly excess?: Excess;
    }
  | { readonly is: 'hard-timeout'; readonly truncated: boolean; readonly excess?: Excess }
  /** By `stop`, by a signal to the shim, or for its excess. */
  | { readonly is: 'stopped'; readonly truncated: boolean; readonly excess?: Excess }
  /** The shim is gone without a word: a reboot, or somebody killed it. What was left of the job has been ended. */
  | { readonly is: 'lost' }
  /** No such program or folder, a full disk; `detail` is for people. */
  | { readonly is: 'not-started'; readonly detail: string };
