import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';

import type { Integrated } from '../core/integrated.ts';
import type { CheckResult, CheckStatus } from '../core/proof.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';
import { integrationReport } from './integration-report.ts';
import type { PlanSources } from './integration-rows.ts';
import { type IntegrationView, integrationView } from './integration-view.ts';

const SPEC: PlanSources = {
  path: 'parallel/TS-1',
  prd: 'docs/prd.md',
  techSpec: 'specs/TS-1.md',
  hasTechSpec: true,
};
const ALL: readonly CheckResult[] = [
  checkOf('passed', { name: 'contracts-api', detail: '3 of 3 routes' }),
  checkOf('passed', { name: 'tests' }),
  checkOf('passed', { name: 'type-check', command: 'tsc' }),
  checkOf('passed', { name: 'lint', critical: false }),
];

function state(title = 'First') {
  const plan = makePlan([makeTask('task-001', 1, { title, criteria: ['adds'] }), makeTask('task-002', 1)]);
  const log = new RunLog(plan).open().openGroup(1);
  log.complete('task-001', 60, doneOutcome()).complete('task-002', 60, doneOutcome());
  return log.add({ type: 'group.closed', group: 1 }, { type: 'run.finished', status: 'succeeded' }).state();
}

function integrated(checks: readonly CheckResult[], change: Partial<Integrated> = {}): Integrated {
  const bounds = checkOf('passed', { name: 'boundaries' });
  return {
    at: 0,
    base: commitName('base'),
    tip: commitName('tip'),
    branchIsGone: false,
    foreign: [],
    proof: { checks, boundaries: [{ task: 'task-001', result: bounds }] },
    search: null,
    into: null,
    ...change,
  };
}

function view(checks: readonly CheckResult[], change: Partial<Integrated> = {}): IntegrationView {
  return integrationView(state(), integrated(checks, change), SPEC);
}

function statusOf({ summary }: IntegrationView, check: string): string | undefined {
  return summary.find((row) => row.check === check)?.status;
}

/** Every criterion of every task is proven. */
function provenState(): ReturnType<typeof state> {
  const criteria = [{ text: 'adds', proof: { is: 'proven', by: 'npm test' } }] as const;
  const proof = { checks: [], criteria, attempt: 1, tip: '', verdict: 'complete-validated' } as const;
  const made = state();
  return { ...made, tasks: new Map([...made.tasks].map(([id, record]) => [id, { ...record, proof }])) };
}

describe('what is said of the combined work', () => {
  it('asks for nothing that the plan has no place for, and says all the same that it was not run', () => {
    const scope = { create: [], modify: [], boundary: [] };
    const plan = makePlan([makeTask('task-001', 1, { scope })]);
    const log = new RunLog(plan, { ...TEST_SETTINGS, checks: { ...TEST_SETTINGS.checks, enabled: true } });
    log.open().openGroup(1).complete('task-001', 60, doneOutcome());
    log.add({ type: 'group.closed', group: 1 }, { type: 'run.finished', status: 'succeeded' });
    const found = integrated(ALL.slice(1));
    const bounds = checkOf('not run', { name: 'boundaries', detail: 'the task has no scope' });
    const proof = { ...found.proof, boundaries: [{ task: 'task-001', result: bounds }] };
    const sources = { path: 'parallel/TS-1', prd: null, techSpec: null, hasTechSpec: false };
    const bare = integrationView(log.state(), { ...found, proof }, sources);
    assert.deepEqual([bare.must_fix, bare.should_fix], [[], []]);
    for (const row of ['Contract Compliance', 'Tech Spec Compliance', 'Boundary Violations'])
      assert.equal(statusOf(bare, row), 'not run');
    // Where the plan names a spec that is not there, somebody should look.
    const named = integrationView(log.state(), found, { ...sources, techSpec: 'specs/TS-1.md' });
    assert.deepEqual(named.should_fix, ['Tech Spec Compliance was not run: specs/TS-1.md is not there']);
  });

  it('is passed where all is as it should be', () => {
    const { status, must_fix, should_fix } = integrationView(provenState(), integrated(ALL), SPEC);
    assert.deepEqual([status, must_fix, should_fix], ['passed', [], []]);
  });

  it('is passed only where everything was run and passed', () => {
    const status = fc.constantFrom<CheckStatus>('passed', 'warning', 'failed', 'not run');
    const names = [
      'contracts-api',
      'contracts-types',
      'tests',
      'coverage',
      'type-check',
      'lint',
      'security-audit',
    ];
    const checks = fc.array(
      fc
        .record({ name: fc.constantFrom(...names), status, critical: fc.boolean() })
        .map((each) => checkOf(each.status, { ...each, detail: 'said' })),
      { maxLength: 7 },
    );
    fc.assert(
      fc.property(checks, (found) => {
        const { status: whole, summary } = integrationView(provenState(), integrated(found), SPEC);
        const isRed = found.some((check) => check.status === 'failed' && check.critical);
        assert.equal(whole === 'failed', isRed);
        const isAllGreen = found.every((check) => check.status === 'passed');
        if (whole === 'passed') assert.ok(isAllGreen && summary.every((row) => row.status === 'passed'));
        for (const row of summary) assert.ok(row.details !== '');
      }),
    );
    assert.equal(view(ALL).summary.length, 7);
    assert.equal(statusOf(view(ALL), 'Tests'), 'passed');
    assert.equal(statusOf(view([]), 'Tests'), 'not run');
    assert.equal(view([]).status, 'warning');
  });

  it('counts what failed before, or is not critical, as a warning', () => {
    for (const change of [{ onBase: 'failed' as const }, { critical: false }]) {
      const found = view([...ALL.slice(0, 3), checkOf('failed', { name: 'lint', ...change })]);
      assert.deepEqual([statusOf(found, 'Lint'), found.status, found.must_fix], ['warning', 'warning', []]);
      assert.ok(found.should_fix.some((item) => item.startsWith('lint: ')));
    }
  });

  it('says which tasks have no scope to compare with, and takes none of them for looked at', () => {
    const result = checkOf('not run', { name: 'boundaries' });
    const found = view(ALL, { proof: { checks: ALL, boundaries: [{ task: 'task-001', result }] } });
    const row = found.summary.find(({ check }) => check === 'Boundary Violations');
    assert.equal(row?.status, 'not run');
    assert.equal(row?.details, 'without a scope: task-001');
  });

  it('takes a compiler for a type check, and any other build for a test', () => {
    const build = (command: string) => view([checkOf('passed', { name: 'build', command })]);
    assert.equal(statusOf(build('go build ./...'), 'Type Check'), 'passed');
    assert.equal(statusOf(build('npm run build'), 'Type Check'), 'not run');
    assert.equal(statusOf(build('npm run build'), 'Tests'), 'passed');
  });

  it('names commits of nobody, a branch that is gone, and a spec that is not there', () => {
    const found = view(ALL, { foreign: [commitName('x')], branchIsGone: true });
    assert.equal(statusOf(found, 'Branch Merge'), 'warning');
    assert.match(found.summary[0]?.details ?? '', /1 commit on it .*the branch is gone/);
    for (const sources of [
      { ...SPEC, hasTechSpec: false },
      { ...SPEC, techSpec: null },
    ]) {
      const row = integrationView(state(), integrated(ALL), sources).summary[2];
      assert.deepEqual([row?.check, row?.status], ['Tech Spec Compliance', 'not run']);
    }
  });

  it('names the guilty task, and how its work is mended or taken out', () => {
    const commit = commitName('guilty');
    const search = {
      check: 'tests',
      command: 'npm test',
      tested: [],
      found: { is: 'merge', commit, task: 'task-002' },
    } as const;
    const found = view([checkOf('failed')], { search });
    assert.ok(found.must_fix.some((item) => item.includes('since the merge of task-002')));
    const codes = found.next_steps.map(({ code }) => code);
    assert.ok(codes.includes(`git revert -m 1 ${commit}`));
    assert.ok(codes.some((code) => code.endsWith('--only 1')));
  });
});

describe('the report of an integration', () => {
  const HEADINGS = [
    'Summary',
    'Contract Compliance',
    'API Endpoints',
    'Type Definitions',
    'Boundary Violations',
    'Tech Spec Compliance',
    'Test Results',
    'Action Items',
    'Must Fix',
    'Should Fix',
    'Next Steps',
  ];

  it('has its parts in their order, whatever agents have written', () => {
    fc.assert(
      fc.property(hostileText, hostileText, (title, words) => {
        const red = checkOf('failed', {
          name: 'lint',
          detail: words,
          output: '',
          findings: [{ path: words, message: words }],
        });
        const bounds = [{ task: 'task-001', result: { ...red, name: 'boundaries' } }];
        const found = integrated([...ALL, red], { proof: { checks: [...ALL, red], boundaries: bounds } });
        const text = integrationReport(integrationView(state(title), found, SPEC));
        assert.doesNotMatch(text, UNPRINTABLE);
        const headings = fromMarkdown(text)
          .children.filter(({ type }) => type === 'heading')
          .map((node) => textOf(node));
        assert.deepEqual(headings.slice(1), HEADINGS);
        const rows = text.split('\n').filter((line) => line.startsWith('| '));
        for (const row of rows)
          assert.ok([4, 5].includes(row.replaceAll(/\\./g, '').split('|').length - 1), row);
      }),
    );
  });
});
