/** What the pool's state file says, and what lies in its folder: neither is believed without the other. */

import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { poolProject as project, state, stateFile, told, worked } from './lib/pool-project.ts';

describe("the pool's state", { timeout: 1_200_000 }, () => {
  it('refuses a broken state file with its place, and leaves everything as it is', async () => {
    const made = project();
    await worked(made, 'one', { 'one.txt': 'one\n' });
    const good = readFileSync(stateFile(made), 'utf8');
    const broken: readonly (readonly [text: string, message: RegExp])[] = [
      ['{"version":"1.0",\n', /pool-state\.json:2:1 /],
      [good.replace('"1.0"', '"7"'), /version: must be "1\.0"/],
      [good.replace('worktree-pool/wt-1', '../../elsewhere'), /says that wt-1 lies at .*elsewhere/],
      [good.replace('"wt-2"', '"wt-1"'), /wt-1 is there twice/],
      [good.replace('"busy"', '"asleep"'), /status: must be idle, busy or error/],
    ];
    for (const [text, message] of broken) {
      writeFileSync(stateFile(made), text);
      const verbs = [
        ['acquire', 'two'],
        ['release', 'wt-1', '--force'],
        ['cleanup', '--force'],
        ['init', '3'],
      ];
      for (const args of text === broken[0]?.[0] ? verbs : verbs.slice(1, 2)) {
        const ran = await made.cox(['pool', ...args]);
        assert.deepEqual([ran.code, ran.stdout], [1, ''], `${args} ${text}`);
        assert.match(ran.stderr, message);
      }
      assert.equal(readFileSync(stateFile(made), 'utf8'), text);
    }
    assert.ok(existsSync(join(made.path, '.claude/worktree-pool/wt-1/one.txt')));
    // Without the file the pool is found again as it stands.
    rmSync(stateFile(made));
    const again = await made.cox(['pool', 'init', '2']);
    assert.match(again.stderr, /wt-1 is there already, on auto\/one/);
    assert.match((await made.cox(['pool', 'init', '2'])).stderr, /^cox: 1 of them is busy, and stays so$/m);
    assert.deepEqual(
      state(made).worktrees.map(({ status, task_id: task }) => [status, task]),
      [
        ['busy', 'one'],
        ['idle', null],
      ],
    );
  });

  it('follows no link, and takes away nothing that it has not made', async () => {
    const made = project();
    await told(made, 'init', '2');
    const pool = join(made.path, '.claude/worktree-pool');
    made.write({ 'wt-1/mine.txt': 'mine\n' }, pool);
    const acquired = await told(made, 'acquire', 'one');
    assert.match(acquired, /^wt-2\|/);
    const health = await made.cox(['pool', 'health']);
    assert.equal(health.code, 1);
    assert.match(health.stdout, /^BROKEN:wt-1: it is no worktree of git$/m);
    const cleaned = await made.cox(['pool', 'cleanup', '--force']);
    assert.equal(cleaned.code, 1);
    assert.equal(readFileSync(join(pool, 'wt-1/mine.txt'), 'utf8'), 'mine\n');
    rmSync(pool, { recursive: true });
    mkdirSync(join(made.root, 'outside'));
    symlinkSync(join(made.root, 'outside'), pool);
    const linked = await made.cox(['pool', 'acquire', 'two']);
    assert.equal(linked.code, 1);
    assert.match(linked.stderr, /is a link, or lies behind one/);
    assert.ok(!existsSync(join(made.root, 'outside/wt-1')));
    rmSync(join(made.path, '.claude'), { recursive: true });
    symlinkSync(join(made.root, 'outside'), join(made.path, '.claude'));
    assert.equal((await made.cox(['pool', 'init'])).code, 1);
    assert.deepEqual(readdirSync(join(made.root, 'outside')), []);
  });

  it("has none in a bare repository, nor in git's own folder, and makes nothing there", async () => {
    const made = project();
    const bare = join(made.root, 'bare.git');
    made.git(['clone', '--quiet', '--bare', made.path, bare]);
    const before = readdirSync(bare).toSorted();
    for (const verb of [['init', '2'], ['acquire', 'one'], ['status']]) {
      const ran = await made.cox(['-C', bare, 'pool', ...verb]);
      assert.deepEqual([ran.code, ran.stdout], [3, ''], ran.stderr);
      assert.match(
        ran.stderr,
        /bare\.git is a bare repository, without files of its own\n.*Start from a checkout/,
      );
      assert.deepEqual(readdirSync(bare).toSorted(), before);
    }
    const git = readdirSync(join(made.path, '.git')).toSorted();
    for (const folder of ['.git', '.git/pool', join(made.path, '.git/objects/pool')]) {
      const ran = await made.cox(['pool', 'init', '1'], { POOL_DIR: folder });
      assert.deepEqual([ran.code, ran.stdout], [1, ''], ran.stderr);
      assert.match(ran.stderr, /POOL_DIR is \S+, which is in git's own folder/);
    }
    assert.deepEqual(readdirSync(join(made.path, '.git')).toSorted(), git);
    assert.ok(!existsSync(join(made.path, '.claude')));
    const kept = await made.cox(['pool', 'init', '1'], { POOL_STATE_FILE: '.git/pool.json' });
    assert.deepEqual([kept.code, kept.stderr], [0, '']);
    assert.ok(!existsSync(join(made.path, '.git/.gitignore')));
  });

  it('says in health what is broken, and release mends it', async () => {
    const made = project();
    const path = await worked(made, 'one', { 'one.txt': 'one\n' });
    made.git(['merge', '--quiet', 'auto/one']);
    rmSync(path, { recursive: true });
    const health = await made.cox(['pool', 'health']);
    assert.equal(health.code, 1);
    assert.match(health.stdout, /^BROKEN:wt-1: is busy, and its worktree is not there$/m);
    const json = await made.cox(['pool', 'health', '--json']);
    assert.deepEqual(
      [json.code, JSON.parse(json.stdout)],
      [
        1,
        {
          broken: [{ id: 'wt-1', problem: 'is busy, and its worktree is not there' }],
          drifted: [],
          worktrees: 1,
        },
      ],
    );
    assert.equal(await told(made, 'release', 'wt-1'), 'RELEASED:wt-1\n');
    assert.match(await told(made, 'acquire', 'two'), /^wt-1\|/);
  });

  it('makes no pool of a size that it would refuse, and says what is wrong with such a file', async () => {
    const made = project();
    for (const size of ['0', '101', '500']) {
      const ran = await made.cox(['pool', 'acquire', 'one'], { POOL_SIZE: size });
      assert.deepEqual([ran.code, ran.stdout], [1, ''], ran.stderr);
      assert.match(ran.stderr, new RegExp(`a pool has 1 to 100 slots, and not ${size}`));
      assert.ok(!existsSync(join(made.path, '.claude')), 'nothing is written');
    }
    assert.equal((await made.cox(['pool', 'init', '101'])).code, 1);
    await told(made, 'init', '1');
    writeFileSync(stateFile(made), readFileSync(stateFile(made), 'utf8').replace('_size": 1', '_size": 500'));
    assert.match((await made.cox(['pool'])).stderr, /pool-state\.json:3:\d+ pool_size: must be 100 or less/);
  });

  it('forgets no worktree that lies beyond the size', async () => {
    const made = project();
    await told(made, 'init', '4');
    await told(made, 'acquire', 'zero');
    await told(made, 'acquire', 'one');
    const path = await worked(made, 'two', { 'two.txt': 'two\n' });
    await told(made, 'release', 'wt-1');
    await told(made, 'release', 'wt-2');
    rmSync(stateFile(made));
    const before = made.git(['worktree', 'list']);
    for (const verb of [
      ['init', '2'],
      ['reset', '2'],
      ['acquire', 'more'],
    ]) {
      const ran = await made.cox(['pool', ...verb], { POOL_SIZE: '2' });
      assert.deepEqual([ran.code, ran.stdout], [1, ''], ran.stderr);
      assert.match(ran.stderr, /wt-3 is busy, so that the pool cannot have 2 slots\n.*large enough for it/);
      assert.equal(made.git(['worktree', 'list']), before);
      assert.ok(!existsSync(stateFile(made)));
    }
    const again = await made.cox(['pool', 'init', '3']);
    assert.match(again.stderr, /wt-3 is there already, on auto\/two; it is taken as busy/);
    assert.deepEqual(
      state(made).worktrees.map(({ status }) => status),
      ['idle', 'idle', 'busy'],
    );
    // A file of another time knows fewer of them than there are.
    const { worktrees, ...rest } = state(made);
    const two = JSON.stringify({ ...rest, pool_size: 2, worktrees: worktrees.slice(0, 2) });
    writeFileSync(stateFile(made), two);
    const health = await made.cox(['pool', 'health']);
    assert.equal(health.code, 1);
    assert.match(
      health.stdout,
      /^BROKEN:wt-3: lies there, on auto\/two, and .*`cox pool init 3` takes it up$/m,
    );
    writeFileSync(join(path, 'loose.txt'), 'loose\n');
    const refused = await made.cox(['pool', 'cleanup']);
    assert.equal(refused.code, 1);
    assert.match(refused.stdout, /^Pool cleaned: 2 worktrees removed$/m);
    assert.match(
      refused.stderr,
      /wt-3 holds changes that are not committed: loose\.txt\n.*--force: it is kept/,
    );
    assert.equal(await told(made, 'cleanup', '--force'), 'Pool cleaned: 1 worktrees removed\n');
    assert.equal(made.git(['worktree', 'list']).split('\n').length, 1);
    assert.equal(made.git(['show', 'auto/two:two.txt']), 'two');
  });

  it('gives no advice that was followed already, and no slot back that cannot be used', async () => {
    const made = project();
    await told(made, 'init', '2');
    const slot = join(made.path, '.claude/worktree-pool/wt-1');
    made.write({ 'mine.txt': 'mine\n' }, slot);
    for (const verb of [
      ['cleanup', '--force'],
      ['reset', '--force'],
      ['release', 'wt-1', '--force'],
    ]) {
      const ran = await made.cox(['pool', ...verb]);
      assert.equal(ran.code, 1, ran.stdout);
      assert.doesNotMatch(ran.stdout, /RELEASED|initialized/);
      assert.match(ran.stderr, /wt-1 holds something that is none of its work: it is no worktree of git\n/);
      assert.match(ran.stderr, new RegExp(`Move ${slot} away\\.`));
      assert.doesNotMatch(ran.stderr, /--force/);
    }
    assert.equal(readFileSync(join(slot, 'mine.txt'), 'utf8'), 'mine\n');
  });

  it('takes nothing away that no commit can hold, also with --force', async () => {
    const made = project();
    const path = await worked(made, 'one', { 'one.txt': 'one\n' });
    await told(made, 'merge', 'main');
    made.write({ '.GIT': 'mine\n', 'loose.txt': 'loose\n' }, path);
    made.git(['worktree', 'add', '--quiet', join(path, 'inner'), '-b', 'inner']);
    for (const verb of [['cleanup'], ['reset'], ['release', 'wt-1']]) {
      const ran = await made.cox(['pool', ...verb, '--force']);
      assert.equal(ran.code, 1, ran.stdout);
      assert.match(ran.stderr, /not committed: loose\.txt; what git can put into no commit: \.GIT, inner\n/);
      assert.match(ran.stderr, new RegExp(`Move that out of ${path} first`));
      assert.doesNotMatch(ran.stderr, /--force|kept as/);
    }
    assert.equal(readFileSync(join(path, '.GIT'), 'utf8'), 'mine\n');
    made.git(['worktree', 'remove', join(path, 'inner')]);
    rmSync(join(path, '.GIT'));
    assert.equal(await told(made, 'release', 'wt-1', '--force'), 'RELEASED:wt-1\n');
  });

  it('names the branch or the commit that is in the way of a new one', async () => {
    const made = project();
    await told(made, 'init', '1');
    const nothing = await made.cox(['pool', 'acquire', 'one', 'nosuch']);
    assert.match(nothing.stderr, /there is no commit "nosuch" to begin from\n.*that is there/);
    made.git(['branch', 'auto']);
    const above = await made.cox(['pool', 'acquire', 'one']);
    assert.match(above.stderr, /there is a branch auto, .*\n.*git branch -m auto <another name>/);
    made.git(['branch', '-D', 'auto']);
    made.git(['branch', 'auto/one/two']);
    const below = await made.cox(['pool', 'acquire', 'one']);
    assert.match(below.stderr, /git branch -m auto\/one\/two <another name>/);
    assert.match(await told(made, 'acquire', 'on'), /^wt-1\|/);
  });

  it('shows git nothing of its own, and says where it cannot help it', async () => {
    const made = project({ '.gitignore': 'built/\n' });
    made.write({ '.claude/CLAUDE.md': '# Notes\n' });
    const before = made.git(['status', '--porcelain', '--untracked-files=all']);
    const quiet = await made.cox(['pool', 'init', '1']);
    assert.equal(quiet.stderr, '');
    await told(made, 'acquire', 'one');
    assert.equal(made.git(['status', '--porcelain', '--untracked-files=all']), before);
    rmSync(stateFile(made));
    writeFileSync(join(made.path, '.claude/.gitignore'), '*.tmp\n');
    const seen = await made.cox(['pool', 'init', '1']);
    assert.match(seen.stderr, /git does not ignore \.claude\/pool-state\.json; name it in \.gitignore/);
    assert.equal(readFileSync(join(made.path, '.claude/.gitignore'), 'utf8'), '*.tmp\n');
  });

  it('means in a slot the pool that the slot is of', async () => {
    const made = project();
    const path = await worked(made, 'one', { 'one.txt': 'one\n' });
    mkdirSync(join(path, 'deep'));
    const inside = (...args: readonly string[]) => made.cox(['-C', join(path, 'deep'), 'pool', ...args]);
    const other = await inside('acquire', 'two');
    assert.equal(
      other.stdout,
      `wt-2|${join(made.path, '.claude/worktree-pool/wt-2')}|auto/two\n`,
      other.stderr,
    );
    assert.ok(!existsSync(join(path, '.claude')));
    assert.deepEqual(JSON.parse((await inside('status', '--json')).stdout), state(made));
    assert.equal((await inside('release', 'wt-1')).code, 1, 'its work is merged nowhere');
    assert.match((await inside('merge')).stdout, /^Merged: auto\/one$/m);
    assert.equal(readFileSync(join(made.path, 'one.txt'), 'utf8'), 'one\n');
    // A worktree of the user's own has, as ever, a pool of its own.
    made.git(['worktree', 'add', '--quiet', '--detach', join(made.root, 'beside')]);
    const beside = await made.cox(['-C', join(made.root, 'beside'), 'pool', 'init', '1']);
    assert.equal(beside.code, 0, beside.stderr);
    assert.ok(existsSync(join(made.root, 'beside/.claude/pool-state.json')));
  });
});
