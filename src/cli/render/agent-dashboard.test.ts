import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { commitName, RunLog } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { agentDashboard } from './agent-dashboard.ts';
import { PLAIN } from './style.ts';

const CRASH = { reason: 'exit-code', code: 3, tail: '' } as const;

const plan = makePlan([
  makeTask('2.1', 1, { title: 'JWT Service', agent: 'Builder-1' }),
  makeTask('2.2', 1, { title: 'User Model', agent: 'Builder-2' }),
  makeTask('2.3', 1, { title: 'Sign-up', agent: 'Builder-1' }),
]);

function linesOf(log: RunLog, alive = true): readonly string[] {
  return agentDashboard({
    state: log.state(),
    alive,
    seenAt: null,
    now: log.now + 59_000,
    width: 80,
    style: PLAIN,
  });
}

test('a run agent by agent; what an agent does not tell is not shown', () => {
  const log = new RunLog(plan).open().openGroup(1).start('2.2');
  log.end('2.2', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: '2.2', failure: CRASH });
  log
    .start('2.1')
    .add({ type: 'attempt.progress', task: '2.1', attempt: 1, percent: 45, step: 'Writing tests' });
  assert.equal(
    linesOf(log).join('\n'),
    `\
Parallel Execution: Group 1 - Wave 1 (Started: 2025-11-29 14:30:52 UTC)
Run: run-1 | Status: RUNNING
━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━

Agent: Builder-1 (2.1: JWT Service)
Status: IN_PROGRESS | Progress: ██████░░░░░░░░░░ 45%
Current: Writing tests
⏸️ 2.3 ready to start

Agent: Builder-2 (2.2: User Model)
Status: FAILED
Current: the agent exited with 3; see its log

━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━
Completed: 0/3 | Failed: 1/3 | Runtime: 00:01:10`,
  );
});

test('what was skipped is told, though no agent has it any more', () => {
  const log = new RunLog(plan).open().openGroup(1).start('2.2');
  log.end('2.2', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: '2.2', failure: CRASH }, { type: 'requested.skip', task: '2.2' });
  const lines = linesOf(log);
  assert.ok(!lines.some((line) => line.startsWith('Agent: Builder-2')), lines.join('\n'));
  assert.match(lines.at(-4) ?? '', /^⏭️ 2\.2 skipped, attempt 1, /);
  assert.match(lines.at(-1) ?? '', /^Completed: 0\/2 /);
});

test('what the plan holds back is named', () => {
  const lines = linesOf(new RunLog({ ...plan, held: ['2.4', '3.1'] }).open().openGroup(1));
  assert.ok(lines.includes('Not run: 2.4, 3.1, which the plan holds back'), lines.join('\n'));
});

test('a look of QA that is over is no attempt at the task', () => {
  const log = new RunLog(plan).open().openGroup(1).start('2.1').end('2.1');
  log.add({
    type: 'attempt.starting',
    task: '2.1',
    attempt: 2,
    role: 'qa',
    base: commitName('a1'),
    startFrom: commitName('b2'),
    branch: 'cox/run-1/2.1',
    feedback: '',
  });
  const review = { verdict: 'approved', report: '' } as const;
  log.end('2.1', { is: 'reviewed', review, usage: {}, exitCode: 0 }, 2).accept('2.1').merge('2.1');
  const lines = linesOf(log.advance(['2.1']).start('2.3'));
  assert.ok(lines.includes('✅ 2.1 done, attempt 1, 1s'), lines.join('\n'));
});

test('what to do next stands above the counts, which come last', () => {
  const lines = linesOf(new RunLog(plan).open(), false);
  assert.ok(lines.includes('Go on with: cox resume run-1'));
  const begun = linesOf(new RunLog(plan).open().openGroup(1).start('2.1'), false);
  assert.ok(begun.includes('Status: INTERRUPTED') && !begun.some((line) => /IN_PROGRESS/.test(line)));
  assert.ok(begun.includes('Current: when the run was left: in progress'), begun.join('\n'));
  assert.match(lines.at(-1) ?? '', /^Completed: 0\/3 \| Failed: 0\/3 \| Runtime: /);
});

test('no text of a plan or an agent does anything to a terminal', () => {
  fc.assert(
    fc.property(hostileText, fc.integer({ min: 10, max: 120 }), (text, width) => {
      const hostile = makePlan([makeTask('1', 1, { title: text, agent: text })]);
      const log = new RunLog(hostile).open().openGroup(1).start('1');
      log.add({ type: 'attempt.progress', task: '1', attempt: 1, percent: 1, step: text });
      const options = { state: log.state(), alive: true, seenAt: null, now: log.now, width, style: PLAIN };
      for (const line of agentDashboard(options)) {
        assert.doesNotMatch(line, UNPRINTABLE);
        assert.ok(stringWidth(line) <= width);
      }
    }),
  );
});
