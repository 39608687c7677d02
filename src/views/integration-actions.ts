/** What an integration leaves to be done: what must be mended, what should be, and the commands that go on. */

import { describeFailure } from '../core/failure.ts';
import { type Found, type Integrated, type IntoOutcome, weight } from '../core/integrated.ts';
import type { CheckResult } from '../core/proof.ts';
import type { RunState } from '../core/run-state.ts';
import { shellWord } from '../core/shell-word.ts';
import { type IntegrationRow, kindOf, mergedTasks, ROW_OF, unmergedTasks } from './integration-rows.ts';
import { isInConflict, mergingForGood, type NextStep } from './next-steps.ts';
import { criterionReports, findingWords } from './proof-facts.ts';

export interface ActionItems {
  /** Untrusted text may be part of them. */
  readonly mustFix: readonly string[];
  readonly shouldFix: readonly string[];
}

/** Findings named of one check; the report has all. */
const MOST_NAMED = 5;

export function actionItems(
  state: RunState,
  { proof, search, into }: Integrated,
  rows: readonly IntegrationRow[],
  moot: ReadonlySet<string>,
): ActionItems {
  const silent = rows.filter(({ status, check }) => status === 'not run' && !moot.has(check));
  // One line for a row of which nothing was run.
  const isSaid = (check: CheckResult): boolean => silent.some((row) => row.check === ROW_OF[kindOf(check)]);
  const isUnbound = rows.some(({ check, status }) => check === 'Boundary Violations' && status === 'not run');
  const bounds = proof.boundaries
    .filter(({ result }) => result.status !== 'not run' || !isUnbound)
    .map(({ task, result }) => ({ weight: weight(result), text: `${task}: ${itemOf(result)}` }));
  const all = [
    ...proof.checks
      .filter((check) => check.status !== 'not run' || !isSaid(check))
      .map((check) => ({ weight: weight(check), text: itemOf(check) })),
    ...bounds,
  ];
  const open = unmergedTasks(state).filter(({ state: { is } }) => is !== 'skipped');
  const notMet = mergedTasks(state).flatMap((record) =>
    criterionReports(state, record).flatMap(({ text, status, reason }) =>
      status === 'not met' ? [`${record.id} does not meet “${text}”: ${reason}`] : [],
    ),
  );
  const spec = rows.find(({ check }) => check === 'Tech Spec Compliance')?.status;
  return {
    mustFix: [
      ...open.filter(isInConflict).map((record) => `${record.id} is not merged: ${reasonOf(record.state)}`),
      ...all.flatMap((item) => (item.weight === 'failed' ? [item.text] : [])),
      ...(search === null ? [] : [`${search.check}: ${foundWords(search.found, state)}`]),
      ...(spec === 'failed' ? notMet : []),
      ...intoItems(into),
    ],
    shouldFix: [
      ...open
        .filter((record) => !isInConflict(record))
        .map((record) => `${record.id} is not merged: ${reasonOf(record.state)}`),
      ...all.flatMap((item) => (item.weight === 'warning' || item.weight === 'not run' ? [item.text] : [])),
      ...silent.map(({ check, details }) => `${check} was not run: ${details}`),
    ],
  };
}

/** What the search came to. */
function foundWords(found: Found, { dependencies }: RunState): string {
  switch (found.is) {
    case 'merge':
      if (dependencies.is === 'installed' && dependencies.commit === found.commit)
        return `it fails since the packages of the plan were installed (${short(found.commit)})`;
      return found.task === null
        ? `it fails since ${short(found.commit)}, a commit that is no task's`
        : `it fails since the merge of ${found.task} (${short(found.commit)})`;
    case 'among':
      return `one of these broke it, and the others could not be tested: ${found.commits.map(short).join(', ')}`;
    case 'nothing':
      return found.reason;
  }
}

/** After the report: how to go on. */
export function integrationSteps(
  state: RunState,
  { search, into }: Integrated,
  isFailed: boolean,
): readonly NextStep[] {
  const own = into === null ? null : intoSteps(state, into);
  if (own !== null) return own;
  const again = `cox integrate ${shellWord(state.run)}`;
  const going = goingOn(state);
  if (!isFailed) {
    const review = { what: 'Review the integration branch', code: state.integration.branch };
    return [...going, review, mergingForGood(state, 'Merge it for good')];
  }
  const guilty = search?.found.is === 'merge' ? takingOut(state, search.found) : [];
  return [
    { what: 'Mend it on the integration branch', code: `git switch ${shellWord(state.integration.branch)}` },
    ...guilty,
    ...going,
    { what: 'Then look again', code: into === null ? again : `${again} --into ${shellWord(into.branch)}` },
  ];
}

function goingOn(state: RunState): readonly NextStep[] {
  if (unmergedTasks(state).every(({ state: { is } }) => is === 'skipped')) return [];
  const failed = state.phase.is === 'finished' ? ' --retry-failed' : '';
  return [{ what: 'Go on with what is not merged', code: `cox resume ${shellWord(state.run)}${failed}` }];
}

/** A merged task cannot be tried again in its run, for others may stand on it. */
function takingOut(state: RunState, { commit, task }: Extract<Found, { is: 'merge' }>): readonly NextStep[] {
  const parent = state.settings.mergeStrategy === 'merge' && task !== null ? '-m 1 ' : '';
  const out = { what: `Or take ${task ?? short(commit)} out there`, code: `git revert ${parent}${commit}` };
  const group = task === null ? undefined : state.index.task.get(task)?.group;
  if (group === undefined) return [out];
  const again = `cox run ${shellWord(state.source)} --only ${group}`;
  return [out, { what: `and from there have its group done again`, code: again }];
}

/** Null where nothing was tried: then it goes on as without. */
function intoSteps(state: RunState, into: IntoOutcome): readonly NextStep[] | null {
  const branch = shellWord(into.branch);
  const own = shellWord(state.integration.branch);
  const again = {
    what: 'Then call it again',
    code: `cox integrate ${shellWord(state.run)} --into ${branch}`,
  };
  switch (into.is) {
    case 'merged':
    case 'held':
      return [
        {
          what: 'When nobody needs it any more, remove the integration branch',
          code: `git branch -d ${own}`,
        },
      ];
    case 'conflict':
    case 'red':
      return [
        {
          what: `Bring ${into.branch} into the integration branch and mend it there`,
          code: `git switch ${own} && git merge --no-ff ${branch}`,
        },
        again,
      ];
    case 'refused':
    case 'behind':
      return [again];
    case 'unproven':
      return null;
  }
}

function intoItems(into: IntoOutcome | null): readonly string[] {
  switch (into?.is) {
    case 'conflict':
      return [`it conflicts with ${into.branch} in ${into.paths.join(', ')}`];
    case 'red':
      return into.checks.map((check) => `merged with ${into.branch}, ${itemOf(check)}`);
    case 'refused':
    case 'behind':
      return [into.message];
    default:
      return [];
  }
}

function itemOf({ name, status, detail, findings }: CheckResult): string {
  const places = status === 'failed' && name.startsWith('contracts') ? findings : [];
  const shown = places.slice(0, MOST_NAMED).map(findingWords);
  const more = places.length > shown.length ? [`and ${places.length - shown.length} more`] : [];
  const said = status === 'not run' ? `${name} was not run: ${detail}` : `${name}: ${detail}`;
  return [said, ...shown, ...more].join('; ');
}

function reasonOf(state: ReturnType<typeof unmergedTasks>[number]['state']): string {
  return state.is === 'failed' ? describeFailure(state.failure) : state.is;
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
