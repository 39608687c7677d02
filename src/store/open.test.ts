import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { mountTmpfs } from '../testing/mount.ts';
import { startChild } from '../testing/store-process.ts';
import { openEventStore, type StoreOptions } from './open.ts';
import type { StoreProblemReason } from './problem.ts';

const OPENER = new URL('../testing/store-opener.ts', import.meta.url).href;
const NOBODY = 65_534;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cox-open-'));
});
after(() => rm(folder, { recursive: true, force: true }));

let files = 0;
function newFile(): string {
  files += 1;
  return join(folder, `coxswain-${files}`, 'log.db');
}

async function fileWith(content: string | Uint8Array): Promise<string> {
  const file = newFile();
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

async function fresh(): Promise<string> {
  const file = newFile();
  const opened = openEventStore({ file });
  assert.ok(opened.ok);
  await opened.value.append('run', 0, null, [{ type: 'requested.pause', at: 1 }]);
  await opened.value.close();
  return file;
}

/** The problem names the file and ends with something to do. */
function assertRefused(file: string, reason: StoreProblemReason, options: Partial<StoreOptions> = {}): void {
  const opened = openEventStore({ file, ...options });
  assert.ok(!opened.ok, 'it was opened');
  assert.equal(opened.error.reason, reason, opened.error.detail);
  assert.ok(opened.error.detail.includes(file));
  assert.match(opened.error.detail, /; [^;]+$/);
}

describe('opening the log', () => {
  it('makes the folder and the files for the user alone, whatever the umask', async () => {
    const umask = process.umask(0);
    try {
      const file = newFile();
      const opened = openEventStore({ file });
      assert.ok(opened.ok);
      await opened.value.append('run', 0, null, [{ type: 'requested.pause', at: 1 }]);
      assert.equal((await stat(dirname(file))).mode & 0o777, 0o700);
      const names = await readdir(dirname(file));
      assert.deepEqual(names.toSorted(), ['log.db', 'log.db-shm', 'log.db-wal']);
      for (const name of names)
        assert.equal((await stat(join(dirname(file), name))).mode & 0o777, 0o600, name);
      await opened.value.close();
    } finally {
      process.umask(umask);
    }
  });

  it('finds the events of before', async () => {
    const opened = openEventStore({ file: await fresh() });
    assert.ok(opened.ok);
    assert.equal((await opened.value.read('run', 0)).length, 1);
    await opened.value.close();
    await opened.value.close();
    await assert.rejects(opened.value.read('run', 0), /closed/);
    await assert.rejects(opened.value.wake('run', 0, new AbortController().signal), /closed/);
  });

  it('may be done by many processes at once, with no log there yet', async () => {
    const file = newFile();
    const children = await Promise.all(
      Array.from({ length: 6 }, () => startChild([OPENER, file, 'request', 'run', '1'])),
    );
    for (const child of children) child.go();
    assert.deepEqual(await Promise.all(children.map((child) => child.exited)), [0, 0, 0, 0, 0, 0]);
  });
});

describe('a log that another process has locked', () => {
  it('is waited for', async () => {
    const file = await fileWith('');
    const program = `
      const db = new (require('node:sqlite').DatabaseSync)(${JSON.stringify(file)});
      db.exec('BEGIN EXCLUSIVE');
      console.log('locked');
      setTimeout(() => db.close(), 300);`;
    const holder = spawn(process.execPath, ['--no-warnings', '--eval', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    const opened = openEventStore({ file });
    assert.ok(opened.ok, 'it was not waited for');
    await opened.value.close();
  });

  it('is refused when that takes too long', async () => {
    const file = await fileWith('');
    const other = new DatabaseSync(file);
    other.exec('BEGIN EXCLUSIVE');
    assertRefused(file, 'busy', { patienceMs: 100 });
    other.close();
  });
});

describe('a log that cannot be opened', () => {
  it('is refused when it is no database', async () => {
    const file = await fileWith('This is a text and no database.\n'.repeat(200));
    const text = await readFile(file, 'utf8');
    assertRefused(file, 'not-a-log');
    assert.equal(await readFile(file, 'utf8'), text, 'and left as it was');
  });

  it('is refused when it is a folder, or lies under a file', async () => {
    assertRefused(folder, 'not-a-log');
    assertRefused(join(await fileWith('a file'), 'log.db'), 'not-a-log');
  });

  it('is refused when there is nothing to lie in', () => {
    assertRefused(join(folder, 'missing', 'coxswain', 'log.db'), 'no-folder');
  });

  it("is refused when it is another program's database", async () => {
    const file = await fileWith('');
    const other = new DatabaseSync(file);
    other.exec('CREATE TABLE theirs (x)');
    other.close();
    const bytes = await readFile(file);
    assertRefused(file, 'not-a-log');
    assert.deepEqual(await readFile(file), bytes, 'and left as it was');
  });

  it('is refused when a newer version wrote it', async () => {
    const file = await fresh();
    const db = new DatabaseSync(file);
    db.exec('PRAGMA user_version = 999');
    db.close();
    assertRefused(file, 'newer-version');
  });

  it('is refused when its schema is damaged', async () => {
    const file = await fresh();
    const bytes = await readFile(file);
    bytes.fill(0xff, 100, 4096);
    await writeFile(file, bytes);
    assertRefused(file, 'damaged');
  });

  it('is refused when the disk is full', () => assertRefused(newFile(), 'disk-full', { maxPages: 2 }));

  it('is refused without the permission', async (context) => {
    const file = await fresh();
    await chmod(file, 0o400);
    if (process.getuid?.() !== 0) return assertRefused(file, 'no-permission');
    // Nothing is forbidden to root, so somebody else tries.
    const program = `
      const { openEventStore } = await import(${JSON.stringify(new URL('open.ts', import.meta.url).href)});
      console.log(openEventStore({ file: ${JSON.stringify(file)} }).error?.reason);`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
    const tried = spawnSync(process.execPath, args, { uid: NOBODY, cwd: '/', encoding: 'utf8' });
    if (tried.status !== 0) return context.skip('another user cannot read the sources here');
    assert.equal(tried.stdout.trim(), 'no-permission');
  });

  it('is refused on a file system that cannot be written', async (context) => {
    const mounted = join(folder, 'read-only');
    const disk = mountTmpfs(mounted, 'ro,size=1m');
    if (disk === null) return context.skip('no file system can be mounted here');
    try {
      assertRefused(join(mounted, 'log.db'), 'read-only');
      assertRefused(join(mounted, 'coxswain', 'log.db'), 'read-only');
    } finally {
      disk.unmount();
    }
  });
});

describe('a process that has the log open', () => {
  it('ends by itself when nothing waits any more', () => {
    const program = `
      const { openEventStore } = await import(${JSON.stringify(new URL('open.ts', import.meta.url).href)});
      const store = openEventStore({ file: ${JSON.stringify(newFile())} }).value;
      await store.wake('run', 0, AbortSignal.timeout(300));
      console.log('woken');`;
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', program];
    const ended = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      timeout: 120_000,
      cwd: fileURLToPath(new URL('.', import.meta.url)),
    });
    assert.equal(ended.stdout, 'woken\n');
    assert.deepEqual([ended.status, ended.signal], [0, null], ended.stderr);
  });
});
