import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { toString as textOf } from 'mdast-util-to-string';
import type { Proof } from '../core/proof.ts';
import { shellWord } from '../core/shell-word.ts';
import type { Budget } from '../core/usage.ts';
import { commitName, doneOutcome, RunLog, scopeOf, someWork } from '../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { checkOf } from '../testing/proofs.ts';
import { executionReport } from './execution-report.ts';
import { keptBranches } from './kept-branches.ts';
import { nextSteps } from './next-steps.ts';

const plan = makePlan([
  makeTask('task-001', 1, { title: 'JWT Service', agent: 'builder-1' }),
  makeTask('task-002', 1, { title: 'User Model' }),
]);
const CRASH = { reason: 'exit-code', code: 3, tail: '' } as const;

function finishedLog(): RunLog {
  const log = new RunLog(plan).open().openGroup(1);
  const work = someWork({ files: ['src/jwt.ts', 'src/jwt.spec.ts'], linesAdded: 387, linesRemoved: 12 });
  log.complete('task-001', 90 * 60, doneOutcome({ work, usage: { inputTokens: 1200, outputTokens: 80 } }));
  log
    .start('task-002')
    .wait(60)
    .end('task-002', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3, work: someWork() });
  return log.add(
    { type: 'task.failed', task: 'task-002', failure: CRASH },
    { type: 'group.closed', group: 1 },
    { type: 'run.finished', status: 'failed' },
  );
}

test('the report of a run with a task that failed', () => {
  assert.equal(
    executionReport(finishedLog().state()),
    `# Parallel Execution Report: TS-0001 - plan

## Execution Summary
- **Execution ID**: run-1
- **Started**: 2025-11-29 14:30:52 UTC
- **Completed**: 2025-11-29 16:02:10 UTC
- **Duration**: 1 hour 31 minutes
- **Status**: FAILED
- **Tasks**: 1 of 2 merged
- **Sandbox**: agents not confined: none in this test
- **Limits**: memory, processes, cpu, open files, disk: not limited

## Agent Performance

### task-001: JWT Service
- **Status**: ✅ COMPLETE
- **Agent**: builder-1
- **Attempts**: 1
- **Duration**: 1h 30min
- **Files Modified**: 2 (\`src/jwt.ts\`, \`src/jwt.spec.ts\`)
- **Lines Added/Removed**: +387 / -12
- **Test Coverage**: not measured
- **Tests Passing**: not run
- **Validation**: not run
- **QA**: not run
- **Tokens**: 1200 in, 80 out
- **Branch**: \`cox/run-1/task-001\`

### task-002: User Model
- **Status**: ❌ FAILED
- **Agent**: recipe
- **Attempts**: 1
- **Duration**: 1min 1s
- **Files Modified**: 1 (\`src/a.ts\`)
- **Lines Added/Removed**: +10 / -2
- **Test Coverage**: not measured
- **Tests Passing**: not run
- **Validation**: not run
- **QA**: not run
- **Branch**: \`cox/run-1/task-002\`
- **Error**: the agent exited with 3; see its log

## Integration Results
- **Integration Branch**: \`integration/run-1\`
- **Merge Conflicts**: 0
- **Conflicts Foreseen While Agents Worked**: not looked for
- **Integration Tests**: not run
- **Combined Coverage**: not measured
- **Build Status**: not run (checks are switched off for this run)

## Metrics
- **Total Lines Changed**: +387 / -12
- **Total Files Modified**: 2
- **Total Tests Added**: not measured
- **Tokens**: 1200 in, 80 out
- **Parallel Efficiency**: not known (the run has not succeeded)

## Issues Encountered
1. **Critical**: task-002: failed for good after 1 attempt: the agent exited with 3; see its log

## Next Steps
- [ ] See what an agent did: \`cox logs task-002 --run run-1\`
- [ ] Mend the cause of what failed, then try it again: \`cox resume run-1 --retry-failed\`
- [ ] Or go on without task-002: \`cox resume run-1 --skip task-002\`
- [ ] Look at the kept work of task-002 on cox/run-1/task-002: \`git log --stat a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1..cox/run-1/task-002\`
- [ ] If a part is enough, review and merge the 1 of 2 tasks that are on the integration branch: \`cox integrate run-1 --into main\`
`,
  );
});

test('of the build it is told why nothing has built the whole', () => {
  const settings = { ...TEST_SETTINGS, checks: { ...TEST_SETTINGS.checks, enabled: true } };
  const built = (checks: Proof['checks']): string | undefined => {
    const log = new RunLog(plan, settings).open().openGroup(1).start('task-001').end('task-001');
    log.add(
      {
        type: 'checks.starting',
        task: 'task-001',
        attempt: 1,
        base: commitName('a1'),
        tip: commitName('b2'),
      },
      { type: 'checks.ended', task: 'task-001', attempt: 1, proof: { checks, criteria: [] } },
    );
    log.accept('task-001').merge('task-001').advance(['task-001']);
    return /\*\*Build Status\*\*: (.*)/.exec(executionReport(log.state()))?.[1];
  };
  assert.equal(built([]), 'not run (the project has no command for build, and the settings name none)');
  assert.equal(
    built([checkOf('passed', { name: 'build' })]),
    'not run on the merged work, only on that of each task; `cox integrate run-1` builds it',
  );
});

/** Each step's words and its code. */
function steps(log: RunLog): string[] {
  return nextSteps(log.state()).map(({ what, code }) => `${what}: ${code}`);
}

test('the next steps fit how the run has ended', () => {
  const log = new RunLog(plan).open().openGroup(1).complete('task-001');
  assert.deepEqual(steps(log), ['See how it goes on: cox status run-1 --watch']);
  const cancelled = new RunLog(plan).open().openGroup(1).complete('task-001');
  cancelled.add({ type: 'task.cancelled', task: 'task-002' }, { type: 'run.finished', status: 'cancelled' });
  assert.deepEqual(steps(cancelled), [
    'Take up what was cancelled after all: cox resume run-1 --retry-failed',
    'If a part is enough, review and merge the 1 of 2 tasks that are on the integration branch: cox integrate run-1 --into main',
  ]);
  log.complete('task-002').add({ type: 'run.finished', status: 'succeeded' });
  assert.deepEqual(steps(log), [
    'Code review integration branch: integration/run-1',
    'Merge integration branch: cox integrate run-1 --into main',
  ]);
});

test('a run whose process was killed is not in progress, and says how it goes on', () => {
  const state = new RunLog(plan).open().openGroup(1).start('task-001').state();
  const report = executionReport(state, { alive: false });
  assert.match(report, /\*\*Status\*\*: INTERRUPTED \(no process drives it any more\)/);
  assert.match(report, /### task-001[^#]*\n- \*\*Status\*\*: ⏹️ INTERRUPTED\n/);
  assert.doesNotMatch(report, /IN PROGRESS/);
  const sign = executionReport(state, { alive: false, seenAt: state.lastDrivenAt + 60_000 });
  assert.notEqual(/\*\*Duration\*\*: .*/.exec(sign)?.[0], /\*\*Duration\*\*: .*/.exec(report)?.[0]);
  assert.match(report, /## Next Steps\n- \[ \] Go on: `cox resume run-1`\n$/);
  assert.match(executionReport(state), /\*\*Status\*\*: IN PROGRESS/);
});

test('after some groups alone the next step is the next group', () => {
  const three = makePlan([makeTask('a', 1), makeTask('b', 2, { done: true }), makeTask('c', 3)]);
  const { settings } = new RunLog(three).state();
  const log = new RunLog(three, { ...settings, onlyGroups: [1] }).open().openGroup(1).complete('a');
  log.add({ type: 'run.finished', status: 'succeeded' });
  assert.equal(steps(log).at(-1), 'Start Group 3 (Wave 3): cox run /project/parallel/TS-0042-auth --only 3');
});

test('the next step of a run whose budget is spent names what is to be raised', () => {
  const spent = (budget: Budget) => {
    const log = new RunLog(plan, { ...TEST_SETTINGS, budget }).open().openGroup(1).start('task-001');
    const usage = { inputTokens: 900, outputTokens: 100, costUsd: 2 };
    log.end('task-001', { is: 'stopped', why: 'budget', usage, exitCode: null });
    return steps(log.add({ type: 'run.suspended', reason: 'budget' })).at(-1);
  };
  const raise = 'Go on with a larger budget: cox resume run-1';
  assert.equal(spent({ usd: 2 }), `${raise} --budget-usd …`);
  assert.equal(spent({ usd: 20, tokens: 1000 }), `${raise} --budget-tokens …`);
  assert.equal(spent({ usd: 1, tokens: 900 }), `${raise} --budget-usd … --budget-tokens …`);
});

test('the next steps of a run that was left say what it waits for', () => {
  const left = (reason: 'question' | 'interrupted' | 'branch-moved') => {
    const log = new RunLog(plan).open().openGroup(1).start('task-001');
    if (reason === 'question')
      log.end('task-001', { is: 'asking', question: 'Which?', usage: {}, exitCode: 0 });
    return steps(log.add({ type: 'run.suspended', reason }));
  };
  assert.deepEqual(left('interrupted'), ['Go on: cox resume run-1']);
  assert.deepEqual(left('branch-moved'), [
    'Put the integration branch back, or merge a1a1a1a1a1a1 into it: git branch -f integration/run-1 a1a1a1a1a1a1',
    'Go on: cox resume run-1',
  ]);
  assert.deepEqual(left('question'), [
    'Answer task-001: cox answer task-001 "…" --run run-1',
    'Go on: cox resume run-1',
  ]);
});

test('merged work is not among the kept branches, nor is an attempt without a commit', () => {
  const log = finishedLog();
  assert.deepEqual(
    keptBranches(log.state()).map(({ task, commits }) => [task, commits]),
    [['task-002', 1]],
  );
  const empty = new RunLog(plan).open().openGroup(1).start('task-001');
  empty.end('task-001', {
    is: 'failed',
    failure: CRASH,
    usage: {},
    exitCode: 3,
    work: someWork({ commits: 0 }),
  });
  assert.deepEqual(keptBranches(empty.state()), []);
});

test('branch names with the meaning of a shell are quoted', () => {
  assert.equal(shellWord('agent/b-1/x_y.z'), 'agent/b-1/x_y.z');
  assert.equal(shellWord("a'b$(id)"), "'a'\\''b$(id)'");
});

test('what was overcome is an issue that says so', () => {
  const log = new RunLog(plan).open().openGroup(1).start('task-001');
  log.end('task-001', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 });
  log.add({ type: 'task.retrying', task: 'task-001', notBefore: log.now, failure: CRASH });
  log
    .start('task-001', 2)
    .end('task-001', doneOutcome(), 2)
    .accept('task-001')
    .merge('task-001')
    .advance(['task-001']);
  const report = executionReport(log.state());
  assert.match(report, /1\. \*\*Minor\*\*: task-001: attempt 1: the agent exited with 3/);
  assert.match(report, / {3}- Resolved: merged after another try/);
});

test('no text of a plan or an agent can act as Markdown or on a terminal', () => {
  fc.assert(
    fc.property(hostileText, hostileText, hostileText, (id, title, said) => {
      const task = makeTask(`t${id}`, 1, { title, agent: said, scope: scopeOf([title]) });
      const log = new RunLog({ ...makePlan([task]), name: title }).open().openGroup(1).start(task.id);
      const failure = { reason: 'declared-failed', detail: said } as const;
      const work = someWork({ files: [title, said, 'x'] });
      log.end(task.id, { is: 'failed', failure, usage: {}, exitCode: 1, summary: said, work });
      log.add({ type: 'task.failed', task: task.id, failure }, { type: 'run.finished', status: 'failed' });
      const report = executionReport(log.state());
      assert.doesNotMatch(report, UNPRINTABLE);
      const root = fromMarkdown(report);
      const headings = root.children.filter((node) => node.type === 'heading');
      assert.deepEqual(
        headings.filter((node) => node.depth === 2).map((node) => textOf(node)),
        [
          'Execution Summary',
          'Agent Performance',
          'Integration Results',
          'Metrics',
          'Issues Encountered',
          'Next Steps',
        ],
      );
      assert.equal(headings.length, 8);
      assert.deepEqual(
        root.children
          .filter((node) => node.type !== 'heading' && node.type !== 'list')
          .map((node) => node.type),
        [],
      );
    }),
  );
});
