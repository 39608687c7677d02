import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { AttemptSpec } from '../../core/attempt.ts';
import type { TextFile } from '../../core/plan.ts';
import { agentBench } from '../../testing/agent-bench.ts';
import type { AttemptPaths } from '../driver.ts';
import { attemptPaths, markerMade, modifiedAt, prepareAttemptFolder } from './attempt-folder.ts';

function folders(t: TestContext): AttemptPaths {
  const root = mkdtempSync(join(tmpdir(), 'cox-attempt-'));
  t.after(() => rmSync(root, { recursive: true }));
  mkdirSync(join(root, 'worktree'));
  return attemptPaths(join(root, 'attempt'), join(root, 'worktree'));
}

function specWith(t: TestContext, context: readonly TextFile[]): AttemptSpec {
  const bench = agentBench();
  t.after(() => bench.remove());
  const { spec } = bench.request({ driver: 'command', options: {} });
  return { ...spec, prompt: 'Do it.\n', context };
}

test('an agent finds its prompt, its context, and folders for messages; its settings are its own', async (t) => {
  const paths = folders(t);
  const spec = specWith(t, [{ path: 'contracts/types.ts', text: 'export {};\n' }]);
  assert.deepEqual(await prepareAttemptFolder(spec, paths, { 'mcp.json': '{}' }), {
    ok: true,
    value: undefined,
  });
  assert.equal(readFileSync(paths.prompt, 'utf8'), 'Do it.\n');
  assert.equal(readFileSync(join(paths.context, 'contracts/types.ts'), 'utf8'), 'export {};\n');
  assert.equal(readFileSync(join(paths.settings, 'mcp.json'), 'utf8'), '{}');
  assert.equal(statSync(paths.settings).mode & 0o077, 0);
  for (const folder of [paths.inbox, paths.outbox]) assert.ok(statSync(folder).isDirectory());
  assert.ok(!existsSync(paths.job), 'the job is not there yet');
});

test('nothing is touched once the job has begun', async (t) => {
  const paths = folders(t);
  mkdirSync(paths.job, { recursive: true });
  assert.ok((await prepareAttemptFolder(specWith(t, []), paths)).ok);
  assert.ok(!existsSync(paths.prompt));
});

test('a context file that would leave its folder is refused, and nothing is written', async (t) => {
  for (const path of ['../out', '/etc/x', 'a/../../x', 'a//b', './a', '', 'a\\b', 'a\u0000b']) {
    const paths = folders(t);
    const prepared = await prepareAttemptFolder(specWith(t, [{ path, text: 'x' }]), paths);
    assert.match(prepared.ok ? '' : prepared.error, /would leave its folder/, path);
    assert.ok(!existsSync(paths.prompt));
  }
});

test('what cannot be written is said, with the reason', async (t) => {
  const paths = folders(t);
  writeFileSync(join(paths.prompt, '..'), 'a file');
  const prepared = await prepareAttemptFolder(specWith(t, []), paths);
  assert.match(prepared.ok ? '' : prepared.error, /^its folder cannot be written: ENOTDIR/);
});

test('a marker counts only when it is not the one that was there before', async (t) => {
  const paths = folders(t);
  const marker = join(paths.worktree, '.claude-task-complete');
  assert.equal(await markerMade(paths), false);
  writeFileSync(marker, '');
  assert.equal(await markerMade(paths), true, 'nothing is known of before');
  assert.ok((await prepareAttemptFolder(specWith(t, []), paths)).ok);
  assert.equal(await markerMade(paths), false);
  rmSync(marker);
  assert.equal(await markerMade(paths), false);
  writeFileSync(marker, '');
  assert.equal(await markerMade(paths), true);
});

test('a marker counts also when the clock was set back since the agent began', async (t) => {
  const paths = folders(t);
  const marker = join(paths.worktree, '.claude-task-complete');
  assert.ok((await prepareAttemptFolder(specWith(t, []), paths)).ok);
  writeFileSync(marker, '');
  utimesSync(marker, 1000, 1000);
  assert.equal(await markerMade(paths), true);
  assert.equal(await modifiedAt(marker), 1_000_000);
  assert.equal(await modifiedAt(join(paths.worktree, 'nothing')), null);
});
