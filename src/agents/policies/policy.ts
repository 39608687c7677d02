/** A behaviour of the supervisor: it looks at a running agent and may ask for its end. Pure; it is asked again and again. */

import type { StopReason } from '../../core/attempt.ts';
import type { AttemptLimits } from '../../core/settings.ts';
import type { Allowance } from '../../core/usage.ts';

/** What is known of a running agent. Times are milliseconds since the epoch. */
export interface AgentView {
  /** For how many milliseconds neither of its logs has grown. */
  readonly quietMs: number;
  /** A log has reached its bound: the rest of the output is dropped, and growth can no longer be seen. */
  readonly logFull: boolean;
  readonly limits: AttemptLimits;
  readonly stopRequest: StopReason | null;
  readonly declaredFailure: boolean;
  readonly question: string | null;
  readonly quotaUntil: number | null;
  /** It was to go on in a session, and began another, in which it knows nothing of its task. */
  readonly strayed: boolean;
  /** Its conversation is as full as it may become. */
  readonly full: boolean;
  /** What it may use and has used up. */
  readonly spent: Allowance | null;
}

/** Why an agent is being ended by us. */
export type StopCause =
  | { readonly is: 'request'; readonly why: StopReason }
  | { readonly is: 'declared-failure' }
  | { readonly is: 'question'; readonly question: string }
  | { readonly is: 'quota'; readonly until: number }
  | { readonly is: 'strayed' }
  | { readonly is: 'full' }
  | { readonly is: 'budget'; readonly of: Allowance['of']; readonly whole: Allowance['whole'] }
  | { readonly is: 'idle' };

export type Action =
  /** Asked to end, then its whole tree is ended. The first cause stays. */
  | { readonly do: 'stop'; readonly cause: StopCause }
  /** Said once to whoever watches. */
  | { readonly do: 'notice'; readonly text: string };

export interface Policy {
  readonly name: string;
  decide(view: AgentView): Action | null;
}
