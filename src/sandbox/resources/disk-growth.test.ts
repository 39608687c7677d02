import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeTree } from '../../process/remove-tree.ts';
import { addedTo, DiskGrowth } from './disk-growth.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-disk-'));
after(() => rmSync(root, { recursive: true, force: true }));

const MB = 1024 * 1024;
const PLENTY = 1e12;

/** A folder with an old file of 3 MB, and the time after it. */
async function oldFolder(name: string): Promise<{ readonly folder: string; readonly since: number }> {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'old'), Buffer.alloc(3 * MB, 1));
  await sleep(20);
  writeFileSync(join(root, 'claim'), '');
  const since = statSync(join(root, 'claim')).mtimeMs;
  await sleep(20);
  return { folder, since };
}

function assertAbout(bytes: number, expected: number): void {
  assert.ok(bytes >= expected && bytes < expected + 0.2 * MB, `${bytes} instead of ${expected}`);
}

test('what is newer than the job counts, in folders of any depth', async () => {
  const { folder, since } = await oldFolder('depth');
  assert.equal(await addedTo({ folders: [folder], since, enough: PLENTY }), 0);
  mkdirSync(join(folder, 'a/b/c'), { recursive: true });
  writeFileSync(join(folder, 'a/b/c/new'), Buffer.alloc(2 * MB, 1));
  assertAbout(await addedTo({ folders: [folder], since, enough: PLENTY }), 2 * MB);
});

test('a tree that is too deep to be looked at counts as more than enough', async () => {
  const { folder, since } = await oldFolder('too-deep');
  const deeper =
    'i=0; while [ $i -lt 300 ]; do mkdir dddddddddddddddddddd; cd -P dddddddddddddddddddd; i=$((i+1)); done';
  execFileSync('sh', ['-c', `${deeper}; head -c 2000000 /dev/zero > file`], { cwd: folder });
  assert.ok((await addedTo({ folders: [folder], since, enough: MB })) > MB);
  assert.equal(await removeTree(folder), true);
});

test('another name for a file adds nothing, and a link is not followed', async () => {
  const { folder, since } = await oldFolder('names');
  linkSync(join(folder, 'old'), join(folder, 'old too'));
  symlinkSync('/', join(folder, 'elsewhere'));
  writeFileSync(join(folder, 'new'), Buffer.alloc(MB, 1));
  linkSync(join(folder, 'new'), join(folder, 'new too'));
  assertAbout(await addedTo({ folders: [folder], since, enough: PLENTY }), MB);
});

test('empty files count too, and counting ends when it is enough', async () => {
  const { folder, since } = await oldFolder('many');
  for (let index = 0; index < 2_000; index += 1) writeFileSync(join(folder, `f${index}`), '');
  assert.ok((await addedTo({ folders: [folder], since, enough: PLENTY })) >= 2_000 * 1_024);
  const some = await addedTo({ folders: [folder], since, enough: 100_000 });
  assert.ok(some > 100_000 && some < 110_000, String(some));
});

test('folders that are not there add nothing', async () => {
  assert.equal(await addedTo({ folders: [join(root, 'absent')], since: 0, enough: PLENTY }), 0);
});

test('a watch gives what its last walk found, and walks again when the disk has filled up', async () => {
  const { folder, since } = await oldFolder('watch');
  const look = { folders: [folder], since, enough: MB };
  const growth = new DiskGrowth();
  assert.equal(growth.bytes(look, { used: 10 * MB, jobs: 1 }), 0);
  await growth.settled();
  writeFileSync(join(folder, 'new'), Buffer.alloc(2 * MB, 1));
  await sleep(1_100);
  assert.equal(growth.bytes(look, { used: 10 * MB, jobs: 1 }), 0);
  await growth.settled();
  assert.equal(growth.latest, 0);
  // Others have made room, and what came since then is more than before. After a walk that took long it rests longer.
  while (growth.latest <= MB) {
    growth.bytes(look, { used: 5 * MB, jobs: 1 });
    growth.bytes(look, { used: 7 * MB, jobs: 1 });
    await growth.settled();
    await sleep(20);
  }
});

test('walks of many jobs are further apart', async () => {
  const { folder, since } = await oldFolder('many-jobs');
  const look = { folders: [folder], since, enough: MB };
  const growth = new DiskGrowth();
  growth.bytes(look, { used: 0, jobs: 1e9 });
  await growth.settled();
  writeFileSync(join(folder, 'new'), Buffer.alloc(2 * MB, 1));
  await sleep(1_100);
  growth.bytes(look, { used: 5 * MB, jobs: 1e9 });
  await growth.settled();
  assert.equal(growth.latest, 0);
});
