import type { Message } from './message.ts';
import type { TaskId } from './plan.ts';
import type { Budget } from './usage.ts';

/** What any local process may ask of a run, at any time. */
export type Request =
  | { readonly type: 'requested.pause' }
  | { readonly type: 'requested.unpause' }
  /** `drain` starts nothing more and lets agents end; `now` stops them. The run is then suspended. */
  | {
      readonly type: 'requested.stop';
      readonly mode: 'drain' | 'now';
      readonly reason: 'interrupted' | 'terminated';
    }
  /** Without a task: the whole run. */
  | { readonly type: 'requested.cancel'; readonly task?: TaskId }
  /** Gives a failed, blocked or cancelled task, or one that needs the user, its tries again; QA looks again at work it could not look at. */
  | { readonly type: 'requested.retry'; readonly task: TaskId }
  /** Its dependents may go on without it. */
  | { readonly type: 'requested.skip'; readonly task: TaskId }
  /** `attempt`: only if it is the one that asks. */
  | {
      readonly type: 'requested.answer';
      readonly task: TaskId;
      readonly attempt?: number;
      readonly text: string;
    }
  | { readonly type: 'requested.limit'; readonly maxParallel?: number; readonly budget?: Budget }
  /** A decision from outside of the run, for every agent that begins from now on. */
  | { readonly type: 'requested.heed'; readonly decision: Message };
