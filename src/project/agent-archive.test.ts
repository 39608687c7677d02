import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { agentArchive } from './agent-archive.ts';
import { writeViews } from './write-views.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-archive-'));
after(() => rmSync(root, { recursive: true, force: true }));

const tar = (...args: readonly string[]): string =>
  execFileSync('tar', [...args], { encoding: 'utf8', cwd: root });

test("the system's own tar reads the files as they were", async () => {
  const files = [
    { path: 'logs/builder-1.log', content: 'Zeilen\nmit ä und 😀\n'.repeat(1000) },
    { path: `outputs/${'long-name-'.repeat(15)}/empty.txt`, content: '' },
    { path: 'outputs/a/changes.diff', content: Buffer.from([0x2b, 0xff, 0xfe, 0x0d, 0x0a]) },
  ];
  writeFileSync(join(root, 'a.tar.gz'), await agentArchive(files, 1_700_000_000_000));
  assert.deepEqual(
    tar('-tzf', 'a.tar.gz').trim().split('\n'),
    files.map(({ path }) => path),
  );
  tar('-xzf', 'a.tar.gz');
  for (const { path, content } of files)
    assert.deepEqual(readFileSync(join(root, path)), Buffer.from(content));
  assert.deepEqual(await agentArchive(files, 1), await agentArchive(files, 1));
});

test('a run of parallel groups that has ended leaves one of each agent that has begun', async () => {
  const plan = makePlan([
    makeTask('2.1', 1, { agent: 'Builder-1' }),
    makeTask('2.2', 1, { agent: 'Builder-2' }),
  ]);
  const log = new RunLog({ ...plan, format: 'plan-md' }).open().openGroup(1).complete('2.1');
  const state = log.add({ type: 'run.finished', status: 'failed' }).state();
  const { problems, written } = await writeViews({
    state,
    folder: root,
    readAttemptLog: () => 'hello\n',
    readDiff: () => Promise.resolve({ patch: Buffer.alloc(0), isWhole: true }),
  });
  assert.deepEqual(problems, []);
  const archives = written.filter((path) => path.endsWith('.tar.gz'));
  assert.deepEqual(archives, [join(root, 'archives', 'builder-1_exec_20251129_143052.tar.gz')]);
  const names = tar('-tzf', archives[0] ?? '');
  for (const name of ['changes.diff', 'metrics.json', 'validation_report.json', 'TASK_SUMMARY.md'])
    assert.ok(names.includes(`outputs/builder-1/${name}\n`), names);
  assert.match(tar('-xzOf', archives[0] ?? '', 'logs/builder-1.log'), /=== attempt 1 .*: done ===\nhello\n/);
});
