import type { Commit, StopReason } from './attempt.ts';
import type { AgentProfile } from './plan.ts';

/** It reads, and does nothing else. */
export const ADVISER: AgentProfile = { name: 'adviser', tools: ['Read', 'Grep', 'Glob'] };

/** Another agent is asked what a task's agent wants to know. */
export interface Advising {
  readonly notBefore: number;
  /** The adviser's; null while none is under way. */
  readonly attempt: number | null;
  readonly stopping: StopReason | null;
  /** What the one that asks has done so far, and what that is counted from. */
  readonly tip: Commit;
  readonly base: Commit;
  /** The user's answer, which has come first: the adviser is not needed any more. */
  readonly answer?: string;
}
