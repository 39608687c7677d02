import assert from 'node:assert/strict';
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { makeOutputFolder, outputFolder } from './output-folder.ts';

let root = '';
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'cox-output-'));
});
after(() => rm(root, { recursive: true, force: true }));

test('a manifest keeps its views in its folder; any other plan has a folder beside it', () => {
  assert.equal(outputFolder('/p/parallel/TS-1', 'manifest'), '/p/parallel/TS-1');
  assert.equal(outputFolder('/p/.agent/queue', 'queue'), '/p/.agent/queue-run');
  assert.equal(outputFolder('/p/MULTI_AGENT_PLAN.md', 'plan-md'), '/p/MULTI_AGENT_PLAN-run');
  assert.equal(outputFolder('/p/.claude/plans/auto-x.md', 'auto'), '/p/.claude/plans/auto-x-run');
});

test('a queue that is a whole checkout has nothing beside it', async () => {
  const checkout = join(root, 'checkout');
  await mkdir(join(checkout, '.git'), { recursive: true });
  assert.equal(outputFolder(checkout, 'queue'), join(checkout, 'queue-run'));
});

test('the folder is made once, and git ignores all of it', async () => {
  const folder = join(root, 'PLAN-run');
  assert.ok((await makeOutputFolder(folder)).ok);
  assert.equal(await readFile(join(folder, '.gitignore'), 'utf8'), '*\n');
  await rm(join(folder, '.gitignore'));
  assert.ok((await makeOutputFolder(folder)).ok);
  assert.deepEqual(await readdir(folder), []);
});

test('a link or a file in its place is left as it is, and said', async () => {
  const elsewhere = join(root, 'elsewhere');
  await mkdir(elsewhere);
  const link = join(root, 'LINK-run');
  await symlink(elsewhere, link);
  const file = join(root, 'FILE-run');
  await writeFile(file, 'mine');
  for (const path of [link, file, join(root, 'nowhere', 'X-run')]) {
    const made = await makeOutputFolder(path);
    assert.ok(!made.ok, path);
    assert.ok(made.error.message.startsWith(path));
  }
  assert.ok((await lstat(link)).isSymbolicLink());
  assert.deepEqual(await readdir(elsewhere), []);
  assert.equal(await readFile(file, 'utf8'), 'mine');
});
