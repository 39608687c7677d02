import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makePlan, makeTask, randomPlan } from '../testing/plans.ts';
import { executionMode } from './execution-mode.ts';
import type { Plan, Task } from './plan.ts';
import { sequentialReason } from './sequential-reason.ts';
import type { Parallelization } from './settings.ts';

const SETTINGS: Parallelization = { enabled: true, minTasks: 3, minComplexity: 'small', override: 'none' };

function task(id: string, files: readonly string[], change: Partial<Task> = {}): Task {
  const scope = { create: [], modify: files.map((pattern) => ({ pattern })), boundary: [] };
  return makeTask(id, 1, { scope, ...change });
}

function planOf(...tasks: readonly Task[]): Plan {
  return { ...makePlan(tasks), format: 'auto' };
}

function reason(plan: Plan, change: Partial<Parallelization> = {}): string {
  const found = sequentialReason(plan, { ...SETTINGS, ...change });
  return found === null ? 'parallel' : `${found.reason} (${found.short})`;
}

const three = planOf(task('a', ['a.ts']), task('b', ['b.ts']), task('c', ['c.ts']));

describe('why tasks run one by one', () => {
  it('not at all when enough of them are independent', () => {
    assert.equal(reason(three), 'parallel');
    assert.deepEqual(
      executionMode(
        { ...three },
        { maxParallel: 2, schedule: 'waves', resources: {}, parallelization: SETTINGS },
      ),
      {
        is: 'parallel',
        agents: 2,
        because: 'limited by max_agents config',
      },
    );
  });

  it('says what limits the agents, and only where something does', () => {
    const mode = (plan: Plan, maxParallel: number, limit?: string) => {
      const parallelization = { ...SETTINGS, ...(limit === undefined ? {} : { limit }) };
      const found = executionMode(plan, { maxParallel, schedule: 'waves', resources: {}, parallelization });
      return found.is === 'parallel'
        ? `${found.agents}: ${found.because}`
        : `${found.reason} (${found.short})`;
    };
    const cut = {
      ...three,
      groups: three.tasks.map(({ id }, index) => ({ number: index + 1, name: id, tasks: [id], after: [] })),
    };
    assert.equal(mode(cut, 1), 'One agent at a time is allowed (max_agents config is 1)');
    assert.equal(mode(three, 2, '--max-parallel'), '2: limited by --max-parallel');
    assert.equal(mode(three, 3), '3: no more tasks can be at work at once');
  });

  it('too few tasks', () => {
    const two = planOf(task('a', ['types.ts']), task('b', ['component.tsx'], { dependsOn: ['a'] }));
    assert.equal(reason(two), 'Only 2 files with dependencies (threshold not met)');
    assert.equal(reason(planOf(task('a', ['a']))), 'Only 1 file (threshold not met)');
    assert.equal(reason(three, { minTasks: 4 }), 'Only 3 files (threshold not met)');
  });

  it('too few independent ones', () => {
    const plan = planOf(task('a', ['a']), task('b', ['b']), task('c', ['c'], { dependsOn: ['a'] }));
    assert.equal(reason(plan), 'Only 2 independent tasks (min_tasks is 3) (threshold not met)');
    assert.equal(reason(plan, { minTasks: 2 }), 'parallel');
  });

  it('a line of dependencies', () => {
    const plan = planOf(
      task('a', ['a']),
      task('b', ['b'], { dependsOn: ['a'] }),
      task('c', ['c'], { dependsOn: ['b'] }),
    );
    assert.equal(reason(plan), 'All tasks have linear dependencies (nothing is independent)');
  });

  it('one file, or the same files', () => {
    const one = planOf(task('a', ['x.ts']), task('b', ['x.ts']), task('c', ['x.ts']));
    assert.equal(reason(one), 'Single file changes: every task changes x.ts (single file)');
    const shared = planOf(task('a', ['src/']), task('b', ['src/b']), task('c', ['src/b', 'src/c']));
    assert.equal(reason(shared), 'Shared mutable state: tasks write to the same files (shared files)');
  });

  it('small tasks', () => {
    const small = planOf(...three.tasks.map((each) => ({ ...each, size: 'small' as const })));
    assert.equal(
      reason(small, { minComplexity: 'medium' }),
      'The largest task is small (min_complexity is medium) (complexity below threshold)',
    );
    assert.equal(reason(three, { minComplexity: 'medium' }), 'parallel');
  });

  it('a machine that is short of something', () => {
    assert.equal(
      reason(three, { shortOf: '1 GB of disk' }),
      'Limited system resources: 1 GB of disk (limited resources)',
    );
  });

  it("the user's word, before everything else", () => {
    assert.match(reason(three, { enabled: false }), /^Parallelization is disabled .*\(disabled in config\)$/);
    assert.equal(
      reason(three, { enabled: false, saidBy: 'AUTO_PARALLEL_ENABLED' }),
      'Parallelization is disabled (AUTO_PARALLEL_ENABLED) (disabled by the user)',
    );
    assert.match(
      reason(three, { override: 'skip-parallel', saidBy: 'COX_PARALLEL_OVERRIDE' }),
      /skipped \(COX_PARALLEL_OVERRIDE\)/,
    );
    assert.match(reason(three, { override: 'skip-parallel' }), /overrides\.skip_parallel/);
    assert.match(reason(three, { override: 'skip-decomposer' }), /overrides\.skip_decomposer/);
    const forced = { override: 'force', enabled: false, minTasks: 9, shortOf: 'x' } as const;
    assert.equal(reason(three, forced), 'parallel');
  });

  it('tasks that were done before do not count', () => {
    const [a, ...others] = three.tasks;
    assert.ok(a);
    assert.equal(reason(planOf({ ...a, done: true }, ...others)), 'Only 2 files (threshold not met)');
  });

  it('whatever the plan is, a larger threshold never makes it parallel again', () => {
    fc.assert(
      fc.property(randomPlan(), fc.integer({ min: 1, max: 10 }), (plan, minTasks) => {
        const is = (least: number): boolean =>
          sequentialReason(plan, { ...SETTINGS, minTasks: least }) === null;
        assert.ok(!is(minTasks + 1) || is(minTasks));
      }),
    );
  });
});
