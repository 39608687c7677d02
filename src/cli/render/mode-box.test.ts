import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { executionMode } from '../../core/execution-mode.ts';
import type { Plan } from '../../core/plan.ts';
import { scopeOf } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { modeBox } from './mode-box.ts';
import { PLAIN } from './style.ts';

function task(id: string, group: number, files: readonly string[]) {
  return makeTask(id, group, { scope: scopeOf(files) });
}

const five: Plan = {
  ...makePlan([
    task('task-1', 1, ['src/globals.css', 'tailwind.config']),
    task('task-2', 1, ['src/sidebar.tsx']),
    task('task-3', 1, ['src/header.tsx']),
    task('task-4', 2, ['src/stat-bar.tsx']),
    task('task-5', 2, ['src/onboarding.tsx']),
  ]),
  format: 'auto',
};

test('the box of a parallel run', () => {
  const lines = modeBox({
    plan: five,
    mode: executionMode(five, { maxParallel: 3, schedule: 'waves', resources: {} }),
    schedule: 'waves',
    width: 80,
    style: PLAIN,
  });
  assert.equal(
    lines.join('\n'),
    `\
┌─────────────────────────────────────────────────────────────┐
│ ⚡ Execution Mode: PARALLEL                                 │
│    Tasks: 5 independent files detected                      │
│    Agents: 3 (limited by max_agents config)                 │
│                                                             │
│    Parallel Group 1:                                        │
│      ├── Agent 1: [worktree-1] globals.css, tailwind.config │
│      ├── Agent 2: [worktree-2] sidebar.tsx                  │
│      └── Agent 3: [worktree-3] header.tsx                   │
│                                                             │
│    Parallel Group 2 (after Group 1):                        │
│      ├── Agent 4: [worktree-4] stat-bar.tsx                 │
│      └── Agent 5: [worktree-5] onboarding.tsx               │
│                                                             │
│    Progress: [░░░░░░░░░░░░░░░░] 0/5 agents complete         │
└─────────────────────────────────────────────────────────────┘`,
  );
});

test('the box of a sequential run', () => {
  const two: Plan = {
    ...makePlan([
      { ...task('task-2', 1, ['component.tsx']), dependsOn: ['task-1'] },
      task('task-1', 1, ['types.ts']),
    ]),
    format: 'auto',
  };
  const mode = {
    is: 'sequential',
    reason: 'Only 2 files with dependencies',
    short: 'threshold not met',
  } as const;
  assert.equal(
    modeBox({ plan: two, mode, schedule: 'waves', width: 80, style: PLAIN }).join('\n'),
    `\
┌─────────────────────────────────────────────────────────────┐
│ ⏸️ Execution Mode: SEQUENTIAL                               │
│    Reason: Only 2 files with dependencies                   │
│    Order: types.ts → component.tsx                          │
│                                                             │
│    Skipping parallel orchestration (threshold not met)      │
└─────────────────────────────────────────────────────────────┘`,
  );
});

test('other families show the ids of their tasks, and the worktree they are told', () => {
  const plan = makePlan([makeTask('task-001', 1), makeTask('task-002', 1, { scope: scopeOf([]) })]);
  const mode = executionMode(plan, { maxParallel: 5, schedule: 'waves', resources: {} });
  const text = modeBox({
    plan,
    mode,
    schedule: 'waves',
    width: 80,
    style: PLAIN,
    worktree: (agent) => `slot-${agent}`,
  }).join('\n');
  assert.match(text, /├── Agent 1: \[slot-1\] task-001 task-001\.txt/);
  assert.match(text, /└── Agent 2: \[slot-2\] task-002 Task task-002/);
  assert.match(text, /Agents: 2 \(no more tasks can be at work at once\)/);
  assert.match(text, /Tasks: 2 independent tasks detected/);
});

test('tasks are files only where each names some', () => {
  const counted = (...files: readonly (readonly string[])[]): string => {
    const plan = makePlan(files.map((each, index) => task(`t${index}`, 1, each)));
    const mode = { is: 'parallel', agents: 2, because: 'x' } as const;
    return modeBox({ plan, mode, schedule: 'waves', width: 80, style: PLAIN })[2]?.split(/ {2,}/)[1] ?? '';
  };
  assert.equal(counted(['a.ts'], ['b.ts', 'c.ts']), 'Tasks: 2 independent files detected');
  for (const other of [[], ['src/*.ts'], ['src/']])
    assert.equal(counted(['a.ts'], other), 'Tasks: 2 independent tasks detected');
});

test('the mode that follows from the plan alone', () => {
  const is = (plan: Plan, maxParallel: number) => {
    const mode = executionMode(plan, { maxParallel, schedule: 'waves', resources: {} });
    return mode.is === 'parallel' ? mode.agents : mode.reason;
  };
  const chain = makePlan([makeTask('a', 1), makeTask('b', 1, { dependsOn: ['a'] }), makeTask('c', 2)]);
  assert.equal(is(five, 3), 3);
  assert.equal(is(five, 8), 3);
  assert.equal(is(five, 1), 'One agent at a time is allowed');
  assert.equal(is(chain, 5), 'All tasks have linear dependencies');
  assert.equal(is(makePlan([makeTask('a', 1)]), 5), 'There is only one task');
});

test('many tasks and groups are counted, not listed', () => {
  const tasks = Array.from({ length: 500 }, (_, index) => makeTask(`t${index}`, 1 + (index % 50)));
  const plan = makePlan([...tasks, ...Array.from({ length: 90 }, (_, index) => makeTask(`w${index}`, 1))]);
  const lines = modeBox({
    plan,
    mode: executionMode(plan, { maxParallel: 5, schedule: 'waves', resources: {} }),
    schedule: 'waves',
    width: 80,
    style: PLAIN,
  });
  assert.ok(lines.length < 300);
  assert.match(lines.join('\n'), /└── … and 89 more/);
  assert.match(lines.join('\n'), /… and 30 more groups/);
  assert.match(lines.join('\n'), /Parallel Group 20 \(after Group 19\):/);
});

test('whatever a plan says, every line of its box is equally wide and harmless', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ id: hostileText, title: hostileText, file: hostileText }), {
        minLength: 1,
        maxLength: 4,
      }),
      fc.integer({ min: 0, max: 200 }),
      fc.constantFrom<Plan['format']>('auto', 'manifest'),
      hostileText,
      (drawn, width, format, reason) => {
        const tasks = drawn.map(({ id, title, file }, index) =>
          makeTask(`${id}${index}`, 1 + (index % 2), {
            title,
            scope: scopeOf(index % 2 === 0 ? [file] : []),
          }),
        );
        const plan = { ...makePlan(tasks), format };
        const worktree = (): string => reason;
        for (const mode of [
          { is: 'parallel', agents: 2, because: reason },
          { is: 'sequential', reason, short: reason },
        ] as const) {
          const lines = modeBox({ plan, mode, schedule: 'waves', width, style: PLAIN, worktree });
          const widths = new Set(lines.map((line) => stringWidth(line)));
          assert.equal(widths.size, 1, lines.join('\n'));
          const [boxWidth = 0] = widths;
          assert.ok(boxWidth <= Math.max(22, width));
          for (const line of lines) assert.doesNotMatch(line, new RegExp(`${UNPRINTABLE.source}|[\\n\\t]`));
        }
      },
    ),
    { numRuns: 100 },
  );
});

test('where each task waits for its own ones, no group waits for another', () => {
  const plan: Plan = {
    ...makePlan([
      task('001', 1, ['a.ts']),
      task('002', 1, ['b.ts']),
      { ...task('003', 2, ['c.ts']), dependsOn: ['001'] },
    ]),
    format: 'queue',
  };
  const schedule = 'dag';
  const mode = executionMode(plan, { maxParallel: 3, schedule, resources: {} });
  const text = modeBox({ plan, mode, schedule, width: 80, style: PLAIN }).join('\n');
  assert.match(text, /Parallel Group 2: /);
  assert.match(text, /Agent 3: \[worktree-3\] .*\(after 001\)/);
});
