/** `integration-report.md`: the combined work of a run, for people. What was not run is shown as such. */

import { planTitle } from '../core/plan-title.ts';
import type { CheckStatus } from '../core/proof.ts';
import type { IntegrationView } from './integration-view.ts';
import { mdBlock, mdCode, mdText } from './markdown.ts';
import { type CheckReport, findingWords } from './proof-facts.ts';

const NONE = 'None.';

export function integrationReport(view: IntegrationView): string {
  const lines = [
    `# Integration Report: ${mdText(planTitle({ id: view.plan_id, name: view.name }))}`,
    '',
    ...header(view),
    '',
    '## Summary',
    '',
    ...table(
      ['Check', 'Status', 'Details'],
      view.summary.map(({ check, status, details }) => [check, statusWord(status), mdText(details)]),
    ),
    '',
    '## Contract Compliance',
    '',
    '### API Endpoints',
    '',
    ...contractLines(view, 'contracts-api'),
    '',
    '### Type Definitions',
    '',
    ...contractLines(view, 'contracts-types'),
    '',
    '## Boundary Violations',
    '',
    ...violations(view),
    '',
    '## Tech Spec Compliance',
    '',
    ...techSpec(view),
    '',
    '## Test Results',
    '',
    ...results(view),
    '',
    '## Action Items',
    '',
    '### Must Fix',
    '',
    ...items(view.must_fix),
    '',
    '### Should Fix',
    '',
    ...items(view.should_fix),
    '',
    '## Next Steps',
    '',
    ...view.next_steps.map(({ what, code }) => `- [ ] ${mdText(what)}: ${mdCode(code)}`),
  ];
  return `${lines.join('\n')}\n`;
}

function header(view: IntegrationView): string[] {
  return [
    `- **Status**: ${view.status.toUpperCase()}`,
    `- **Generated**: ${view.generated_at}`,
    `- **Parallel Dir**: ${mdCode(view.plan_path)}`,
    `- **Source PRD**: ${view.source_prd === null ? 'not named' : mdCode(view.source_prd)}`,
    `- **Tech Spec**: ${view.tech_spec === null ? 'not named' : mdCode(view.tech_spec)}`,
    `- **Tasks Integrated**: ${view.tasks_integrated} of ${view.tasks}`,
    `- **Run**: ${mdText(view.run_id)}`,
    `- **Integration Branch**: ${mdCode(view.integration_branch)} at ${mdCode(view.tip.slice(0, 12))}`,
    ...intoLine(view),
  ];
}

function intoLine({ into }: IntegrationView): string[] {
  if (into === null) return [];
  const at = into.commit === null ? '' : ` at ${mdCode(into.commit.slice(0, 12))}`;
  return [`- **Merged Into**: ${mdCode(into.branch)}: ${intoWords(into)}${at}`];
}

export function intoWords({ status }: NonNullable<IntegrationView['into']>): string {
  switch (status) {
    case 'merged':
      return 'merged';
    case 'held':
      return 'already holds it';
    case 'unproven':
      return 'not merged, for checks failed';
    case 'conflict':
      return 'not merged, for it conflicts';
    case 'red':
      return 'not merged, for checks fail on the merge';
    case 'refused':
      return 'refused';
    case 'behind':
      return 'merged, but the files of its checkout stayed behind';
  }
}

function statusWord(status: CheckStatus): string {
  const icons = { passed: '✅', warning: '⚠️', failed: '❌', 'not run': '⏭️' } as const;
  return `${icons[status]} ${status}`;
}

function contractLines({ checks }: IntegrationView, name: string): string[] {
  const check = checks.find((each) => each.name === name);
  if (check === undefined) return ['Not run: the plan has no such contract.'];
  return [`${statusWord(check.status)}: ${mdText(check.detail ?? '')}`, ...findings(check)];
}

function findings({ findings: found }: CheckReport): string[] {
  return found.length === 0 ? [] : ['', ...found.map((finding) => `- ${mdText(findingWords(finding))}`)];
}

function violations({ boundary_violations: found }: IntegrationView): string[] {
  if (found.length === 0) return [NONE];
  return table(
    ['Task', 'File', 'Issue'],
    found.map(({ task, file, issue }) => [mdText(task), file === null ? '' : mdCode(file), mdText(issue)]),
  );
}

function techSpec({ criteria }: IntegrationView): string[] {
  const all = criteria.flatMap(({ task, criteria: of }) =>
    of.map(({ text, status, reason }) => [mdText(task), mdText(text), status, mdText(reason)]),
  );
  if (all.length === 0) return ['Not run: no merged task has a criterion.'];
  return [
    'As each task’s own work was checked: `proven` by a test or command that we ran, `met` or `not met` in the words of QA.',
    '',
    ...table(['Task', 'Criterion', 'Status', 'By'], all),
  ];
}

function results({ checks, guilty }: IntegrationView): string[] {
  const shown = checks.filter(({ name }) => !name.startsWith('contracts'));
  if (shown.length === 0) return ['Nothing was run.'];
  const rows = shown.map(({ name, status, command, detail }) => [
    name,
    statusWord(status),
    command === null ? '' : mdCode(command),
    mdText(detail ?? ''),
  ]);
  return [
    ...table(['Check', 'Status', 'Command', 'Details'], rows),
    ...searchLines(guilty),
    ...shown.flatMap(outputLines),
  ];
}

function searchLines(guilty: IntegrationView['guilty']): string[] {
  if (guilty === null) return [];
  const tested = guilty.tested.map(({ commit, is }) => `- ${mdCode(commit.slice(0, 12))}: ${is}`);
  const who =
    guilty.commit === null
      ? guilty.reason === null
        ? 'No single merge could be named.'
        : mdText(guilty.reason)
      : `It fails since ${mdCode(guilty.commit)}${guilty.task === null ? '' : `, the merge of ${mdText(guilty.task)}`}.`;
  return [
    '',
    `### What broke ${mdText(guilty.check)}`,
    '',
    who,
    ...(tested.length === 0 ? [] : ['', ...tested]),
  ];
}

function outputLines({ name, status, output }: CheckReport): string[] {
  if (status === 'passed' || output === null) return [];
  return ['', `### Output of ${mdText(name)}`, '', ...mdBlock(output)];
}

function items(texts: readonly string[]): string[] {
  return texts.length === 0 ? [NONE] : texts.map((text) => `- [ ] ${mdText(text)}`);
}

/** Cells are Markdown already. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map((cells) => line(cells.map(cell)))];
}

/** A code span shows a bar as it is, and the table would end there. */
function cell(text: string): string {
  return text.replaceAll(/(?<!\\)\|/g, '\\|');
}
