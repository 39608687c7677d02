import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { Plan } from '../../core/plan.ts';
import { doneOutcome, RunLog, scopeOf } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { type ProgressOptions, progressBlock } from './progress.ts';
import { COLOURED, PLAIN } from './style.ts';

function blockOf(log: RunLog, part: Partial<ProgressOptions> = {}): string {
  const size = { width: 80, height: 24 };
  return progressBlock({
    state: log.state(),
    now: log.now,
    mode: 'parallel',
    style: PLAIN,
    ...size,
    ...part,
  }).join('\n');
}

test('tasks that are done, at work and failed', () => {
  const files = [
    ['globals.css', 'tailwind.config'],
    ['sidebar.tsx'],
    ['header.tsx'],
    ['stat-bar.tsx'],
    ['a.tsx'],
  ];
  const tasks = files.map((each, index) => makeTask(`task-${index + 1}`, 1, { scope: scopeOf(each) }));
  const plan: Plan = { ...makePlan(tasks), format: 'auto' };
  const log = new RunLog(plan).open().openGroup(1);
  log
    .complete('task-1', 59, doneOutcome({ usage: { inputTokens: 12_000, outputTokens: 345 } }))
    .complete('task-2', 3599);
  const failure = { reason: 'nothing-changed' } as const;
  log.start('task-3').end('task-3', { is: 'failed', failure, usage: {}, exitCode: 0 });
  log.add({ type: 'task.failed', task: 'task-3', failure });
  log.start('task-4').add({ type: 'attempt.progress', task: 'task-4', attempt: 1, step: 'Writing tests' });
  log.wait(64);
  assert.equal(
    blockOf(log, { width: 75 }),
    `\
┌─────────────────────────────────────────────────────────────────────────┐
│ ⚡ Execution Mode: PARALLEL                                             │
│    Progress: [██████░░░░░░░░░░] 2/5 agents complete, 1 failed           │
│                                                                         │
│    ✅ Agent 1: globals.css, tailwind.config (done, 1min, 12.3k tokens)  │
│    ✅ Agent 2: sidebar.tsx (done, 1h 0min)                              │
│    ❌ Agent 3: header.tsx (failed, the agent says it is done and has c… │
│    ⏳ Agent 4: stat-bar.tsx (Writing tests, 1min 5s)                    │
└─────────────────────────────────────────────────────────────────────────┘`,
  );
});

test('the bar counts accepted work as complete, and leaves out what is skipped', () => {
  const plan = makePlan([
    makeTask('a', 1),
    makeTask('b', 1),
    makeTask('c', 1),
    makeTask('d', 1),
    makeTask('e', 1),
    makeTask('f', 1),
  ]);
  const log = new RunLog(plan).open().openGroup(1).complete('a').complete('b');
  log.start('c').end('c').accept('c').add({ type: 'requested.skip', task: 'd' });
  assert.match(blockOf(log), /Progress: \[████████░░░░░░░░\] 3\/5 agents complete, 1 not merged yet +│/);
});

test('too many for the terminal: those at work first, the rest is counted', () => {
  const tasks = Array.from({ length: 40 }, (_, index) => makeTask(`t${index}`, 1));
  const log = new RunLog(makePlan(tasks)).open().openGroup(1);
  for (let index = 0; index < 30; index += 1) log.complete(`t${index}`);
  log.start('t35').start('t36');
  const lines = blockOf(log, { height: 12 }).split('\n');
  assert.equal(lines.length, 11);
  assert.match(lines[4] ?? '', /⏳ Agent 36: t35/);
  assert.match(lines[5] ?? '', /⏳ Agent 37: t36/);
  assert.match(lines[9] ?? '', /… and 27 more/);
});

test('an attempt after the first says so, a question is shown', () => {
  const log = new RunLog(makePlan([makeTask('a', 1), makeTask('b', 1)])).open().openGroup(1);
  log.start('a').end('a', { is: 'lost', usage: {}, exitCode: null }).start('a', 2);
  log.start('b').end('b', { is: 'asking', question: 'Which\nport?', usage: {}, exitCode: 0 });
  assert.match(blockOf(log), /a a\.txt \(in progress, attempt 2, 3s\)/);
  assert.match(blockOf(log), /❓ Agent 2: b b\.txt \(asking, Which port\?, 1s\)/);
});

test('whatever agents say, the block keeps its shape, in colour too', () => {
  fc.assert(
    fc.property(
      hostileText,
      hostileText,
      fc.integer({ min: 0, max: 150 }),
      fc.integer({ min: 0, max: 30 }),
      (title, step, width, height) => {
        const tasks = ['x', 'y', 'z'].map((id) => makeTask(id + title, 1, { title, scope: scopeOf([step]) }));
        const log = new RunLog(makePlan(tasks)).open().openGroup(1);
        for (const { id } of tasks) log.start(id);
        log.add({ type: 'attempt.progress', task: `x${title}`, attempt: 1, percent: 3, step });
        log.end(`y${title}`, { is: 'asking', question: step, usage: {}, exitCode: 0 });
        const failure = { reason: 'declared-failed', detail: step } as const;
        log.end(`z${title}`, { is: 'failed', failure, usage: {}, exitCode: 1 });
        log.add({ type: 'task.failed', task: `z${title}`, failure });
        const lines = blockOf(log, { width, height }).split('\n');
        assert.ok(lines.length <= Math.max(6, height - 1));
        assert.equal(new Set(lines.map((line) => stringWidth(line))).size, 1, lines.join('\n'));
        for (const line of lines) assert.doesNotMatch(line, UNPRINTABLE);
        const coloured = blockOf(log, { width, height, style: COLOURED });
        assert.deepEqual(coloured.replace(/\u001b\[\d+m/g, '').split('\n'), lines);
      },
    ),
    { numRuns: 100 },
  );
});
