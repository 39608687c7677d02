/** The pool of worktrees with the real binary: scripts parse what it prints, and its state file. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { poolProject as project, state, told, worked } from './lib/pool-project.ts';
import { until } from './lib/until.ts';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('cox pool', { timeout: 1_200_000 }, () => {
  it('makes the state file field by field, and says what is in it', async () => {
    const made = project();
    assert.equal(await told(made, 'init', '2'), 'Pool initialized: 2 slots available\n');
    const { created_at, ...rest } = state(made);
    assert.ok(Number.isFinite(Date.parse(created_at)));
    const idle = { status: 'idle', task_id: null, branch: null, acquired_at: null };
    assert.deepEqual(rest, {
      version: '1.0',
      pool_size: 2,
      worktrees: [
        { ...idle, id: 'wt-1', path: '.claude/worktree-pool/wt-1' },
        { ...idle, id: 'wt-2', path: '.claude/worktree-pool/wt-2' },
      ],
    });
    const path = join(made.path, '.claude/worktree-pool/wt-1');
    assert.equal(await told(made, 'acquire', 'task-login-form'), `wt-1|${path}|auto/task-login-form\n`);
    assert.equal(made.git(['branch', '--show-current'], { cwd: path }), 'auto/task-login-form');
    const [first] = state(made).worktrees;
    assert.deepEqual(
      [first?.status, first?.task_id, first?.branch],
      ['busy', 'task-login-form', 'auto/task-login-form'],
    );
    const shown = await told(made);
    assert.match(shown, /Pool Size: 2 \| Busy: 1 \| Idle: 1 \| Error: 0\n/);
    assert.match(shown, /^wt-1 {3}BUSY {2}task-login-form auto\/task-login-form$/m);
    assert.deepEqual(JSON.parse(await told(made, 'status', '--json')), state(made));
    assert.equal(await told(made, 'health'), '✅ Pool health: OK\nGit worktrees in pool: 1\n');
    assert.equal(made.git(['status', '--porcelain']), '');
    assert.equal(await told(made, 'release', 'wt-1'), 'RELEASED:wt-1\n');
    assert.equal(made.git(['branch', '--list', 'auto/*']), '', 'a branch without work goes');
    assert.equal(await told(made, 'cleanup'), 'Pool cleaned: 1 worktrees removed\n');
    assert.ok(!existsSync(path));
    const [only, ...others] = made.git(['worktree', 'list']).split('\n');
    assert.ok(only !== undefined && others.length === 0);
  });

  it('gives twelve processes that ask at once eight different slots, and four of them none', async () => {
    const made = project();
    await told(made, 'init');
    const ran = await Promise.all(
      Array.from({ length: 12 }, (_, index) => made.cox(['pool', 'acquire', `task-${index}`])),
    );
    const lost = ran.filter(({ code }) => code !== 0);
    assert.deepEqual(
      lost.map(({ code, stdout }) => [code, stdout]),
      Array.from({ length: 4 }, () => [1, 'POOL_EXHAUSTED\n']),
    );
    const lines = ran.filter(({ code }) => code === 0).map(({ stdout }) => stdout.trimEnd().split('|'));
    assert.equal(new Set(lines.map(([slot]) => slot)).size, 8);
    for (const [, path = '', branch] of lines)
      assert.equal(made.git(['branch', '--show-current'], { cwd: path }), branch);
    assert.equal(state(made).worktrees.filter(({ status }) => status === 'busy').length, 8);
  });

  it('sets slots up and takes them down, and frees one where that fails', async () => {
    const setup =
      'mkdir -p built && echo ran >> built/ran && if [ -e .env ]; then echo "no database"; exit 3; fi';
    const made = project({
      '.gitignore': '.env\n.claude/\nbuilt/\n',
      'coxswain.config.yaml': `slots:\n  setup: ${JSON.stringify(setup)}\n  teardown: touch built/down\n`,
    });
    await told(made, 'init', '1');
    const acquired = await told(made, 'acquire', 'one');
    const path = join(made.path, '.claude/worktree-pool/wt-1');
    assert.equal(acquired, `wt-1|${path}|auto/one\n`);
    const ran = (): number => readFileSync(join(path, 'built/ran'), 'utf8').split('\n').length - 1;
    assert.equal(ran(), 1);
    await told(made, 'release', 'wt-1');
    assert.ok(existsSync(join(path, 'built/down')));
    made.write({ '.env': 'SECRET=1' });
    const failed = await made.cox(['pool', 'acquire', 'two']);
    assert.deepEqual([failed.code, failed.stdout], [1, '']);
    assert.match(failed.stderr, /the setup command exited with 3:\s+no database[\s\S]*slots\.setup/);
    assert.equal(state(made).worktrees[0]?.status, 'idle');
    assert.equal(made.git(['branch', '--list', 'auto/*']), '');
    rmSync(join(made.path, '.env'));
    await told(made, 'acquire', 'two');
    assert.deepEqual(state(made).worktrees[0]?.task_id, 'two');
  });

  it('takes a slot down however it goes', async () => {
    const made = project();
    const log = join(made.root, 'log');
    const env = { COX_SLOTS_SETUP: `echo up >> ${log}`, COX_SLOTS_TEARDOWN: `echo down >> ${log}` };
    const ends = [['cleanup'], ['reset'], ['release', 'wt-1', '--force']];
    for (const verb of ends) {
      rmSync(log, { force: true });
      assert.equal((await made.cox(['pool', 'acquire', 'one'], env)).code, 0);
      if (verb.includes('--force'))
        made.write({ 'loose.txt': 'loose\n' }, join(made.path, '.claude/worktree-pool/wt-1'));
      const ran = await made.cox(['pool', ...verb], env);
      assert.equal(ran.code, 0, ran.stderr);
      assert.equal(readFileSync(log, 'utf8'), 'up\ndown\n', verb.join(' '));
      const isTaken = /^cox: wt-1 was busy with one, and is taken away$/m.test(ran.stderr);
      assert.equal(isTaken, verb.length === 1, ran.stderr);
    }
  });

  it('ends a set-up whose cox was killed when the slot is given back', async () => {
    const made = project();
    await told(made, 'init', '1');
    const pidFile = join(made.root, 'pid');
    const setup = `echo $$ > ${pidFile}.new && mv ${pidFile}.new ${pidFile} && exec sleep 300`;
    const acquiring = made.start(['pool', 'acquire', 'one'], { COX_SLOTS_SETUP: setup });
    await until(() => existsSync(pidFile));
    acquiring.kill('SIGKILL');
    await acquiring.ended;
    const pid = Number(readFileSync(pidFile, 'utf8'));
    assert.ok(isAlive(pid));
    assert.equal(state(made).worktrees[0]?.status, 'busy');
    await told(made, 'release', 'wt-1');
    await until(() => !isAlive(pid));
    // The next one is set up anew.
    const ran = await made.cox(['pool', 'acquire', 'two'], { COX_SLOTS_SETUP: `touch ${pidFile}.two` });
    assert.equal(ran.code, 0, ran.stderr);
    assert.ok(existsSync(`${pidFile}.two`));
  });

  it('keeps work that is merged nowhere: refuses, and with --force keeps every commit', async () => {
    const made = project();
    const path = await worked(made, 'one', { 'one.txt': 'one\n' });
    const refused = await made.cox(['pool', 'release', 'wt-1']);
    assert.deepEqual([refused.code, refused.stdout], [1, '']);
    assert.match(refused.stderr, /commits of auto\/one that are merged nowhere: [0-9a-f]{12} Work of one/);
    made.write({ 'loose.txt': 'loose\n' }, path);
    const forced = await made.cox(['pool', 'release', 'wt-1', '--force']);
    assert.deepEqual([forced.code, forced.stdout], [0, 'RELEASED:wt-1\n'], forced.stderr);
    assert.match(forced.stderr, /the branch auto\/one stays/);
    const kept = /kept as (refs\/cox\/pool\/\S+)/.exec(forced.stderr)?.[1] ?? '';
    assert.equal(made.git(['show', `${kept}:loose.txt`]), 'loose');
    assert.equal(made.git(['show', 'auto/one:one.txt']), 'one');
    // The next one for that task goes on from there.
    const again = await made.cox(['pool', 'acquire', 'one']);
    assert.match(again.stderr, /auto\/one is there already; it goes on from/);
    assert.equal(readFileSync(join(path, 'one.txt'), 'utf8'), 'one\n');
    assert.ok(!existsSync(join(path, 'loose.txt')));
    assert.equal((await made.cox(['pool', 'release', 'wt-99'])).code, 1);
  });

  it('is told by the environment where it lies and how large it is', async () => {
    const made = project();
    const env = {
      POOL_SIZE: '3',
      POOL_DIR: join(made.root, 'slots'),
      POOL_STATE_FILE: join(made.root, 'state/pool.json'),
    };
    const ran = await made.cox(['pool', 'acquire', 'one'], env);
    assert.equal(ran.stdout, `wt-1|${join(made.root, 'slots/wt-1')}|auto/one\n`, ran.stderr);
    assert.equal(JSON.parse(readFileSync(env.POOL_STATE_FILE, 'utf8')).pool_size, 3);
    assert.equal((await made.cox(['pool', 'init'], { POOL_SIZE: 'many' })).code, 2);
    assert.equal((await made.cox(['pool', 'acquire', 'two|x'])).code, 1);
    assert.equal((await made.cox(['pool'])).code, 1, 'there is no pool at the usual place');
    assert.ok(!existsSync(join(made.path, '.claude')), 'asking makes nothing');
  });

  it('resets, and makes single worktrees and merges branches as the older scripts do', async () => {
    const made = project();
    await worked(made, 'one', { 'one.txt': 'one\n' });
    const single = await made.cox(['pool', 'setup-worktree', 'two'], { TMPDIR: made.root });
    assert.equal(single.stdout, `${join(made.root, 'auto-worktrees/two')}|auto/two\n`, single.stderr);
    const merged = await made.cox(['pool', 'merge-branches', 'main', 'auto/one', 'auto/none']);
    assert.equal(merged.code, 1);
    assert.match(merged.stdout, /=== MERGE SUMMARY ===\nMerged: auto\/one\nFailed: auto\/none\n$/);
    assert.equal(await told(made, 'reset', '4'), 'Pool initialized: 4 slots available\n');
    assert.equal(state(made).worktrees.length, 4);
    assert.match(await told(made, 'merge-branches'), /Merged: none\nFailed: none\n$/);
  });
});
