/** What the execution report says of the integration branch. */

import { coverageWords } from '../core/coverage-words.ts';
import type { RunState } from '../core/run-state.ts';
import { foreseenSummary } from './foreseen.ts';
import { groupBranchWords } from './group-branch.ts';
import { mdCode, mdText } from './markdown.ts';
import { mergeTestOf } from './report.ts';
import { combinedCoverage, wholeTest } from './whole-work.ts';

const NOT_RUN = 'not run';

export function integrationLines(state: RunState): string[] {
  const tests = [...state.tasks.keys()]
    .map((id) => mergeTestOf(state, id))
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
    `- **Build Status**: ${NOT_RUN}`,
    ...validations,
    ...branchLines(state),
  ];
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
