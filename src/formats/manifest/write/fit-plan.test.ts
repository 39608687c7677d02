import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Plan, Scope, Task } from '../../../core/plan.ts';
import { makeTask as makeAnyTask, makePlan } from '../../../testing/plans.ts';
import { readManifest } from '../read-manifest.ts';
import { importPlan } from './import-plan.ts';

const PLACE = { folder: 'parallel/x', facts: { generatedAt: '2026-01-01T00:00:00.000Z' } };

/** Of which no agent is told anything. */
function makeTask(id: string, group: number, change: Partial<Task> = {}): Task {
  return makeAnyTask(id, group, { prompt: '', ...change });
}

function scope(change: Partial<Record<keyof Scope, readonly string[]>>): Scope {
  const entries = (patterns: readonly string[] = []) => patterns.map((pattern) => ({ pattern }));
  return {
    create: entries(change.create),
    modify: entries(change.modify),
    boundary: entries(change.boundary),
  };
}

function imported(plan: Plan): { readonly plan: Plan; readonly changes: readonly string[] } {
  const result = importPlan({ plan }, PLACE);
  assert.ok(result.ok, JSON.stringify(result));
  const back = readManifest({ files: result.value.files });
  const errors = back.findings.filter(({ severity }) => severity === 'error');
  assert.deepEqual(errors, []);
  return { plan: result.value.plan, changes: result.value.changes };
}

function wavesOf({ groups }: Plan): readonly (readonly string[])[] {
  return groups.map(({ tasks }) => tasks);
}

describe('a plan of another family becomes a manifest', () => {
  test('with waves for tasks of one group that wait for each other or write to one file', () => {
    const tasks: readonly Task[] = [
      makeTask('1.1', 1, { scope: scope({ modify: ['a.ts'] }) }),
      makeTask('1.2', 1, { scope: scope({ modify: ['a.ts'] }) }),
      makeTask('1.3', 1, { dependsOn: ['1.1'] }),
      makeTask('2.1', 2),
    ];
    const given = makePlan(tasks, (group) =>
      group.number === 1 ? { ...group, validation: { kind: 'shell', command: 'make' } } : group,
    );
    const { plan, changes } = imported(given);
    assert.deepEqual(wavesOf(plan), [['1.1'], ['1.2'], ['1.3'], ['2.1']]);
    assert.equal(plan.groups[2]?.validation?.kind, 'shell');
    assert.match(changes.join('\n'), /waves are numbered anew/);
  });

  test('with waves by dependency where a task waits for a later group', () => {
    const tasks = [makeTask('a', 1, { dependsOn: ['b'] }), makeTask('b', 2)];
    const { plan, changes } = imported(makePlan(tasks));
    assert.deepEqual(wavesOf(plan), [['b'], ['a']]);
    assert.match(changes.join('\n'), /made anew from the dependencies/);
  });

  test('with one creator for each path, and no boundary around what a task writes', () => {
    const tasks = [
      makeTask('a', 1, { scope: scope({ create: ['x.ts'], boundary: ['x.ts', 'other/*'] }) }),
      makeTask('b', 2, { scope: scope({ create: ['x.ts', 'y.ts'] }) }),
    ];
    const { plan, changes } = imported(makePlan(tasks));
    assert.deepEqual(plan.tasks[1]?.scope, scope({ create: ['y.ts'], modify: ['x.ts'] }));
    assert.deepEqual(plan.tasks[0]?.scope.boundary, [{ pattern: 'other/*' }]);
    assert.deepEqual(changes, ['b modifies x.ts: a creates it', 'a has no BOUNDARY x.ts: it writes there']);
  });

  test('with ids that are names of files', () => {
    const tasks = [
      makeTask('Räume/1', 1),
      makeTask('readme', 1),
      makeTask('z', 2, { dependsOn: ['Räume/1'] }),
    ];
    const { plan, changes } = imported(makePlan(tasks));
    assert.deepEqual(
      plan.tasks.map(({ id, dependsOn }) => [id, dependsOn]),
      [
        ['task-001', []],
        ['task-002', []],
        ['z', ['task-001']],
      ],
    );
    assert.equal(changes.filter((change) => change.includes('is now')).length, 2);
  });

  test('without what was done, and with a word for all that has no place', () => {
    const tasks = [
      makeTask('a', 1, { done: true }),
      makeTask('b', 1, {
        dependsOn: ['a'],
        priority: 2,
        reviewers: ['Anna'],
        mentions: [{ pattern: 'm.ts' }],
      }),
    ];
    const given = { ...makePlan(tasks), wishes: { retries: 2, maxParallel: 3 } };
    const context = [{ path: 'notes.md', text: 'n' }];
    const { plan, changes } = imported({ ...given, context });
    assert.deepEqual(wavesOf(plan), [['b']]);
    assert.equal(plan.wishes.maxParallel, 3);
    assert.deepEqual(changes, [
      'a is left out: it was done before',
      'the plan: a manifest has no place for tries after the first',
      'b: a manifest has no place for the paths that its text names',
      'b: a manifest has no place for its priority',
      'b: a manifest has no place for who looks at its work',
      'the text notes.md is not taken along',
    ]);
  });

  test('is refused when nothing is left of it', () => {
    const result = importPlan({ plan: makePlan([makeTask('a', 1, { done: true })]) }, PLACE);
    assert.ok(!result.ok);
    assert.deepEqual(
      result.error.map(({ rule }) => rule),
      ['no-tasks'],
    );
  });

  test('with diagrams that no text of it breaks', () => {
    const title = 'Say "hello" `now` ``` <b> #1';
    const tasks = [
      makeTask('a', 1, { title, component: 'users', estimateSeconds: 7200 }),
      makeTask('b', 2, { dependsOn: ['a'], component: 'orders', estimateSeconds: 60 }),
    ];
    const techSpec = 'tech-specs/approved/TS-0001-x.md';
    const plan = { ...makePlan(tasks), techSpec, pythonVersion: '3.11' };
    const result = importPlan({ plan }, PLACE);
    assert.ok(result.ok);
    assert.deepEqual(result.value.changes, []);
    const graph = result.value.files.get('task-graph.md') ?? '';
    assert.match(graph, /t1\["a: Say #quot;hello#quot; #96;now#96; #96;#96;#96; #lt;b> #35;1"\]/);
    assert.match(graph, /a :crit, t1, 2000-01-01 00:00, 120m\n[\s\S]*b :crit, t2, after t1, 1m/);
    assert.equal(graph.match(/```/g)?.length, 4);
    assert.match(result.value.files.get('architecture.md') ?? '', /graph TB[\s\S]*c1 --> c2/);
    const manifest: unknown = JSON.parse(result.value.files.get('manifest.json') ?? '');
    assert.partialDeepStrictEqual(manifest, {
      python_version: '3.11',
      metadata: { tech_spec: techSpec, total_tasks: 2, critical_path: ['a', 'b'] },
    });
  });

  test('without escapes and line breaks in what is to be one line', () => {
    const evil = 'a\n# b\u001b[31m';
    const tasks = [makeTask('a', 1, { title: evil, component: evil, agent: evil })];
    const given = makePlan(tasks, (group) => ({ ...group, name: evil }));
    const plan = { ...given, id: evil, name: evil, title: evil, technology: evil, pythonVersion: evil };
    const result = importPlan({ plan: { ...plan, techSpec: evil } }, PLACE);
    assert.ok(result.ok);
    assert.deepEqual(result.value.changes, []);
    for (const [path, text] of result.value.files) {
      assert.doesNotMatch(text, /\u001b|\\u001b|\\e|\\n/, path);
      assert.doesNotMatch(text, /^# b/m, path);
    }
    const list = result.value.files.get('prompts/agent-prompts.md') ?? '';
    assert.match(list, /^\| a: a # b \| a # b \| a # b \|$/m);
  });
});
