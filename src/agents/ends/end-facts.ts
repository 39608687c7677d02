/** What is known when an agent's job is over, and what it comes to. */

import type { Role } from '../../core/attempt.ts';
import type { Peaks } from '../../core/isolation.ts';
import type { AttemptLimits, CompletionRule } from '../../core/settings.ts';
import type { AgentEnd } from '../../ports/agent.ts';
import type { JobEnd } from '../../process/job.ts';
import type { Observation } from '../listening/observation.ts';
import type { StopCause } from '../policies/policy.ts';

export interface EndFacts {
  readonly role: Role;
  readonly job: JobEnd;
  /** Why we ended it; null when we did not. */
  readonly cause: StopCause | null;
  readonly observed: Readonly<ReturnType<Observation['facts']>>;
  readonly marker: boolean;
  readonly rule: CompletionRule;
  /** Its program says itself how it ended. */
  readonly hasVerdict: boolean;
  /** Its sessions can be taken up by another attempt. */
  readonly keepsSessions: boolean;
  readonly limits: AttemptLimits;
  /** The most that it was seen to use. */
  readonly peaks: Peaks | null;
  /** The last of the output, cleaned. */
  readonly tail: string;
}

export type Verdict =
  | Pick<Extract<AgentEnd, { readonly is: 'done' | 'lost' }>, 'is'>
  | Pick<Extract<AgentEnd, { readonly is: 'failed' }>, 'is' | 'failure'>
  | Pick<Extract<AgentEnd, { readonly is: 'stopped' }>, 'is' | 'why'>
  | Pick<Extract<AgentEnd, { readonly is: 'quota' }>, 'is' | 'until' | 'untold' | 'of'>
  | Pick<Extract<AgentEnd, { readonly is: 'asking' }>, 'is' | 'question'>
  | Pick<Extract<AgentEnd, { readonly is: 'reviewed' }>, 'is' | 'review'>
  | Pick<Extract<AgentEnd, { readonly is: 'advised' }>, 'is' | 'advice'>;

/** What an agent prints is only its own word; a program that knows how it ended is asked first. */
export function isVouchedFor({ hasVerdict, observed }: EndFacts): boolean {
  return !hasVerdict || observed.verdict === null;
}
