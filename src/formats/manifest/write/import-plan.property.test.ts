import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../../core/finding.ts';
import { type Group, type Plan, type Scope, type Task, WORK_TYPES } from '../../../core/plan.ts';
import { makePlan, makeTask } from '../../../testing/plans.ts';
import { readManifest } from '../read-manifest.ts';
import { importPlan } from './import-plan.ts';

const PLACE = { folder: 'parallel/x', facts: { generatedAt: '2026-01-01T00:00:00.000Z' } };

interface Drawn {
  readonly wave: number;
  readonly deps: readonly number[];
  readonly words: readonly string[];
  readonly scope: number;
  readonly number: number;
}

function drawn(words: fc.Arbitrary<string>): fc.Arbitrary<readonly Drawn[]> {
  const task = fc.record({
    wave: fc.integer({ min: 1, max: 3 }),
    deps: fc.array(fc.nat(12), { maxLength: 3 }),
    words: fc.array(words, { minLength: 6, maxLength: 6 }),
    scope: fc.nat(5),
    number: fc.nat(40),
  });
  return fc.array(task, { minLength: 1, maxLength: 12 });
}

function idOf(index: number): string {
  return `task-${String(index + 1).padStart(3, '0')}`;
}

/** Scopes of tasks that get along with each other. */
function scopeOf(kind: number, index: number): Scope {
  const entries = (...patterns: readonly string[]) => patterns.map((pattern) => ({ pattern }));
  if (kind === 0) return { create: [], modify: [], boundary: [] };
  return {
    create: entries(`src/${index}/new.ts`, `src/${index}/[id] of/*.ts`).slice(0, kind),
    modify: kind > 2 ? [{ pattern: 'src/shared.ts', symbol: `Part${index}.method` }] : [],
    boundary: kind > 1 ? entries('docs/', `other/${index}/**`) : [],
  };
}

function taskOf({ wave, deps, words, scope, number }: Drawn, index: number, all: readonly Drawn[]): Task {
  const [title = '', first = '', second = '', third = '', skill = '', component = ''] = words;
  const earlier = deps.filter((dep) => (all[dep]?.wave ?? Number.POSITIVE_INFINITY) < wave);
  const workType = WORK_TYPES[number];
  return makeTask(idOf(index), wave, {
    title,
    dependsOn: [...new Set(earlier)].map(idOf),
    scope: scopeOf(scope, index),
    requirements: [first, second],
    criteria: [third],
    skills: [skill],
    component,
    agent: 'plugin:agent',
    resources: number % 3 === 0 ? ['database'] : [],
    verifyOnly: scope === 0 && number % 2 === 0,
    ...(workType === undefined ? {} : { workType }),
    prompt: '',
    ...(number > 20 ? { estimateSeconds: number * 60 } : {}),
  });
}

function planOf(list: readonly Drawn[]): Plan {
  const validated = (group: Group): Group =>
    group.number === 1 ? { ...group, validation: { kind: 'shell', command: 'npm test && true' } } : group;
  const plan = makePlan(list.map(taskOf), validated);
  const chained = plan.groups.map((group, index) => {
    const before = plan.groups[index - 1];
    return { ...group, after: before === undefined ? [] : [before.number] };
  });
  return {
    ...plan,
    groups: chained,
    wishes: { maxParallel: 3 },
    title: 'A plan',
    dependencies: [
      { ecosystem: 'python', action: 'add', packages: ['pydantic==2.5.3'] },
      { ecosystem: 'node', action: 'add-dev', packages: ['zod@3.22.4'] },
    ],
  };
}

/** A manifest has its tasks in the order of its waves. */
function byId(tasks: readonly Task[]): readonly Omit<Task, 'prompt'>[] {
  return tasks.map(({ prompt: _, ...task }) => task).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

const word = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9 ,.'()_*`:-]{0,30}[A-Za-z0-9]$/)
  .map((text) => text.replaceAll(/\s+/g, ' '))
  // Words for none do not read back, which is told.
  .filter((text) => !/^(?:none|nothing|nil|null|na)$/i.test(text));
const lines = fc.tuple(word, word).map((both) => both.join('\n'));
const wild = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '- - - - - - - - - - - - - - - - - - - x',
    '# Heading\n\n## Scope\nCREATE: a',
    '---\nid: other\n---',
    '[ ] box',
    '```\nfence',
    '1. one\n   2. two',
    'a\n\nb',
    '{{x',
    '\u0000\u001b[31m',
    ': #x',
  ),
);

describe('a plan that is imported', () => {
  it('reads back to the same tasks, waves, scopes and criteria, with nothing to say', () => {
    const text = fc.oneof(word, lines);
    fc.assert(
      fc.property(drawn(text), (list) => {
        const oneLine = (each: Drawn): Drawn => ({
          ...each,
          words: each.words.map((one, at) => (at === 0 || at > 3 ? one.replaceAll(/\s+/g, ' ') : one)),
        });
        const plan = planOf(list.map(oneLine));
        const imported = importPlan({ plan }, PLACE);
        assert.ok(imported.ok);
        assert.deepEqual(imported.value.changes, []);
        const back = readManifest({ files: imported.value.files });
        assert.deepEqual(
          back.findings.filter(({ rule }) => rule.startsWith('prompt')),
          [],
        );
        assert.deepEqual(byId(back.plan?.tasks ?? []), byId(plan.tasks));
        assert.deepEqual(back.plan?.groups, plan.groups);
        assert.deepEqual(back.plan?.dependencies, plan.dependencies);
        assert.deepEqual(back.plan?.wishes, plan.wishes);
      }),
      { numRuns: 60 },
    );
  });

  it('is valid whatever its texts are, and says of every field that does not read back', () => {
    fc.assert(
      fc.property(drawn(wild), (list) => {
        const plan = planOf(list);
        const imported = importPlan({ plan }, PLACE);
        assert.ok(imported.ok, JSON.stringify(imported));
        const { files, changes } = imported.value;
        const back = readManifest({ files });
        assert.ok(
          isValid(back.findings),
          JSON.stringify(back.findings.filter(({ severity }) => severity === 'error')),
        );
        assert.deepEqual(
          back.plan?.tasks.map(({ id }) => id).toSorted(),
          plan.tasks.map(({ id }) => id).toSorted(),
        );
        for (const task of back.plan?.tasks ?? []) {
          const was = plan.tasks.find(({ id }) => id === task.id);
          assert.deepEqual(task.scope, was?.scope);
          assert.deepEqual(new Set(task.dependsOn), new Set(was?.dependsOn));
          const told = changes.some((each) => each.startsWith(`${task.id}: its criteria`));
          if (!told) assert.equal(task.criteria.length, was?.criteria.length);
        }
      }),
      { numRuns: 100 },
    );
  });
});
