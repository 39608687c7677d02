import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

import { type GitFixture, makeRepository } from '../../testing/git-fixture.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { branchOf } from '../../testing/worktree-bench.ts';

const CHILD = fileURLToPath(new URL('../../testing/slot-child.ts', import.meta.url));
const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((each) => each.close())));

async function open(fixture = makeRepository()): Promise<OpenedPool> {
  const pool = await openPool(fixture);
  opened.push(pool);
  return pool;
}

function startChild(fixture: GitFixture, ...args: readonly string[]): ChildProcess {
  const env = { ...fixture.env, NODE_NO_WARNINGS: '1' };
  return spawn(process.execPath, [CHILD, fixture.path, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function outputOf(child: ChildProcess): Promise<string> {
  const chunks: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks).toString('utf8');
}

describe('slots and processes', () => {
  it('eight that prepare slots at once in one repository all get slots of their own', async () => {
    const { bench } = await open();
    const children = Array.from({ length: 8 }, (_, at) => startChild(bench.fixture, `run-${at}`, '2'));
    const lines = (await Promise.all(children.map((child) => outputOf(child)))).join('').trim().split('\n');
    assert.equal(lines.length, 16);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith('slot-')),
      [],
    );
    assert.equal(new Set(lines).size, 16);
    assert.equal(bench.fixture.git(['worktree', 'list', '--porcelain']).split('\n\n').length, 17);
  });

  it('a slot stays its holder’s when the process is killed, and is prepared again', async () => {
    const { bench } = await open();
    const child = startChild(bench.fixture, 'run-1', '1', 'stay');
    const [line] = await once(child.stdout ?? child, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');
    const slot = await bench.prepare('0');
    assert.equal(slot.name, String(line).trim());
    assert.notEqual((await bench.prepare('other')).name, slot.name);
  });

  it('a slot that was half made is made anew', async () => {
    const { bench } = await open();
    const pool = join(bench.fixture.root, 'pool');
    // As after a crash in the middle of `git worktree add`: registered, without the record of it.
    bench.fixture.git(['worktree', 'add', '--detach', '--no-checkout', join(pool, 'slot-1')]);
    mkdirSync(join(pool, '.slot-1'), { recursive: true });
    writeFileSync(join(bench.fixture.path, '.git/worktrees/slot-1/index.lock'), '');
    const slot = await bench.prepare('one');
    assert.equal(slot.name, 'slot-1');
    assert.equal(bench.dirt(slot), '');
    assert.equal(bench.fixture.git(['worktree', 'list', '--porcelain']).split('\n\n').length, 2);
  });

  it('a slot whose owner cannot be read is nobody’s', async () => {
    const { bench } = await open();
    const slot = await bench.prepare('one');
    writeFileSync(join(bench.fixture.root, 'pool', `.${slot.name}`, 'owner.json'), '{"half');
    assert.notEqual((await bench.prepare('two')).name, slot.name);
  });
});

describe('a slot whose owner file lost its words with the power of the machine', () => {
  const lost = async (task: string) => {
    const { bench, pool } = await open();
    const slot = await bench.prepare(task);
    bench.write(slot, { 'new.txt': 'new\n' });
    const ownerFile = join(bench.fixture.root, 'pool', `.${slot.name}`, 'owner.json');
    return { bench, pool, slot, lose: (text: string) => writeFileSync(ownerFile, text) };
  };

  for (const text of ['', '\0\0\0\0'])
    it(`is free for others (${text.length} bytes)`, async () => {
      const { bench, slot, lose } = await lost('one');
      lose(text);
      const next = await bench.prepare('two');
      assert.equal(next.name, slot.name);
      assert.equal(bench.dirt(next), '');
      assert.ok(!(await bench.tryHarvest(slot, 'one')).ok);
    });

  it('is its holder’s again who comes for the work first', async () => {
    const { bench, slot, lose } = await lost('one');
    lose('');
    assert.deepEqual((await bench.harvest(slot, 'one')).files, ['new.txt']);
    assert.notEqual((await bench.prepare('two')).name, slot.name);
    assert.equal((await bench.worktrees.find(bench.holder('one')))?.name, slot.name);
  });

  it('is removed with those that nobody has', async () => {
    const { pool, slot, lose } = await lost('one');
    lose('');
    await pool.removeFree();
    assert.ok(!existsSync(slot.path));
  });
});

describe('branches of slots', () => {
  it('one that is checked out elsewhere is refused in words', async () => {
    const { bench } = await open();
    bench.fixture.git(['switch', '--quiet', '-c', branchOf('taken')]);
    const refused = await bench.worktrees.prepare({
      holder: bench.holder('taken'),
      commit: bench.base,
      branch: branchOf('taken'),
    });
    assert.ok(!refused.ok);
    assert.match(refused.error.detail, /is checked out in .*checkout; switch that/);
  });

  it('one that lies under another branch is refused in words', async () => {
    const { bench } = await open();
    bench.fixture.git(['branch', 'cox']);
    const refused = await bench.worktrees.prepare({
      holder: bench.holder('x'),
      commit: bench.base,
      branch: 'cox/x',
    });
    assert.ok(!refused.ok);
    assert.match(refused.error.detail, /the branch cox\/x cannot be made/);
  });

  it('what a branch held before is pinned when it is moved', async () => {
    const { bench } = await open();
    bench.fixture.git(['branch', branchOf('old')]);
    const old = bench.fixture.git(['commit-tree', '-p', 'HEAD', '-m', 'Old', 'HEAD^{tree}']);
    bench.fixture.git(['update-ref', `refs/heads/${branchOf('old')}`, old]);
    await bench.prepare('old');
    assert.equal(bench.fixture.git(['rev-parse', branchOf('old')]), bench.base);
    assert.match(bench.fixture.git(['for-each-ref', '--contains', old]), /refs\/cox\/run-1\/replaced\//);
  });

  it('one that the plan names is moved where this run left it, and never off other work', async () => {
    const { bench } = await open();
    const branch = 'agent/ada/model';
    const work = bench.fixture.git(['commit-tree', '-p', 'HEAD', '-m', 'Work', 'HEAD^{tree}']);
    bench.fixture.git(['branch', branch, work]);
    const prepare = () =>
      bench.worktrees.prepare({ holder: bench.holder('named'), commit: bench.base, branch });
    const refused = await prepare();
    assert.ok(!refused.ok);
    assert.match(refused.error.detail, /agent\/ada\/model holds work that is not this run's; rename it/);
    assert.equal(bench.fixture.git(['rev-parse', branch]), work);
    bench.fixture.git(['update-ref', 'refs/cox/run-1/attempts/named/1', work]);
    assert.ok((await prepare()).ok);
    assert.equal(bench.fixture.git(['rev-parse', branch]), bench.base);
  });

  it('a slot can be prepared after the lock file of a killed git was left on its branch', async () => {
    const { bench } = await open();
    await bench.prepare('locked');
    rmSync(join(bench.fixture.path, '.git/refs/heads', branchOf('locked')));
    writeFileSync(join(bench.fixture.path, '.git/refs/heads', `${branchOf('locked')}.lock`), '');
    await bench.prepare('locked', { attempt: 2 });
  });
});
