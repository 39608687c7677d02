/** What is left to do for people when a run has ended or was left; it depends on how it ended. */

import { reaches, usedByRun } from '../core/budget.ts';
import type { SuspendReason } from '../core/event.ts';
import { type Asking, openQuestion } from '../core/open-question.ts';
import type { TaskId } from '../core/plan.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import { isLostToDependents, type TaskRecord } from '../core/task-state.ts';
import type { Amount } from '../core/usage.ts';
import { conflictSteps } from './conflict-steps.ts';
import { keptBranches } from './kept-branches.ts';
import { countStates, tasksToDo } from './status.ts';

export interface NextStep {
  /** Untrusted text may be part of it. */
  readonly what: string;
  /** A command line for a POSIX shell, or the name of a branch. */
  readonly code: string;
}

/** `alive`: a living process drives the run; one that goes on by its log and has none was killed. */
export function nextSteps(state: RunState, alive = true): readonly NextStep[] {
  switch (state.phase.is) {
    case 'running':
      return alive
        ? [{ what: 'See how it goes on', code: `cox status ${state.run} --watch` }]
        : [...goingOn(state), ...kept(state)];
    case 'suspended':
      return [...goingOn(state), ...kept(state)];
    case 'finished':
      return state.phase.status === 'succeeded'
        ? takingOver(state)
        : [...mending(state), ...acceptingPictures(state), ...kept(state), ...takingPart(state)];
  }
}

/** What `--retry-failed` does for a run that has ended without success. */
export function againWords({ tasks }: RunState): string {
  const hasFailed = [...tasks.values()].some((record) => record.state.is === 'failed');
  return hasFailed ? 'Try what failed again with' : 'Take up what was cancelled after all with';
}

function goingOn(state: RunState): readonly NextStep[] {
  const asking = [...state.tasks.values()].flatMap((record) => {
    const question = openQuestion(record);
    return question === null ? [] : [{ id: record.id, question }];
  });
  // Each of them ends with going on.
  const conflicts = [...state.tasks.values()].flatMap(
    (record) => conflictSteps(state, record)?.slice(0, -1) ?? [],
  );
  const reason = state.phase.is === 'suspended' ? state.phase.reason : null;
  return [
    ...asking.map(({ id, question }) => ({
      what: `Answer ${id}`,
      code: `${answerCommand(id, question)} --run ${state.run}`,
    })),
    ...conflicts,
    ...(reason === 'branch-moved' ? [puttingBack(state)] : []),
    { what: goingOnAfter(reason), code: resumeCommand(state) },
  ];
}

/** Without it nothing can be merged there: whoever goes on is as far as before. */
export function puttingBack({ integration: { branch, tip } }: Pick<RunState, 'integration'>): NextStep {
  const at = tip.slice(0, 12);
  return {
    what: `Put the integration branch back, or merge ${at} into it`,
    code: `git branch -f ${shellWord(branch)} ${at}`,
  };
}

/** Where nobody asks but whether to start, one word does. */
export function answerCommand(id: TaskId, { held }: Asking): string {
  return `cox answer ${shellWord(id)} ${held === true ? 'yes' : '"…"'}`;
}

function goingOnAfter(reason: SuspendReason | null): string {
  if (reason === 'budget') return 'Go on with a larger budget';
  return reason === 'credentials' ? 'Log in, or set the key, then go on' : 'Go on';
}

/** As long as its budget is spent, going on without more of it would leave the run again at once. */
export function resumeCommand(state: RunState): string {
  const { run, phase, control } = state;
  const isLeftForIt = phase.is === 'suspended' && phase.reason === 'budget';
  const used = usedByRun(state);
  const more = isLeftForIt ? LIMITS.filter(({ of }) => reaches(used, of(control.budget))) : [];
  return [`cox resume ${run}`, ...more.map(({ flag }) => `${flag} …`)].join(' ');
}

const LIMITS: readonly { readonly flag: string; readonly of: (budget: Amount) => Amount }[] = [
  { flag: '--budget-usd', of: ({ usd }) => (usd === undefined ? {} : { usd }) },
  { flag: '--budget-tokens', of: ({ tokens }) => (tokens === undefined ? {} : { tokens }) },
];

function takingOver(state: RunState): readonly NextStep[] {
  return [
    { what: 'Code review integration branch', code: state.integration.branch },
    mergingForGood(state, 'Merge integration branch'),
    ...acceptingPictures(state),
    ...nextGroup(state),
  ];
}

/** Where only some groups were asked for. */
function nextGroup({ plan, settings, source }: RunState): readonly NextStep[] {
  const { onlyGroups: only } = settings;
  if (only === undefined) return [];
  const left = new Set(plan.tasks.filter(({ done }) => done !== true).map(({ id }) => id));
  const last = plan.groups.findLastIndex(({ number }) => only.includes(number));
  const next = plan.groups.slice(last + 1).find(({ tasks }) => tasks.some((id) => left.has(id)));
  if (next === undefined) return [];
  const code = `cox run ${shellWord(source)} --only ${next.number}`;
  const kind = plan.format === 'plan-md' ? 'Parallel Group' : 'Group';
  return [{ what: `Start ${kind} ${next.number} (${next.name})`, code }];
}

/** Without a branch to go back to, the user has to say which. */
export function mergingForGood(
  state: Pick<RunState, 'run' | 'baseBranch' | 'integration'>,
  what: string,
): NextStep {
  const { run, baseBranch } = state;
  const code =
    baseBranch === null ? byHand(state) : `cox integrate ${shellWord(run)} --into ${shellWord(baseBranch)}`;
  return { what, code };
}

function mending(state: RunState): readonly NextStep[] {
  const { run } = state;
  const records = [...state.tasks.values()];
  const failed = records.filter((record) => record.state.is === 'failed');
  const looked = failed.find((record) => record.attempts.length > 0);
  const again = `cox resume ${run} --retry-failed`;
  return [
    ...(looked === undefined
      ? []
      : [{ what: 'See what an agent did', code: `cox logs ${shellWord(looked.id)} --run ${run}` }]),
    ...(failed.length > 0 ? [{ what: 'Mend the cause of what failed, then try it again', code: again }] : []),
    ...(failed.length === 1 && failed[0] !== undefined
      ? [
          {
            what: `Or go on without ${failed[0].id}`,
            code: `cox resume ${run} --skip ${shellWord(failed[0].id)}`,
          },
        ]
      : []),
    ...(failed.length === 0 && records.some((record) => isLostToDependents(record.state))
      ? [{ what: 'Take up what was cancelled after all', code: again }]
      : []),
  ];
}

function kept(state: RunState): readonly NextStep[] {
  return keptBranches(state).map(({ task, branch, command }) => ({
    what: `Look at the kept work of ${task} on ${branch}`,
    code: command,
  }));
}

/** The newest pictures without a baseline, or that differ from it: somebody has to look, and may take them for right. */
function acceptingPictures(state: RunState): readonly NextStep[] {
  const folder = state.settings.e2e?.baseline;
  if (folder === undefined) return [];
  return [...state.e2e].flatMap(([task, seen]) => {
    const names = seen.pictures.filter(({ is }) => is !== 'alike').map(({ name }) => name);
    if (names.length === 0 || seen.folder === undefined) return [];
    const from = names.map((name) => shellWord(`${seen.folder}/current/${name}`)).join(' ');
    const into = shellWord(folder);
    return [
      {
        what: `If the pictures of ${task} are as they should be, make them the baseline`,
        code: `mkdir -p ${into} && cp ${from} ${into}/ && git add -f ${into} && git commit -m ${shellWord('Accept screenshots as baseline')} -- ${into}`,
      },
    ];
  });
}

/** The branch of a run without success holds tested work all the same. */
function takingPart(state: RunState): readonly NextStep[] {
  const counts = countStates(state);
  if (counts.merged === 0) return [];
  const part = `${counts.merged} of ${tasksToDo(counts)} tasks`;
  const what = `If a part is enough, review and merge the ${part} that are on the integration branch`;
  // A conflict that nobody has resolved is a failure of the integration.
  const isWhole = ![...state.tasks.values()].some(isInConflict);
  return [isWhole ? mergingForGood(state, what) : { what, code: byHand(state) }];
}

/** It was not merged, for it conflicts with what was. */
export function isInConflict({ state }: Pick<TaskRecord, 'state'>): boolean {
  return state.is === 'failed' && state.failure.reason === 'conflict';
}

function byHand({ integration }: Pick<RunState, 'integration'>): string {
  return `git merge ${shellWord(integration.branch)}`;
}
