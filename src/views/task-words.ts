/** What a task's state is called: in reports and on screens, and in the files that each family of plans keeps. */

import { isDeclined } from '../core/open-question.ts';
import type { RunState } from '../core/run-state.ts';
import { isSettled, lastAttempt, type TaskRecord, type TaskStateName } from '../core/task-state.ts';

/** A run that has ended holds nothing that is still on its way; what it left behind has words of its own. */
export type ShownState =
  | TaskStateName
  /** No agent has begun it. */
  | 'not-started'
  /** An agent has begun it, and nothing of it was accepted. */
  | 'unfinished'
  /** Its work was accepted and is kept on its branch; the integration branch does not hold it. */
  | 'not-merged';

export interface StateWords {
  /** Two columns wide in a terminal. */
  readonly icon: string;
  /** In lower case. */
  readonly word: string;
}

export interface FamilyWords {
  /** In `.claude/auto-progress.yaml`. */
  readonly auto:
    | 'pending'
    | 'in_progress'
    | 'done'
    | 'failed'
    | 'qa_approved'
    | 'qa_rejected'
    | 'pending_retry'
    | 'pending_fix';
  /** In the name of a queue's item; null: it stays what it is. */
  readonly queue: 'pending' | 'in_progress' | 'completed' | 'blocked' | null;
  /** Of its agent, in the files of a plan of parallel groups. */
  readonly agent:
    | 'pending'
    | 'in_progress'
    /** Nothing goes on with it until somebody says or does something. */
    | 'needs_user'
    /** It was begun, and the run was left or has ended. */
    | 'interrupted'
    | 'completed'
    | 'failed'
    | 'blocked'
    | 'cancelled';
}

const PENDING = { auto: 'pending', queue: 'pending', agent: 'pending' } as const;
const AT_WORK = { auto: 'in_progress', queue: 'in_progress', agent: 'in_progress' } as const;
const STUCK = { ...AT_WORK, agent: 'needs_user' } as const;
const TO_BE_RETRIED = { ...AT_WORK, auto: 'pending_retry' } as const;
const LEFT_OUT = { ...PENDING, queue: null } as const;

/** Manifests have no words of their own: their reports say the state itself. */
const WORDS: Readonly<Record<ShownState, StateWords & FamilyWords>> = {
  waiting: { icon: '⏸️', word: 'waiting', ...PENDING },
  ready: { icon: '⏸️', word: 'ready to start', ...PENDING },
  running: { icon: '⏳', word: 'in progress', ...AT_WORK },
  'waiting-for-quota': { icon: '⏳', word: 'waiting for quota', ...AT_WORK },
  asking: { icon: '❓', word: 'asking', ...STUCK },
  checking: { icon: '⏳', word: 'being checked', ...AT_WORK },
  reviewing: { icon: '⏳', word: 'in review', ...AT_WORK },
  'qa-blocked': { icon: '❓', word: 'waits for you: QA is blocked', ...STUCK },
  setback: { icon: '⏳', word: 'set back', ...TO_BE_RETRIED },
  accepted: { icon: '✅', word: 'done, waits for its merge', ...AT_WORK },
  merging: { icon: '✅', word: 'done, being merged', ...AT_WORK },
  conflicted: { icon: '⏳', word: 'conflict being resolved', ...AT_WORK },
  'needs-user': { icon: '❓', word: 'waits for you: a conflict', ...STUCK },
  merged: { icon: '✅', word: 'done', auto: 'done', queue: 'completed', agent: 'completed' },
  failed: { icon: '❌', word: 'failed', auto: 'failed', queue: 'blocked', agent: 'failed' },
  // It was never begun: it is pending again as soon as what it waits for is mended.
  blocked: { icon: '🚫', word: 'blocked', ...PENDING, agent: 'blocked' },
  skipped: { icon: '⏭️', word: 'skipped', ...LEFT_OUT },
  'done-before': { icon: '☑️', word: 'done before', ...LEFT_OUT, auto: 'done', agent: 'completed' },
  cancelled: { icon: '🛑', word: 'cancelled', auto: 'failed', queue: 'blocked', agent: 'cancelled' },
  'not-started': { icon: '⏸️', word: 'not started', ...PENDING },
  unfinished: { icon: '⏹️', word: 'not finished', ...TO_BE_RETRIED },
  'not-merged': { icon: '⏹️', word: 'done, not merged', ...TO_BE_RETRIED },
};

/** What families tell apart within one state. */
const FINER_WORDS = {
  /** It waits, or is ready, for another try. */
  'to-be-retried': TO_BE_RETRIED,
  /** The same, of work that QA has sent back. */
  'to-be-fixed': { ...AT_WORK, auto: 'pending_fix' },
  /** It is set back, by QA. */
  'qa-rejected': { ...AT_WORK, auto: 'qa_rejected' },
  /** QA has approved it, and it is not merged. */
  'qa-approved': { ...AT_WORK, auto: 'qa_approved' },
  /** Nobody has said yet whether it may start. */
  'not-allowed-yet': { ...PENDING, agent: 'needs_user' },
  'cancelled-before-it-began': { auto: 'failed', queue: 'pending', agent: 'cancelled' },
} as const satisfies Readonly<Record<string, FamilyWords>>;

type Shown = Pick<TaskRecord, 'state' | 'attempts' | 'cancelRequested'>;

export function shownState({ phase }: Pick<RunState, 'phase'>, record: Shown): ShownState {
  const { state, attempts } = record;
  if (isDeclined(record) && phase.is !== 'finished') return 'cancelled';
  if (phase.is === 'running') return state.is;
  // Nobody merges it now.
  if (phase.is === 'suspended') return state.is === 'merging' ? 'accepted' : state.is;
  if (isSettled(state)) return state.is;
  const { is } = state;
  if (is === 'accepted' || is === 'merging' || is === 'conflicted' || is === 'needs-user')
    return 'not-merged';
  return attempts.length === 0 ? 'not-started' : 'unfinished';
}

export function taskWords(run: Pick<RunState, 'phase'>, record: Shown): StateWords {
  return WORDS[shownState(run, record)];
}

export function familyWords(run: Pick<RunState, 'phase' | 'settings'>, record: TaskRecord): FamilyWords {
  const shown = shownState(run, record);
  const finer = finerState(shown, run, record);
  const words: FamilyWords = finer === null ? WORDS[shown] : FINER_WORDS[finer];
  // Nobody is at it any more.
  const isLeft = run.phase.is !== 'running' && words.agent === 'in_progress';
  return isLeft ? { ...words, agent: 'interrupted' } : words;
}

function finerState(
  shown: ShownState,
  { settings }: Pick<RunState, 'settings'>,
  record: TaskRecord,
): keyof typeof FINER_WORDS | null {
  const isBegun = record.attempts.length > 0;
  const outcome = lastAttempt(record)?.outcome;
  const isRejected = outcome?.is === 'reviewed' && outcome.review.verdict === 'rejected';
  switch (shown) {
    case 'waiting':
    case 'ready':
      if (!isBegun) return null;
      return isRejected ? 'to-be-fixed' : 'to-be-retried';
    case 'asking':
      return isBegun ? null : 'not-allowed-yet';
    case 'setback':
      return isRejected ? 'qa-rejected' : null;
    case 'accepted':
    case 'merging':
    case 'not-merged':
      return settings.qa === null ? null : 'qa-approved';
    case 'cancelled':
      return isBegun ? null : 'cancelled-before-it-began';
    default:
      return null;
  }
}
