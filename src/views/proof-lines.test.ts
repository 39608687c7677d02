import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Proof } from '../core/proof.ts';
import { commitName, doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';
import { proofLines } from './proof-lines.ts';
import { reportView } from './report.ts';

const plan = makePlan([makeTask('a', 1, { criteria: ['It adds', 'It is fast', 'It is kind'] })]);
const qa = { agent: { driver: 'command', options: {} }, rejections: 3, tries: 3 };
const settings = { ...TEST_SETTINGS, checks: { ...TEST_SETTINGS.checks, enabled: true }, qa };
const tip = commitName('b2');
const proof: Proof = {
  checks: [
    checkOf('passed', { detail: 'passed' }),
    checkOf('failed', { name: 'lint', critical: false, command: 'npm run lint', output: 'x <b> is unused' }),
    checkOf('not run', { name: 'security-audit', detail: 'npm is not there' }),
  ],
  criteria: [{ text: 'It adds', proof: { is: 'proven', by: 'npm test' } }],
};

function log(): RunLog {
  return new RunLog(plan, settings)
    .open()
    .openGroup(1)
    .start('a')
    .end('a', doneOutcome())
    .add(
      { type: 'checks.starting', task: 'a', attempt: 1, base: commitName('a1'), tip },
      { type: 'checks.ended', task: 'a', attempt: 1, proof },
    );
}

function linesOf(made: RunLog): string {
  const state = made.state();
  const record = state.tasks.get('a');
  assert.ok(record !== undefined);
  return proofLines(state, record).join('\n').replaceAll('\\', '');
}

test('what was checked, what was not, and what QA says stand in the report, and nothing unproven as passed', () => {
  assert.match(linesOf(log()), /\*\*QA\*\*: pending\n/);
  const text = linesOf(log().review('a', 'approved', 2, '| C2 | FAIL | it takes an hour |'));
  for (const part of [
    'COMPLETE_WITH_WARNINGS (1 of 3 checks passed)',
    '✅ tests (`npm test`): passed\n',
    '**Tests Passing**: passed\n',
    '❌ lint (`npm run lint`): failed, it only warns',
    'src/add.js:3: adds wrongly',
    'x <b> is unused',
    '➖ security-audit (`npm test`): not run, npm is not there',
    '**QA**: approved (1 look)',
    '✅ It adds: proven (npm test)',
    '❌ It is fast: not met, as QA says (it takes an hour)',
    '❔ It is kind: unproven',
  ])
    assert.ok(text.includes(part), `${part} is missing in:\n${text}`);
});

test('a word of QA on earlier work is none on the work as it is now', () => {
  const made = log().review('a', 'rejected', 2, 'no');
  made.add({
    type: 'task.retrying',
    task: 'a',
    notBefore: 0,
    failure: { reason: 'qa-rejected', report: 'no' },
  });
  made.start('a', 3);
  const rejected = reportView(made.state()).waves[0]?.tasks[0];
  assert.deepEqual([rejected?.qa.status, rejected?.attempts, rejected?.qa.rejections], ['rejected', 2, 1]);
  const work = { tip: commitName('d4'), commits: 2, files: ['a'], linesAdded: 1, linesRemoved: 0 };
  made.end('a', doneOutcome({ work }), 3);
  const again = reportView(made.state()).waves[0]?.tasks[0];
  assert.deepEqual([again?.status, again?.qa.status], ['checking', 'pending']);
});

test('without QA and without checks both are said not to be run', () => {
  const made = new RunLog(plan, TEST_SETTINGS)
    .open()
    .openGroup(1)
    .complete('a')
    .add({ type: 'run.finished', status: 'succeeded' });
  const text = linesOf(made);
  for (const part of ['**Validation**: not run', '**QA**: not run', '❔ It adds: unproven'])
    assert.ok(text.includes(part), text);
});
