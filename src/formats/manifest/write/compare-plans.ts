/** What of a plan is not in another one, field by field: nothing gets lost without a word. */

import type { Plan, Task } from '../../../core/plan.ts';

const TASK_WORDS: Readonly<Record<Exclude<keyof Task, 'id' | 'prompt'>, string>> = {
  title: 'its title',
  group: 'its wave',
  dependsOn: 'what it waits for',
  scope: 'its scope',
  mentions: 'the paths that its text names',
  priority: 'its priority',
  agent: 'its agent',
  reviewers: 'who looks at its work',
  reviewerResources: 'that who looks at its work does one thing at a time',
  branch: 'its branch',
  component: 'its component',
  workType: 'its work type',
  requirements: 'its requirements',
  criteria: 'its criteria',
  skills: 'its skills',
  contracts: 'its contracts',
  resources: 'its resources',
  estimateSeconds: 'its estimate',
  size: 'its size',
  verifyOnly: 'whether it only verifies',
  done: 'that it was done',
};
const PLAN_WORDS = {
  id: 'its id',
  name: 'its name',
  title: 'its title',
  technology: 'its technology',
  pythonVersion: 'its version of Python',
  techSpec: 'its tech spec',
  groups: 'its groups',
  dependencies: 'its packages',
} as const satisfies Partial<Record<keyof Plan, string>>;

export function lostBetween(before: Plan, after: Plan): readonly string[] {
  const kept = new Map(after.tasks.map((task) => [task.id, task]));
  return [
    ...differences(PLAN_WORDS, before, after).map((each) => `the plan: ${each}`),
    ...wishes(before, after),
    ...before.tasks.flatMap((task) => {
      const now = kept.get(task.id);
      if (now === undefined) return [`${task.id} is not there`];
      return differences(TASK_WORDS, task, now).map((each) => `${task.id}: ${each}`);
    }),
    ...texts(before, after),
  ];
}

function wishes(before: Plan, after: Plan): readonly string[] {
  const words = { maxParallel: 'agents at once', schedule: 'its schedule', retries: 'tries after the first' };
  const rest = Object.keys(before.wishes).filter((key) => !Object.hasOwn(words, key));
  const unnamed = rest.map((key) => `the plan: a manifest has no place for ${key}`);
  return [...differences(words, before.wishes, after.wishes).map((each) => `the plan: ${each}`), ...unnamed];
}

/** The repository's own texts and profiles are read again with every plan that lies in it. */
function texts(before: Plan, after: Plan): readonly string[] {
  const there = new Set(after.context.map(({ path }) => path));
  const own = /^(?:CLAUDE|AGENTS)\.md$|^\.claude\//;
  return before.context
    .filter(({ path }) => !there.has(path) && !own.test(path))
    .map(({ path }) => `the text ${path} is not taken along`);
}

function differences<T extends object>(
  words: Readonly<Partial<Record<keyof T, string>>>,
  before: T,
  after: T,
): readonly string[] {
  const lost: string[] = [];
  for (const key of Object.keys(words)) {
    const [was, is] = [own(before, key), own(after, key)];
    const word = String(own(words, key));
    if (same(was, is)) continue;
    lost.push(is === undefined ? `a manifest has no place for ${word}` : `read back differently: ${word}`);
  }
  return lost;
}

function own(value: object, key: string): unknown {
  return Object.getOwnPropertyDescriptor(value, key)?.value;
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
}

/** Keys in one order. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
