/** Where attempts are run: on this machine, or on others. */

import type { AttemptId, AttemptOutcome, AttemptSpec, StopReason } from '../core/attempt.ts';
import type { Message, OutboxFile } from '../core/message.ts';
import type { AgentReport } from './agent.ts';

export type AttemptReport =
  | { readonly is: 'started'; readonly slot: string; readonly worktree: string }
  | ({ readonly is: 'progress' } & Omit<AgentReport, 'left'>)
  /** Its agent has left this for others. It may be told more than once. */
  | { readonly is: 'left'; readonly left: OutboxFile }
  | { readonly is: 'ended'; readonly outcome: AttemptOutcome };

export interface Dispatcher {
  /**
   * Starts the attempt, or takes it up where it stands: one that runs is adopted, one that has ended is
   * harvested, one whose outcome is known is reported again. It is never run twice. Reports come in order,
   * `ended` exactly once and last; a failure to start is an outcome too.
   */
  start(spec: AttemptSpec, report: (report: AttemptReport) => void): void;
  /** Asks the agent to end, then ends its whole process tree. The outcome comes as a report. */
  stop(id: AttemptId, why: StopReason): void;
  /** Tells the attempt's agent something. False: none runs that could be told. A message may be lost. */
  tell(id: AttemptId, message: Message): boolean;
  /** Lets go of all attempts without ending them. */
  detach(): Promise<void>;
}
