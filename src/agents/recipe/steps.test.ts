import assert from 'node:assert/strict';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import type { AgentEnd } from '../../ports/agent.ts';
import { type AttemptChange, agentBench } from '../../testing/agent-bench.ts';
import { type RecipeStep, recipeSteps, recipeText, writeAndCommit } from '../../testing/recipes.ts';

describe('the recipe agent', () => {
  const bench = agentBench();
  const inWorktree = (name: string): string => join(bench.repository.path, name);
  const git = (...args: readonly string[]): string => bench.repository.git(args);
  after(() => bench.remove());

  async function perform(steps: readonly RecipeStep[], change?: AttemptChange): Promise<AgentEnd> {
    return (await bench.run(bench.request(recipeSteps(...steps), change))).end;
  }

  async function assertFails(
    steps: readonly RecipeStep[],
    message: RegExp,
    change?: AttemptChange,
  ): Promise<void> {
    const end = await perform(steps, change);
    assert.ok(end.is === 'failed' && end.failure.reason === 'exit-code', JSON.stringify(end));
    assert.match(end.failure.tail, message);
  }

  test('writes, edits, appends, deletes and commits all but the marker', async () => {
    const end = await perform([
      { write: { path: 'src/a.txt', lines: ['one', 'two $& two'] } },
      { edit: { path: 'src/a.txt', find: 'two', replace: '$& three' } },
      { append: { path: 'src/a.txt', text: 'end' } },
      { write: { path: 'src/b.txt', text: 'b' } },
      { delete: 'src/b.txt' },
      'touchMarker',
      { commit: 'Add a' },
      { assertFile: { path: 'src/a.txt', contains: 'three' } },
      { assertFile: { path: 'src/b.txt', absent: true } },
    ]);
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.equal(readFileSync(inWorktree('src/a.txt'), 'utf8'), 'one\n$& three $& two\nend');
    assert.equal(git('log', '-1', '--format=%s'), 'Add a');
    assert.equal(git('show', '--format=', '--name-only', 'HEAD'), 'src/a.txt');
    bench.repository.write({ '.claude-task-complete': null });
  });

  test('commits under a name of its own where git knows none', async () => {
    git('config', '--unset', 'user.name');
    git('config', '--unset', 'user.email');
    const end = await perform(writeAndCommit({ 'c.txt': 'c' }, 'Add c'));
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.equal(git('log', '-1', '--format=%an'), 'Recipe agent');
  });

  for (const [what, steps, message] of [
    [
      'an edit finds nothing',
      [{ edit: { path: 'README.md', find: 'absent', replace: 'x' } }],
      /step 1 \(edit\) failed: README\.md does not hold/,
    ],
    ['an edit has no file', [{ edit: { path: 'none', find: 'a', replace: 'x' } }], /none cannot be read/],
    ['a command fails', [{ say: 'a' }, { run: 'exit 7' }], /step 2 \(run\) failed: sh ended with 7/],
    ['there is no such program', [{ run: { argv: ['no-such-program'] } }], /no-such-program/],
    ['there is nothing to commit', [{ commit: 'x' }], /\(commit\) failed: git ended with 1/],
    ['a file is missing', [{ assertFile: 'none' }], /none is not there/],
    ['a file is there', [{ assertFile: { path: 'README.md', absent: true } }], /README\.md is there/],
    ['the feedback is missing', [{ expectFeedback: 'x' }], /\(expectFeedback\) failed/],
  ] as const) {
    test(`fails when ${what}`, () => assertFails(steps, message));
  }

  test('sees the feedback of its last try', async () => {
    const change: AttemptChange = { spec: { context: [{ path: 'feedback.md', text: 'a test failed' }] } };
    assert.equal((await perform([{ expectFeedback: 'test failed' }], change)).is, 'done');
    await assertFails([{ expectFeedback: 'conflict' }], /does not hold "conflict"/, change);
  });

  test('fails as often as it is told to', async () => {
    const attempt = (number: number): AttemptChange => ({
      spec: { id: { run: 'run-1', task: 'task-001-users', number } },
    });
    const steps = [{ failTimes: { times: 2, code: 9 } }];
    for (const [number, code] of [
      [1, 9],
      [2, 9],
      [3, 0],
    ] as const) {
      assert.equal((await perform(steps, attempt(number))).exitCode, code);
    }
  });

  test('does not follow links out of its worktree', async () => {
    symlinkSync(bench.repository.root, inWorktree('out'));
    symlinkSync(join(bench.repository.root, 'stolen.txt'), inWorktree('link.txt'));
    await assertFails([{ write: { path: 'out/stolen.txt', text: 'x' } }], /leads out of the worktree/);
    await assertFails([{ write: { path: 'out/new/stolen.txt', text: 'x' } }], /leads out of the worktree/);
    await assertFails([{ write: { path: 'link.txt', text: 'x' } }], /link\.txt is a link to nowhere/);
    assert.equal(existsSync(join(bench.repository.root, 'stolen.txt')), false);
    writeFileSync(join(bench.repository.root, 'stolen.txt'), 'mine');
    await assertFails([{ append: { path: 'link.txt', text: 'x' } }], /leads out of the worktree/);
    await assertFails(
      [{ edit: { path: 'out/stolen.txt', find: 'mine', replace: 'x' } }],
      /leads out of the worktree/,
    );
    await assertFails([{ delete: 'out/stolen.txt' }], /leads out of the worktree/);
    assert.equal(readFileSync(join(bench.repository.root, 'stolen.txt'), 'utf8'), 'mine');
    assert.equal(existsSync(join(bench.repository.root, 'new')), false);
  });

  test('says what it used', async () => {
    const end = await perform([{ usage: { inputTokens: 5 } }, { usage: { inputTokens: 9, costUsd: 0.5 } }]);
    assert.deepEqual(end.usage, { inputTokens: 9, costUsd: 0.5 });
  });

  test('reads its recipe from a file, and tells where that is wrong', async () => {
    const path = join(bench.repository.root, 'recipe.yaml');
    const agent = { driver: 'recipe', options: { recipe: path } };
    writeFileSync(
      path,
      recipeText({ tasks: { 'task-001': [{ write: { path: 'by-file.txt', text: 'x' } }] } }),
    );
    assert.equal((await bench.run(bench.request(agent))).end.is, 'done');
    assert.ok(existsSync(inWorktree('by-file.txt')));
    writeFileSync(path, 'default:\n  - dance\n');
    const { end } = await bench.run(bench.request(agent));
    assert.ok(end.is === 'failed' && end.failure.reason === 'exit-code' && end.failure.code === 2);
    assert.match(end.failure.tail, /recipe\.yaml:2:5: default\.0 there is no step "dance"/);
  });

  test('a task that the recipe does not know has failed', async () => {
    const { end } = await bench.run(
      bench.request({ driver: 'recipe', options: { recipe: 'tasks: {}\n# no default\n' } }),
    );
    assert.ok(end.is === 'failed' && end.failure.reason === 'declared-failed', JSON.stringify(end));
    assert.match(end.failure.detail, /neither this task nor a default/);
  });
});
