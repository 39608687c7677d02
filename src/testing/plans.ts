/** Plans for tests: small ones by hand, random ones for properties. */

import fc from 'fast-check';
import type { IsolationSettings, Protection } from '../core/isolation.ts';
import type { Group, PackageChange, Plan, Task, TaskId } from '../core/plan.ts';
import type { CheckSettings, RunSettings } from '../core/settings.ts';

export const NOT_CONFINED: IsolationSettings = {
  sandbox: 'off',
  network: { is: 'open' },
  checkNetwork: { is: 'open' },
  limits: {},
};

export const NO_PROTECTION: Protection = {
  level: 'none',
  detail: 'none in this test',
  limits: { memory: 'none', processes: 'none', cpu: 'none', openFiles: 'none', disk: 'none' },
};

const NO_CHECKS: CheckSettings = {
  enabled: false,
  timeoutMs: 60_000,
  reruns: 1,
  commands: {},
  boundaries: 'fail',
};

export const TEST_SETTINGS: RunSettings = {
  maxParallel: 4,
  schedule: 'waves',
  retries: 2,
  backoff: { firstMs: 10, factor: 2, longestMs: 1000 },
  onFailure: 'continue',
  attempt: { hardMs: 60_000, idleMs: 60_000, graceMs: 1000, logBytes: 1_000_000 },
  breaker: { failures: 1000, pauseMs: 100 },
  oneGroup: false,
  budget: {},
  resources: {},
  mergeSlots: 4,
  mergeStrategy: 'merge',
  checkMs: 60_000,
  checks: NO_CHECKS,
  qa: null,
  resolver: null,
  agent: { driver: 'recipe', options: {} },
  isolation: NOT_CONFINED,
  taskNetwork: {},
};

export function makeTask(id: TaskId, group: number, change: Partial<Task> = {}): Task {
  return {
    id,
    title: `Task ${id}`,
    group,
    dependsOn: [],
    scope: { create: [{ pattern: `${id}.txt` }], modify: [], boundary: [] },
    requirements: [],
    criteria: [],
    skills: [],
    contracts: [],
    resources: [],
    verifyOnly: false,
    prompt: `Do ${id}`,
    ...change,
  };
}

/** Groups follow one another in the order of their numbers. */
export function makePlan(tasks: readonly Task[], change: (group: Group) => Group = (group) => group): Plan {
  const numbers = [...new Set(tasks.map((task) => task.group))].sort((a, b) => a - b);
  const groups = numbers.map((number) =>
    change({
      number,
      name: `Wave ${number}`,
      tasks: tasks.filter((task) => task.group === number).map((task) => task.id),
      after: numbers.filter((other) => other < number),
    }),
  );
  return { id: 'TS-0001', name: 'plan', format: 'manifest', groups, tasks, wishes: {}, context: [] };
}

export const ONE_PACKAGE: readonly PackageChange[] = [
  { ecosystem: 'node', action: 'add', packages: ['left@1.0.0'] },
];

interface Drawn {
  readonly wave: number;
  readonly deps: readonly number[];
  readonly files: readonly number[];
  readonly resource: number;
  readonly done: boolean;
  readonly reviewers: number;
}

/**
 * Plans whose tasks depend on earlier waves or on earlier tasks of a wave that runs beside theirs, share some files and
 * some named resources, were done before in part, and have reviewers in part. Some waves want the success of those before.
 */
export function randomPlan(most = 24): fc.Arbitrary<Plan> {
  const drawn: fc.Arbitrary<Drawn> = fc.record({
    wave: fc.integer({ min: 1, max: 4 }),
    deps: fc.array(fc.nat(most), { maxLength: 3 }),
    files: fc.array(fc.nat(6), { minLength: 1, maxLength: 2 }),
    resource: fc.nat(4),
    done: fc.nat(7).map((drawnDone) => drawnDone === 0),
    reviewers: fc.nat(6).map((count) => Math.max(0, count - 4)),
  });
  const beside = fc.uniqueArray(fc.integer({ min: 2, max: 4 }), { maxLength: 2 });
  const strict = fc.uniqueArray(fc.integer({ min: 2, max: 4 }), { maxLength: 3 });
  const validated = fc.uniqueArray(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });
  return fc
    .tuple(fc.array(drawn, { minLength: 1, maxLength: most }), validated, beside, fc.boolean(), strict)
    .map(([list, groups, loose, installs, whole]) => {
      const tasks = list.map((each, index) => toTask(each, index, list));
      const plan = makePlan(tasks, (group) => {
        // Beside the wave before it.
        const after = loose.includes(group.number)
          ? group.after.filter((number) => number !== group.number - 1)
          : group.after;
        const open: Group = {
          ...group,
          after,
          ...(whole.includes(group.number) ? { afterSuccess: true } : {}),
          ...(group.number % 2 === 0 ? { branch: `group-${group.number}` } : {}),
        };
        return groups.includes(group.number)
          ? { ...open, validation: { kind: 'shell', command: 'true' } }
          : open;
      });
      return installs ? { ...plan, dependencies: ONE_PACKAGE } : plan;
    });
}

function toTask(drawn: Drawn, index: number, all: readonly Drawn[]): Task {
  const earlier = drawn.deps.filter((dep) => (all[dep]?.wave ?? Number.POSITIVE_INFINITY) < drawn.wave);
  return makeTask(idOf(index), drawn.wave, {
    dependsOn: [...new Set(earlier)].map(idOf),
    scope: {
      create: [],
      modify: drawn.files.map((file) => ({ pattern: `shared-${file}.txt` })),
      boundary: [],
    },
    resources: drawn.resource === 0 ? ['database'] : [],
    ...(drawn.done ? { done: true } : {}),
    ...(drawn.reviewers === 0 ? {} : { reviewers: ['ada', 'bob'].slice(0, drawn.reviewers) }),
  });
}

function idOf(index: number): TaskId {
  return `task-${String(index + 1).padStart(3, '0')}`;
}
