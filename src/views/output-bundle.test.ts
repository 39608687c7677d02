import assert from 'node:assert/strict';
import { test } from 'node:test';
import { flawWords } from '../core/flaw-words.ts';
import type { CheckResult } from '../core/proof.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';
import { agentTasks } from './agent-names.ts';
import { outputBundle } from './output-bundle.ts';

const PLAN = makePlan([
  makeTask('2.1', 1, { title: 'JWT service', agent: 'Builder-1' }),
  makeTask('2.2', 1, { title: 'User model', agent: 'Builder-1' }),
]);
const CHECKED = { ...TEST_SETTINGS, checks: { ...TEST_SETTINGS.checks, enabled: true } };

function proven(log: RunLog, task: string, checks: readonly CheckResult[]): RunLog {
  return log
    .start(task)
    .end(task, doneOutcome({ summary: 'I did *it*.\u001b[2J' }))
    .add(
      { type: 'checks.starting', task, attempt: 1, base: commitName('a1'), tip: commitName('b2') },
      { type: 'checks.ended', task, attempt: 1, proof: { checks, criteria: [] } },
    );
}

function filesOf(log: RunLog, text = 'diff --git a/a b/a\n'): Map<string, string> {
  const state = log.state();
  const [agent] = agentTasks(state);
  assert.ok(agent);
  const diffs = new Map([['2.1', { patch: Buffer.from(text), isWhole: false }]]);
  return new Map(outputBundle(state, agent, diffs).map(({ name, content }) => [name, String(content)]));
}

function jsonOf(files: ReadonlyMap<string, string>, name: string) {
  return JSON.parse(files.get(name) ?? '');
}

const begin = (): RunLog => new RunLog(PLAN, CHECKED).open().openGroup(1);

test('what was not run is said in each file, and has not passed', () => {
  const files = filesOf(begin().start('2.1'));
  assert.deepEqual([...files.keys()].sort(), [
    'TASK_SUMMARY.md',
    'build_output.txt',
    'changes.diff',
    'files_changed.txt',
    'lint_results.txt',
    'metrics.json',
    'security_audit.json',
    'test-results.json',
    'test_output.txt',
    'validation_report.json',
  ]);
  for (const name of ['build_output.txt', 'lint_results.txt', 'test_output.txt'])
    assert.equal(files.get(name), '=== 2.1: JWT service ===\nnot run: the work has not come to its checks\n');
  assert.equal(files.get('changes.diff'), '# 2.1: JWT service\n# not there: no attempt has left any work\n');
  assert.equal(files.get('files_changed.txt'), '', 'names alone, for programs');
  for (const name of ['test-results.json', 'security_audit.json']) {
    const [first] = jsonOf(files, name).tasks;
    assert.deepEqual([first.status, first.reason], ['not run', 'the work has not come to its checks']);
  }
  assert.equal(jsonOf(files, 'test-results.json').coverage_percent, null);
  assert.equal(jsonOf(files, 'security_audit.json').metadata.vulnerabilities.critical, null);
  const report = jsonOf(files, 'validation_report.json');
  assert.deepEqual([report.status, report.overall_passed], ['not run', false]);
  assert.deepEqual(report.validations.lint, {
    passed: false,
    status: 'not run',
    exit_code: null,
    reason: '2.1: the work has not come to its checks',
  });
  assert.equal(jsonOf(files, 'metrics.json').lines_added, null);
});

test('checks that are switched off are told as that', () => {
  const files = filesOf(new RunLog(PLAN).open().openGroup(1).start('2.1'));
  assert.match(files.get('test_output.txt') ?? '', /not run: checks are switched off for this run/);
});

test('what every task has passed has passed, and counts are sums', () => {
  const good = [
    checkOf('passed', { output: '2 tests\u001b[2J pass' }),
    checkOf('passed', { name: 'coverage', detail: '88.5 % of lines (lcov.info)' }),
    checkOf('passed', { name: 'security-audit' }),
    checkOf('passed', { name: 'boundaries' }),
    checkOf('passed', { name: 'lint' }),
    checkOf('passed', { name: 'build' }),
  ];
  const files = filesOf(proven(proven(begin(), '2.1', good), '2.2', good));
  const report = jsonOf(files, 'validation_report.json');
  assert.deepEqual(
    [report.agent, report.status, report.overall_passed],
    ['builder-1', 'COMPLETE_VALIDATED', true],
  );
  assert.deepEqual(report.validations.tests, {
    passed: true,
    status: 'passed',
    exit_code: 0,
    coverage: 88.5,
  });
  assert.deepEqual(report.validations.security, {
    passed: true,
    status: 'passed',
    exit_code: 0,
    vulnerabilities: 0,
    critical_vulnerabilities: 0,
  });
  assert.equal(report.validations.boundaries.passed, true);
  assert.equal(jsonOf(files, 'test-results.json').coverage_percent, 88.5);
  assert.equal(jsonOf(files, 'security_audit.json').metadata.vulnerabilities.critical, 0);
  const { agent, execution_id, execution_time, ...counts } = jsonOf(files, 'metrics.json');
  assert.deepEqual([agent, execution_id], ['builder-1', 'exec_20251129_143052']);
  assert.match(execution_time, /^\d+ seconds$/);
  assert.deepEqual(counts, { lines_added: 20, lines_removed: 4, files_modified: 1, test_coverage: 88.5 });
  assert.equal(files.get('files_changed.txt'), 'src/a.ts\n');
  assert.match(
    files.get('test_output.txt') ?? '',
    /tests: passed\ncommand: npm test\nexit: 0\n.*\n\n2 tests pass\n/,
  );
  const diff = files.get('changes.diff') ?? '';
  assert.match(
    diff,
    /# The rest is left out here; all of it is shown by: git diff a1a1\S+ b2b2\S+\ndiff --git a\/a b\/a\n/,
  );
  assert.match(diff, /# 2\.2: User model\n# not there: it was not asked for/);
  assert.match(files.get('TASK_SUMMARY.md') ?? '', /\*\*The agent's own words\*\*: I did \\\*it\\\*\./);
});

test('critical flaws are counted where the audit tells how grave each is', () => {
  const audited = (messages: readonly string[]) => {
    const findings = messages.map((message) => ({ message }));
    const audit = checkOf('warning', { name: 'security-audit', critical: false, findings });
    const files = filesOf(proven(begin(), '2.1', [checkOf('passed'), audit]));
    const { vulnerabilities, critical_vulnerabilities } = jsonOf(files, 'validation_report.json').validations
      .security;
    return [vulnerabilities, critical_vulnerabilities];
  };
  assert.deepEqual(audited([flawWords('qs', 'critical'), flawWords('ws', 'low')]), [2, 1]);
  assert.deepEqual(audited([flawWords('qs', 'high')]), [1, 0]);
  assert.deepEqual(audited([flawWords('qs', 'critical'), flawWords('a has a known flaw (low)', null)]), [
    2,
    null,
  ]);
});

test('one task that is red or not looked at decides for its agent', () => {
  const one = proven(begin(), '2.1', [checkOf('passed')]);
  const red = jsonOf(filesOf(proven(one, '2.2', [checkOf('failed')])), 'validation_report.json');
  assert.deepEqual(
    [red.status, red.validations.tests.passed, red.validations.tests.exit_code],
    ['FAILED', false, 1],
  );
  assert.match(red.validations.tests.reason, /^2\.2: 1 of 2 tests fails$/);
  assert.deepEqual(red.tasks, [
    { task_id: '2.1', status: 'COMPLETE_VALIDATED' },
    { task_id: '2.2', status: 'FAILED' },
  ]);
  const half = jsonOf(filesOf(proven(begin(), '2.1', [checkOf('passed')])), 'validation_report.json');
  assert.deepEqual([half.status, half.overall_passed], ['not run', false], 'the second task was not begun');
  const missing = checkOf('not run', { detail: 'no such program', exitCode: null });
  const none = jsonOf(filesOf(proven(begin(), '2.1', [missing])), 'test-results.json');
  assert.deepEqual([none.tasks[0].status, none.tasks[0].reason], ['not run', 'no such program']);
});
