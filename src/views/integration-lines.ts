/** What the execution report says of the integration branch. */

import { coverageWords } from '../core/coverage-words.ts';
import type { RunState } from '../core/run-state.ts';
import { resultsOf } from './check-kinds.ts';
import { foreseenSummary } from './foreseen.ts';
import { groupBranchWords } from './group-branch.ts';
import { mdCode, mdText } from './markdown.ts';
import { combinedCoverage, wholeTest } from './whole-work.ts';

const NOT_RUN = 'not run';

export function integrationLines(state: RunState): string[] {
  const tests = [...state.tasks.keys()]
    .map((id) => state.mergeTests.get(id))
    .filter((test) => test !== undefined);
  const passing = tests.filter((test) => test.passed).length;
  const validations = state.plan.groups.flatMap((group) => {
    if (group.validation === undefined) return [];
    const result = state.groups.get(group.number)?.validation;
    const word = result === undefined ? NOT_RUN : result.passed ? '✅ passed' : '❌ failed';
    const command = group.validation.kind === 'shell' ? group.validation.command : group.validation.code;
    return [`- **Validation of Group ${group.number}**: ${word} (${mdCode(command)})`];
  });
  const coverage = combinedCoverage(state);
  return [
    '## Integration Results',
    `- **Integration Branch**: ${mdCode(state.integration.branch)}`,
    `- **Merge Conflicts**: ${state.integration.conflicts.length}`,
    ...resolutionLine(state),
    `- **Conflicts Foreseen While Agents Worked**: ${foreseenSummary(state)}`,
    `- **Integration Tests**: ${tests.length === 0 ? NOT_RUN : `${passing}/${tests.length} merges passing${wholeWords(state)}`}`,
    `- **Combined Coverage**: ${coverage === null ? 'not measured' : coverageWords(coverage)}`,
    `- **Build Status**: ${NOT_RUN}${whyNotBuilt(state)}`,
    ...validations,
    ...branchLines(state),
  ];
}

/** A run has each task's work built, and merges tested by the one command that is set for it. */
function whyNotBuilt(state: RunState): string {
  const merged = [...state.tasks.values()].filter((record) => record.state.is === 'merged');
  const reasons = merged.map((record) => resultsOf(state, record, 'build').notRun);
  if (reasons.includes(null))
    return ` on the merged work, only on that of each task; ${mdCode(`cox integrate ${state.run}`)} builds it`;
  const [reason] = reasons;
  return reason ? ` (${mdText(reason)})` : '';
}

function wholeWords(state: RunState): string {
  const tests = wholeTest(state)?.tests;
  return tests === undefined ? '' : `, ${tests} tests on the last`;
}

function branchLines(state: RunState): string[] {
  return state.plan.groups.flatMap(({ number }) => {
    const words = groupBranchWords(state, number);
    return words === null ? [] : [`- **Branch of Group ${number}**: ${mdText(words)}`];
  });
}

function resolutionLine(state: RunState): string[] {
  const count = state.integration.resolutions.length;
  const proof = state.settings.mergeTest === undefined ? 'not tested' : 'tested';
  return count === 0 ? [] : [`- **Resolved at Once**: ${count} (${proof})`];
}
