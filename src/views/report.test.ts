import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { z } from 'zod';
import type { EventBody } from '../core/event.ts';
import { commitName, doneOutcome, RunLog, someWork } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { REPORT } from '../testing/report-schema.ts';
import { resolutionWords } from './conflict-facts.ts';
import { executionReport } from './execution-report.ts';
import { reportView } from './report.ts';
import { statusView } from './status.ts';

function reportOf(log: RunLog): z.infer<typeof REPORT> {
  return REPORT.parse(JSON.parse(JSON.stringify(reportView(log.state()))));
}

const validated = makePlan([makeTask('task-001', 1), makeTask('task-002', 2)], (group) => ({
  ...group,
  ...(group.number === 1 ? { validation: { kind: 'shell', command: 'npm test' } } : {}),
}));

function validation(exitCode: number | null, guilty: readonly string[] = []): EventBody {
  return {
    type: 'validation.ended',
    group: 1,
    commit: commitName('c3'),
    result: { command: 'npm test', passed: exitCode === 0, exitCode, durationMs: 2500, output: 'out' },
    guilty,
  };
}

test('a run that has only begun claims nothing', () => {
  const report = reportOf(new RunLog(validated));
  assert.equal(report.status, 'running');
  assert.deepEqual(
    [report.finished_at, report.duration_seconds, report.parallel_efficiency],
    [null, null, null],
  );
  assert.equal(report.waves[0]?.validation, null);
  assert.deepEqual(
    report.waves.map((wave) => wave.status),
    ['pending', 'pending'],
  );
  const task = report.waves[0]?.tasks[0];
  assert.deepEqual([task?.attempts, task?.commit, task?.files_changed, task?.tokens], [0, null, null, null]);
});

test('waves carry their validation and what became of them', () => {
  const log = new RunLog(validated).open().openGroup(1);
  log.start('task-001').wait(30).end('task-001').accept('task-001').merge('task-001').add(validation(0));
  log.advance(['task-001']).add({ type: 'group.closed', group: 1 }).openGroup(2);
  const report = reportOf(log);
  assert.deepEqual(report.waves[0]?.validation, { command: 'npm test', exit_code: 0 });
  assert.deepEqual(
    report.waves.map((wave) => wave.status),
    ['succeeded', 'running'],
  );
});

test('a wave whose validation broke it is failed, with the exit code', () => {
  const log = new RunLog(validated).open().openGroup(1);
  log
    .start('task-001')
    .end('task-001')
    .accept('task-001')
    .merge('task-001')
    .add(validation(2, ['task-001']));
  const failure = {
    reason: 'group-validation',
    group: 1,
    command: 'npm test',
    exitCode: 2,
    output: '',
  } as const;
  log.add(
    { type: 'task.failed', task: 'task-001', failure },
    { type: 'group.closed', group: 1 },
    { type: 'run.finished', status: 'failed' },
  );
  const report = reportOf(log);
  assert.equal(report.status, 'failed');
  assert.equal(report.waves[0]?.status, 'failed');
  assert.equal(report.waves[0]?.validation?.exit_code, 2);
  assert.match(report.waves[0]?.tasks[0]?.error ?? '', /validation of group 1/);
});

test('a run that has ended has no wave that is to come, and no task on its way', () => {
  const plan = makePlan([makeTask('task-001', 1), makeTask('task-002', 1), makeTask('task-003', 2)]);
  const log = new RunLog(plan).open().openGroup(1);
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  log.start('task-001').end('task-001').accept('task-001').merge('task-001');
  log.start('task-002').end('task-002', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: 'task-002', failure });
  assert.deepEqual(
    reportOf(log).waves.map((wave) => wave.status),
    ['running', 'pending'],
  );
  const report = reportOf(log.add({ type: 'run.finished', status: 'failed' }));
  assert.deepEqual(
    report.waves.map((wave) => [wave.status, ...wave.tasks.map(({ status }) => status)]),
    [
      ['failed', 'not-merged', 'failed'],
      ['not-started', 'not-started'],
    ],
  );
  const { tasks, merged, failed, not_merged, not_started, unfinished } = report.totals;
  assert.deepEqual([tasks, merged, failed, not_merged, not_started, unfinished], [3, 0, 1, 1, 1, 0]);
});

test('attempts, work, cost and the merge of a task', () => {
  const log = new RunLog(validated).open().openGroup(1);
  const failure = { reason: 'nothing-changed' } as const;
  log
    .start('task-001')
    .wait(9)
    .end('task-001', { is: 'failed', failure, usage: { outputTokens: 5 }, exitCode: 0 });
  log.add({ type: 'task.retrying', task: 'task-001', notBefore: log.now, failure });
  log.start('task-001', 2).wait(19);
  const work = someWork({ files: ['a.ts', 'b.ts'], linesAdded: 30, linesRemoved: 4 });
  log.end('task-001', doneOutcome({ work, usage: { inputTokens: 10, outputTokens: 5, costUsd: 0.5 } }), 2);
  log.accept('task-001').merge('task-001', commitName('d4')).advance(['task-001'], commitName('d4'));
  const report = reportOf(log);
  const task = report.waves[0]?.tasks[0];
  assert.equal(task?.attempts, 2);
  assert.equal(task?.duration_seconds, 10 + 20);
  assert.equal(task?.commit, commitName('d4'));
  assert.deepEqual([task?.files_changed, task?.lines_added, task?.lines_removed], [2, 30, 4]);
  assert.deepEqual(task?.tokens, { input: 10, output: 10, cached: null });
  assert.equal(task?.cost_usd, 0.5);
  assert.equal(report.totals.merged, 1);
});

test('a merge test is a check, also of a task with an unlucky name', () => {
  const plan = makePlan([makeTask('constructor', 1), makeTask('task-002', 1)]);
  const log = new RunLog(plan).open().openGroup(1).start('task-002').end('task-002').accept('task-002');
  const result = { command: 'npm test', passed: true, exitCode: 0, durationMs: 1200, output: '' };
  log.add({ type: 'test.ended', task: 'task-002', commit: commitName('c3'), result });
  const tasks = reportOf(log).waves[0]?.tasks;
  assert.deepEqual(tasks?.[0]?.checks, []);
  assert.deepEqual(tasks?.[1]?.checks, [
    {
      name: 'merge-test',
      status: 'passed',
      passed: true,
      critical: true,
      detail: null,
      command: 'npm test',
      exit_code: 0,
      duration_seconds: 1.2,
      on_base: null,
      findings: [],
      output: null,
    },
  ]);
});

test('conflicts are kept, also when they were overcome', () => {
  const log = new RunLog(validated).open().openGroup(1).start('task-001').end('task-001').accept('task-001');
  log.add(
    { type: 'merge.starting', task: 'task-001', tip: commitName('b2'), onto: commitName('a1') },
    { type: 'merge.ended', task: 'task-001', result: { is: 'conflict', paths: ['src/a.ts'] } },
  );
  const report = reportOf(log);
  assert.equal(report.conflicts.length, 1);
  assert.deepEqual([report.conflicts[0]?.task, report.conflicts[0]?.paths], ['task-001', ['src/a.ts']]);
});

test('conflicts that were put together at once are told apart, with how, and whether it was tested', () => {
  const log = new RunLog(validated).open().openGroup(1).start('task-001').end('task-001').accept('task-001');
  const resolved = [
    { path: 'src/a.ts', pattern: 'imports' },
    { path: 'src/a.ts', pattern: 'symbols' },
    { path: 'package-lock.json', pattern: 'lockfile' },
  ] as const;
  log.add(
    { type: 'merge.starting', task: 'task-001', tip: commitName('b2'), onto: commitName('a1') },
    {
      type: 'merge.ended',
      task: 'task-001',
      result: { is: 'clean', commit: commitName('c3'), resolved },
    },
  );
  const report = reportOf(log);
  const [conflict] = report.conflicts;
  assert.deepEqual([conflict?.outcome, conflict?.tested], ['resolved', false]);
  assert.deepEqual(conflict?.paths, ['src/a.ts', 'package-lock.json']);
  assert.deepEqual(conflict?.resolved, resolved);
  assert.deepEqual([report.totals['conflicts'], report.totals['conflicts_resolved']], [0, 1]);
  const words = 'conflicts resolved, not tested: src/a.ts (imports, symbols), package-lock.json (lockfile)';
  assert.equal(resolutionWords(log.state(), 'task-001'), words);
  assert.match(executionReport(log.state()), /\*\*Resolved at Once\*\*: 1 \(not tested\)/);
  assert.deepEqual(statusView(log.state(), true).tasks[0]?.resolved, resolved);
});

test('efficiency is measured against estimates only when every task worked on has one', () => {
  const finished = (estimates: readonly (number | undefined)[]) => {
    const tasks = estimates.map((estimateSeconds, index) =>
      makeTask(`task-00${index}`, 1, estimateSeconds === undefined ? {} : { estimateSeconds }),
    );
    const log = new RunLog(makePlan(tasks)).open().openGroup(1);
    for (const { id } of tasks) log.start(id);
    log.wait(100);
    for (const { id } of tasks) log.end(id).accept(id).merge(id).advance([id]);
    return reportOf(log.add({ type: 'run.finished', status: 'succeeded' }));
  };
  const estimated = finished([300, 100]);
  assert.equal(estimated.totals['sequential_from'], 'estimates');
  assert.equal(estimated.totals['sequential_seconds'], 400);
  const actual = estimated.duration_seconds ?? 0;
  assert.equal(estimated.parallel_efficiency, Math.round(((400 - actual) / 400) * 10_000) / 10_000);
  const alone = finished([300]);
  assert.deepEqual([alone.parallel_efficiency, alone.totals['sequential_from']], [null, null]);
  const short = finished([1, 1]);
  assert.deepEqual([short.parallel_efficiency, short.totals['sequential_from']], [null, null]);
  const summed = finished([300, undefined]);
  assert.equal(summed.totals['sequential_from'], 'attempts');
  const attempts = summed.waves[0]?.tasks.reduce((sum, task) => sum + (task.duration_seconds ?? 0), 0);
  assert.equal(summed.totals['sequential_seconds'], attempts);
});

test('groups that were left out are skipped', () => {
  const settings = new RunLog(validated).state().settings;
  const report = reportOf(new RunLog(validated, { ...settings, onlyGroups: [2] }).open().openGroup(2));
  assert.deepEqual(
    report.waves.map((wave) => wave.status),
    ['skipped', 'running'],
  );
});

test('what was done before is said with a word of its own and is not counted', () => {
  const tasks = [makeTask('task-001', 1, { done: true }), makeTask('task-002', 2)];
  const log = new RunLog(makePlan(tasks));
  const report = reportOf(log);
  assert.deepEqual(
    report.waves.map((wave) => [wave.status, wave.tasks[0]?.status]),
    [
      ['done-before', 'done-before'],
      ['pending', 'waiting'],
    ],
  );
  assert.equal(report.totals['done_before'], 1);
  assert.match(executionReport(log.state()), /\*\*Tasks\*\*: 0 of 1 merged/);
  assert.match(executionReport(log.state()), /☑️ DONE BEFORE/);
});
