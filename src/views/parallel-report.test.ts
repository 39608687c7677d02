import assert from 'node:assert/strict';
import { test } from 'node:test';
import { doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { parallelReport } from './parallel-report.ts';

const PLAN = makePlan([
  makeTask('2.1', 1, { agent: 'Builder-1', estimateSeconds: 3600 }),
  makeTask('2.2', 1, { agent: 'Builder-2', estimateSeconds: 600 }),
]);

function whole(seconds: number): RunLog {
  const log = new RunLog(PLAN).open().openGroup(1);
  log.start('2.1').start('2.2').wait(seconds).end('2.1').end('2.2');
  log.accept('2.1').merge('2.1').accept('2.2').merge('2.2').advance(['2.1', '2.2']);
  return log.add({ type: 'group.closed', group: 1 }, { type: 'run.finished', status: 'succeeded' });
}

test('a report has every section, with times beside estimates, and what was kept', () => {
  const report = parallelReport(whole(600).state());
  const sections = [...report.matchAll(/^## (.*)$/gm)].map(([, name]) => name);
  assert.deepEqual(sections, [
    'Execution Summary',
    'Agent Performance',
    'Integration Results',
    'Metrics',
    'Estimated and Actual Time',
    'Inter-Agent Messages',
    'Resource Usage',
    'Performance Requirements',
    'Files',
    'Issues Encountered',
    'Next Steps',
  ]);
  assert.match(report, /\n\| 2\\\.1 \| 1h 0min \| 10min \d+s \|\n\| 2\\\.2 \| 10min \| 10min \d+s \|\n/);
  assert.match(
    report,
    /At most half of the sequential estimate\*\*: ✅ kept \(1\d% of the sequential estimate\)/,
  );
  assert.match(report, /within 2 minutes of being asked for\*\*: ✅ kept \(the longest took 1s\)/);
  assert.match(report, /Monitoring takes at most 5% of the time\*\*: ➖ not known \(not measured\)/);
  assert.match(report, /^# Parallel Execution Report: Group 1 - Wave 1\n/);
  assert.match(report, /\*\*Execution ID\*\*: exec_20251129_143052\n- \*\*Run\*\*: run-1\n/);
  assert.match(report, /\n### Builder-1: Task 2\.1\n- \*\*Status\*\*: ✅ COMPLETE\n- \*\*Task\*\*: 2\\\.1\n/);
  assert.match(report, /\*\*Messages Exchanged\*\*: 0\n- \*\*Average Response Time\*\*: not known/);
});

test('a task that was skipped after its failure is told as that, one that was done before is not', () => {
  const [first, second] = PLAN.tasks;
  assert.ok(first !== undefined && second !== undefined);
  const done = makeTask('2.0', 1, { agent: 'Builder-1', done: true });
  const failure = { reason: 'exit-code', code: 3, tail: '' } as const;
  const log = new RunLog(makePlan([done, first, second])).open().openGroup(1).complete('2.1').start('2.2');
  log.end('2.2', { is: 'failed', failure, usage: {}, exitCode: 3 });
  log.add({ type: 'task.failed', task: '2.2', failure }, { type: 'requested.skip', task: '2.2' });
  const report = parallelReport(log.state());
  assert.match(
    report,
    /\n### Builder-2: Task 2\.2\n- \*\*Status\*\*: ⏭️ SKIPPED\n- \*\*Task\*\*: 2\\\.2\n- \*\*Attempts\*\*: 1\n/,
  );
  assert.doesNotMatch(report, /Task\*\*: 2\\\.0/);
});

test('what the process has seen of itself is kept or missed', () => {
  const good = parallelReport(whole(600).state(), { refreshMs: 1200, cpuShare: 0.012 });
  assert.match(good, /10 seconds or sooner\*\*: ✅ kept \(the longest pause was 1\.2s\)/);
  assert.match(good, /at most 5% of the time\*\*: ✅ kept \(.* took 1\.2% of one core\)/);
  const bad = parallelReport(whole(600).state(), { refreshMs: 10_400, cpuShare: 0.31 });
  assert.match(bad, /10 seconds or sooner\*\*: ❌ missed \(the longest pause was 10\.4s\)/);
  assert.match(bad, /at most 5% of the time\*\*: ❌ missed \(.* took 31% of one core\)/);
});

test('what took too long is missed, and of a run that goes on nothing is known', () => {
  assert.match(parallelReport(whole(3600).state()), /At most half of .*: ❌ missed \(8\d% of the sequential/);
  const begun = parallelReport(new RunLog(PLAN).open().state());
  assert.match(begun, /At most half of .*: ➖ not known \(the run has not ended\)/);
  assert.match(begun, /within 2 minutes .*: ➖ not known \(no agent was launched\)/);
  assert.match(begun, /\nNo task was begun\.\n/);
});

test('what agents were seen to use is told of the largest and of all at once; what nobody has seen is not measured', () => {
  assert.match(
    parallelReport(whole(600).state()),
    /\n- \*\*Peak CPU\*\*: not measured\n- \*\*Peak Memory\*\*: not measured\n- \*\*Peak Disk\*\*: not measured\n/,
  );
  const used = (memoryBytes: number, cpus: number) => ({ ...doneOutcome(), peaks: { memoryBytes, cpus } });
  const log = new RunLog(PLAN).open().openGroup(1).start('2.1').start('2.2').wait(60);
  log.end('2.1', used(512e6, 0.5)).end('2.2', used(256e6, 1.254)).start('2.2', 2).wait(5);
  const report = parallelReport(log.end('2.2', doneOutcome(), 2).state());
  assert.match(
    report,
    /Peak Memory\*\*: 512 MB by one agent \(2\.1, attempt 1\); at most 768 MB by all at once; 2 of 3 attempts were looked at\n/,
  );
  assert.match(
    report,
    /Peak CPU\*\*: 125% of a core by one agent \(2\.2, attempt 1\); at most 175% of a core/,
  );
  assert.match(report, /Peak Disk\*\*: not measured\n/);
});
