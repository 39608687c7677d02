import assert from 'node:assert/strict';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { atRest, type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import type { SlotPool } from './slot-pool.ts';

const FILES = {
  'a.txt': 'a\n',
  'package-lock.json': '{"one":1}\n',
  '.gitignore': '.env*\n!.env.example\nnode_modules/\n',
};
const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((each) => each.close())));

async function open(
  fixture: GitFixture,
  setup: string,
  { teardown, ...options }: { readonly teardown?: string; readonly keptSlots?: number } = {},
): Promise<OpenedPool> {
  const hooks = {
    setup,
    ...(teardown === undefined ? {} : { teardown }),
    timeoutMs: 30_000,
    env: { PATH: fixture.env['PATH'] ?? '', LOG: join(fixture.root, 'log') },
  };
  const pool = await openPool(fixture, { hooks, portBase: 4000, portsPerSlot: 5, ...options });
  opened.push(pool);
  return pool;
}

function logOf(fixture: GitFixture): string {
  const file = join(fixture.root, 'log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

describe('set-up and teardown', () => {
  it('run again for a holder who wants nothing of what was there, and what was installed is gone', async () => {
    const fixture = makeRepository({ files: FILES });
    const setup = 'echo s >> "$LOG"; mkdir -p node_modules/made; ls node_modules >> "$LOG"';
    const { bench, pool } = await open(fixture, setup);
    const first = await bench.prepare('one');
    mkdirSync(join(first.path, 'node_modules', 'planted'));
    await pool.release(first, bench.holder('one'), 'reuse');
    const holder = { run: 'run-1', key: 'attempt/one/2' };
    const again = await pool.prepare({ holder, commit: bench.base, fromScratch: true });
    assert.ok(again.ok);
    assert.equal(again.value.path, first.path);
    assert.equal(logOf(fixture), 's\nmade\ns\nmade\n');
  });

  it('run once for each slot and state of its lockfiles, with the slot’s name and ports', async () => {
    const fixture = makeRepository({ files: FILES });
    const { bench } = await open(
      fixture,
      'echo "$COX_SLOT $COX_PORT_BASE $COX_PORTS $(pwd)" >> "$LOG"; mkdir -p node_modules',
    );
    const first = await bench.prepare('one');
    await bench.worktrees.release(first, bench.holder('one'), 'reuse');
    await bench.worktrees.release(await bench.prepare('two'), bench.holder('two'), 'reuse');
    assert.equal(logOf(fixture), `slot-1 4000 5 ${first.path}\n`);
    await bench.prepare('three', { commit: fixture.commit({ 'package-lock.json': '{"two":2}\n' }) });
    assert.equal(logOf(fixture).split('\n').length, 3);
    await bench.prepare('four');
    assert.match(logOf(fixture), /slot-2 4005 5/);
  });

  it('run again, with nothing of what was installed, when the machine was started anew', async () => {
    const fixture = makeRepository({ files: FILES });
    const setup = 'mkdir -p node_modules && ls node_modules >> "$LOG"; echo x > node_modules/made';
    const { bench } = await open(fixture, `echo s >> "$LOG"; ${setup}`);
    for (const task of ['one', 'two', 'three']) {
      const slot = await bench.prepare(task);
      await bench.worktrees.release(slot, bench.holder(task), 'reuse');
      const { preparedFile } = await atRest(bench);
      if (task !== 'two') continue;
      const prepared = JSON.parse(readFileSync(preparedFile, 'utf8'));
      writeFileSync(preparedFile, JSON.stringify({ ...prepared, boot: 'another boot' }));
    }
    assert.equal(logOf(fixture), 's\ns\n');
  });

  it('a teardown is not run in a slot that somebody has again, while others that are too many are given back', async () => {
    const fixture = makeRepository({ files: FILES });
    const teardown =
      'echo "$COX_SLOT" >> "$LOG"; [ "$COX_SLOT" != slot-1 ] || until [ -e "$LOG.go" ]; do sleep 0.05; done';
    const { bench, pool } = await open(fixture, 'true', { teardown });
    for (const task of ['one', 'two', 'three']) await bench.prepare(task);
    const keep = async (from: SlotPool, task: string): Promise<void> => {
      const slot = await from.find(bench.holder(task));
      assert.ok(slot !== null);
      await from.release(slot, bench.holder(task), 'keep');
    };
    await keep(pool, 'one');
    await keep(pool, 'two');
    const other = await open(fixture, 'true', { teardown, keptSlots: 0 });
    const givenBack = keep(other.pool, 'three');
    while (!logOf(fixture).includes('slot-1')) await sleep(10);
    const again = await bench.prepare('two', { attempt: 2 });
    writeFileSync(join(fixture.root, 'log.go'), '');
    await givenBack;
    assert.deepEqual(logOf(fixture).trim().split('\n'), ['slot-1', 'slot-2', 'slot-3']);
    assert.equal(again.name, 'slot-4');
  });

  it('a teardown is run when a slot is given back, and the next holder’s set-up again', async () => {
    const fixture = makeRepository({ files: FILES });
    const { bench } = await open(fixture, 'echo up >> "$LOG"', { teardown: 'echo down >> "$LOG"' });
    for (const task of ['one', 'two']) {
      await bench.worktrees.release(await bench.prepare(task), bench.holder(task), 'reuse');
    }
    assert.equal(logOf(fixture), 'up\ndown\nup\ndown\n');
  });

  it('a set-up that fails is told with its words, and run again for the next try', async () => {
    const fixture = makeRepository({ files: FILES });
    const { bench } = await open(fixture, 'echo tried >> "$LOG"; printf "no \\033[31mdatabase" >&2; exit 3');
    for (let number = 0; number < 2; number += 1) {
      const holder = bench.holder('one');
      const refused = await bench.worktrees.prepare({ holder, commit: bench.base, branch: 'cox/x' });
      assert.ok(!refused.ok);
      assert.equal(refused.error.reason, 'setup');
      assert.match(refused.error.detail, /exited with 3:\nno database/);
    }
    assert.equal(logOf(fixture), 'tried\ntried\n');
  });

  it('the words of a set-up that fails hold nothing that is secret in files of the environment', async () => {
    const fixture = makeRepository({ files: FILES });
    fixture.write({ '.env': 'DB_PASSWORD=a-word-of-Joe\n' });
    const { bench } = await open(fixture, '. ./.env; echo "cannot log in with $DB_PASSWORD"; exit 3');
    const refused = await bench.worktrees.prepare({
      holder: bench.holder('one'),
      commit: bench.base,
      branch: 'cox/x',
    });
    assert.match(refused.ok ? '' : refused.error.detail, /exited with 3:\ncannot log in with \*{13}\n/);
  });
});

describe('copied files', () => {
  let pool: OpenedPool;
  let fixture: GitFixture;
  before(async () => {
    fixture = makeRepository({ files: { ...FILES, '.env.example': 'tracked\n', 'config/x.json': '{}' } });
    fixture.write({
      '.env': 'SECRET=1\n',
      '.env.example': 'changed, but tracked\n',
      '.claude/settings.json': '{}',
      '.claude/worktrees/other/huge.txt': 'not copied',
      '.claude/inner/.git/HEAD': 'not copied',
      'config/local.json': '{}',
    });
    chmodSync(join(fixture.path, '.env'), 0o600);
    pool = await openPool(fixture, { copies: ['.env*', '.claude/', 'config/*.json', '../outside', '.git'] });
    opened.push(pool);
  });

  it('are there, with their permissions; what git tracks and what holds checkouts is not copied', async () => {
    const slot = await pool.bench.prepare('one');
    assert.equal(pool.bench.read(slot, '.env'), 'SECRET=1\n');
    assert.equal(statSync(join(slot.path, '.env')).mode & 0o777, 0o600);
    assert.equal(pool.bench.read(slot, '.env.example'), 'tracked\n');
    assert.equal(pool.bench.read(slot, '.claude/settings.json'), '{}');
    assert.equal(pool.bench.read(slot, 'config/local.json'), '{}');
    assert.equal(pool.bench.read(slot, '.claude/worktrees/other/huge.txt'), null);
    assert.equal(pool.bench.read(slot, '.claude/inner/.git/HEAD'), null);
  });

  it('are made like their source again before each start, and never through a link', async () => {
    const outside = join(fixture.root, 'outside');
    mkdirSync(outside);
    const slot = await pool.bench.prepare('two');
    pool.bench.write(slot, { '.env': 'drifted\n', '.claude': null });
    symlinkSync(outside, join(slot.path, '.claude'));
    fixture.write({ '.env': 'SECRET=2\n' });
    const again = await pool.bench.prepare('two', { attempt: 2 });
    assert.equal(pool.bench.read(again, '.env'), 'SECRET=2\n');
    assert.equal(pool.bench.read(again, '.claude/settings.json'), '{}');
    assert.ok(!existsSync(join(outside, 'settings.json')));
  });

  it('go from the slot when their source is gone', async () => {
    writeFileSync(join(fixture.path, '.env.extra'), 'x');
    const slot = await pool.bench.prepare('three');
    assert.equal(pool.bench.read(slot, '.env.extra'), 'x');
    fixture.write({ '.env.extra': null });
    await pool.bench.prepare('three', { attempt: 2 });
    assert.equal(pool.bench.read(slot, '.env.extra'), null);
  });
});

describe('kept slots', () => {
  it('beyond the bound the oldest is given back, with what was never committed as a patch', async () => {
    const fixture = makeRepository({ files: FILES });
    const pool = await openPool(fixture, { keptSlots: 1 });
    opened.push(pool);
    const { bench } = pool;
    for (const task of ['one', 'two']) {
      const slot = await bench.prepare(task);
      bench.write(slot, { 'a.txt': `left by ${task}\n`, 'bytes.bin': Uint8Array.of(0, 1, 2) });
      await bench.worktrees.release(slot, bench.holder(task), 'keep');
    }
    assert.equal(await bench.worktrees.find(bench.holder('one')), null);
    assert.notEqual(await bench.worktrees.find(bench.holder('two')), null);
    const patches = join(fixture.root, 'runs/run-1/patches');
    const [patch = ''] = readdirSync(patches);
    fixture.git(['apply', join(patches, patch)]);
    assert.equal(readFileSync(join(fixture.path, 'a.txt'), 'utf8'), 'left by one\n');
    assert.deepEqual([...readFileSync(join(fixture.path, 'bytes.bin'))], [0, 1, 2]);
  });
});
