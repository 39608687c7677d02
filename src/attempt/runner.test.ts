import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AttemptBench } from '../testing/attempt-bench.ts';
import { dispatcherContract, startWatched } from '../testing/dispatcher-contract.ts';
import { mountTmpfs } from '../testing/mount.ts';
import { recipeSteps } from '../testing/recipes.ts';

const DONE = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';

dispatcherContract('the local dispatcher', () => AttemptBench.open());

describe('an attempt on this machine', () => {
  let bench: AttemptBench;
  before(async () => {
    bench = await AttemptBench.open();
  });
  after(() => bench.close());

  const heldSlot = (task: string) => bench.opened.pool.find(bench.holder({ run: 'run-1', task, number: 1 }));

  it('of an embedded agent tells its progress on the way', async () => {
    const agent = recipeSteps(
      { progress: { percent: 40, step: 'half' } },
      { write: { path: 'r.txt', text: 'r\n' } },
    );
    const { reports, ended } = startWatched(bench.dispatcher(), bench.spec('recipe', '', { agent }));
    assert.equal((await ended).is, 'done');
    assert.ok(
      reports.some((report) => report.is === 'progress' && report.percent === 40),
      JSON.stringify(reports),
    );
  });

  it('of QA stands on no branch, leaves no work, and gives back a slot that is not the one of the work', async () => {
    const work = bench.spec('looked-at', `echo w > w.txt; ${DONE}`);
    const done = await startWatched(bench.dispatcher(), work).ended;
    assert.ok(done.is === 'done');
    const script = [
      'cat w.txt',
      'git symbolic-ref -q HEAD && exit 7',
      'echo x > x.txt; git add x.txt; git -c user.name=q -c user.email=q@localhost commit -qm x',
      'echo "<promise>TASK_REJECTED: $COX_TASK_ID w says nothing</promise>"',
      'exit 1',
    ].join('\n');
    const spec = bench.spec('looked-at', script, {
      id: { ...work.id, number: 2 },
      role: 'qa',
      startFrom: done.work.tip,
    });
    const outcome = await startWatched(bench.dispatcher(), spec).ended;
    assert.ok(outcome.is === 'reviewed', JSON.stringify(outcome));
    assert.deepEqual(outcome.review.verdict, 'rejected');
    assert.match(outcome.review.report, /^w says nothing\n/);
    assert.equal(outcome.work, undefined);
    assert.equal(bench.git('rev-parse', work.branch), done.work.tip);
    assert.deepEqual(
      await bench.opened.pool
        .held()
        .then((held) => held.filter(({ holder }) => holder.key.includes('looked-at'))),
      [],
    );
  });

  it('of QA that only says that it is done has no verdict', async () => {
    const spec = bench.spec('no-verdict', `touch .claude-task-complete; ${DONE}`, { role: 'qa' });
    const outcome = await startWatched(bench.dispatcher(), spec).ended;
    assert.ok(outcome.is === 'failed' && outcome.failure.reason === 'no-verdict', JSON.stringify(outcome));
  });

  it('gives its slot back when it is done, and leaves it for a look when it failed', async () => {
    const done = bench.spec('gives-back', `echo x > x.txt; ${DONE}`);
    assert.equal((await startWatched(bench.dispatcher(), done).ended).is, 'done');
    assert.equal(await heldSlot('gives-back'), null);
    const failed = bench.spec('stays', 'echo half > half.txt; exit 1');
    assert.equal((await startWatched(bench.dispatcher(), failed).ended).is, 'failed');
    const slot = await heldSlot('stays');
    assert.equal(readFileSync(join(slot?.path ?? '', 'half.txt'), 'utf8'), 'half\n');
  });

  it('leaves its slot when its work could not be taken over, however it ended', async () => {
    const stuck = bench.path('stuck-starts');
    const script = `rm .git; echo lost > lost.txt; echo s > '${stuck}'; sleep 60`;
    const spec = bench.spec('stuck', script, { base: 'e'.repeat(40) });
    const dispatcher = bench.dispatcher();
    const { ended } = startWatched(dispatcher, spec);
    await bench.until(() => bench.read('stuck-starts') !== '');
    dispatcher.stop(spec.id, 'interrupted');
    const outcome = await ended;
    assert.ok(outcome.is === 'stopped' && outcome.work === undefined, JSON.stringify(outcome));
    assert.match(outcome.untaken ?? '', /the commit the task started from is gone/);
    const slot = await heldSlot('stuck');
    assert.ok(slot !== null, 'the slot was given to others');
    const again = bench.spec('stuck', `echo a > a.txt; ${DONE}`, { id: { ...spec.id, number: 2 } });
    const next = startWatched(bench.dispatcher(), again);
    assert.equal((await next.ended).is, 'done');
    const [started] = next.reports;
    assert.ok(started?.is === 'started' && started.worktree !== slot.path, 'the next try works in it');
    assert.deepEqual(
      readdirSync(slot.path).filter((name) => name === 'lost.txt'),
      ['lost.txt'],
    );
  });

  it('after a crash between harvest and outcome is harvested again, and its agent is not started again', async () => {
    const spec = bench.spec(
      'cut-off',
      `echo s >> '${bench.path('cut-off-starts')}'; echo c > c.txt; ${DONE}`,
    );
    const holder = bench.holder(spec.id);
    const { pool } = bench.opened;
    const prepared = await pool.prepare({ holder, commit: spec.startFrom, branch: spec.branch });
    assert.ok(prepared.ok);
    const slot = prepared.value;
    const folder = bench.folder(spec.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'slot.json'), JSON.stringify(slot));
    assert.equal(
      (
        await bench.agents.start({ spec, slot, folder, sessions: bench.path('sessions') }, () => undefined)
          .end
      ).is,
      'done',
    );
    const { id, base, startFrom, branch, commitMessage } = spec;
    const first = await pool.harvest({ slot, holder, id, base, startFrom, branch, commitMessage });
    assert.ok(first.ok);

    const outcome = await startWatched(bench.dispatcher(), spec).ended;
    assert.ok(outcome.is === 'done');
    assert.deepEqual(outcome.work, first.value);
    assert.equal(bench.read('cut-off-starts'), 's\n');
    assert.equal(await heldSlot('cut-off'), null);
  });

  it('that another process has concluded meanwhile keeps that outcome, and takes nothing of who has its slot now', async () => {
    const spec = bench.spec('late', `until [ -e '${bench.path('go')}' ]; do sleep 0.1; done; ${DONE}`);
    const { reports, ended } = startWatched(bench.dispatcher(), spec);
    await bench.until(() => reports.some((report) => report.is === 'started'));
    const holder = bench.holder(spec.id);
    const { pool } = bench.opened;
    const slot = await pool.find(holder);
    assert.ok(slot !== null);
    const concluded = { is: 'stopped', why: 'cancelled', usage: {}, exitCode: null };
    writeFileSync(join(bench.folder(spec.id), 'outcome.json'), JSON.stringify(concluded));
    await pool.release(slot, holder, 'reuse');
    const other = { run: 'run-2', key: 'attempt/other/1', task: 'other' };
    const theirs = await pool.prepare({ holder: other, commit: spec.base });
    assert.ok(theirs.ok);
    assert.equal(theirs.value.path, slot.path);
    writeFileSync(join(theirs.value.path, 'theirs.txt'), 'theirs\n');
    writeFileSync(bench.path('go'), '');
    assert.deepEqual(await ended, concluded);
    assert.equal(bench.git('rev-parse', spec.branch), spec.base);
    assert.deepEqual(await pool.find(other), theirs.value);
    await pool.release(theirs.value, other, 'reuse');
  });

  it('gives the slot back that a crash left behind its outcome', async () => {
    const spec = bench.spec('released', `echo x > x.txt; ${DONE}`);
    const outcome = await startWatched(bench.dispatcher(), spec).ended;
    const holder = bench.holder(spec.id);
    const prepared = await bench.opened.pool.prepare({ holder, commit: spec.base, branch: spec.branch });
    assert.ok(prepared.ok);
    assert.deepEqual(await startWatched(bench.dispatcher(), spec).ended, outcome);
    assert.equal(await heldSlot('released'), null);
  });

  it('takes marks that cannot be read as absent', async () => {
    const spec = bench.spec('garbled', `echo g > g.txt; ${DONE}`);
    mkdirSync(bench.folder(spec.id), { recursive: true });
    writeFileSync(join(bench.folder(spec.id), 'outcome.json'), '{"is":"do');
    writeFileSync(join(bench.folder(spec.id), 'slot.json'), '');
    assert.equal((await startWatched(bench.dispatcher(), spec).ended).is, 'done');
  });

  it('waits where its outcome cannot be written for a full disk, and says so', async (context) => {
    const spec = bench.spec('full', `echo f > f.txt; ${DONE}`);
    const folder = bench.folder(spec.id);
    const mounted = mountTmpfs(folder, 'size=256k');
    if (mounted === null) return context.skip('only root may mount a file system');
    const filler = join(folder, 'filler');
    try {
      const isWritten = `grep -q TASK_DONE '${join(folder, 'agent/stdout.log')}'`;
      const wait = `while ! ${isWritten}; do sleep 0.05; done`;
      const fill = `dd if=/dev/zero of='${filler}' bs=1k count=1000 2>/dev/null; true`;
      // What it was given on standard input takes room until it is closed.
      const script = `exec </dev/null; echo f > f.txt; ${DONE}; ${wait}; ${fill}`;
      const agent = { driver: 'command', options: { command: script } };
      const { reports, ended } = startWatched(bench.dispatcher(), { ...spec, agent });
      await bench.until(() =>
        reports.some((report) => report.is === 'progress' && /ENOSPC/.test(report.step ?? '')),
      );
      assert.ok(!reports.some((report) => report.is === 'ended'));
      rmSync(filler);
      const outcome = await ended;
      assert.equal(outcome.is, 'done', JSON.stringify(outcome));
    } finally {
      mounted.unmount();
    }
  });
});

describe('an attempt whose slot is being set up', () => {
  let bench: AttemptBench;
  before(async () => {
    bench = await AttemptBench.open('echo "$$" >> "$ROOT/setups"; [ -e "$ROOT/go" ] || exec sleep 300');
  });
  after(() => bench.close());

  const setups = (): string[] => bench.read('setups').split('\n').slice(0, -1);
  const assertGone = (pid: string | undefined): void => {
    assert.throws(() => process.kill(Number(pid), 0), /ESRCH/, 'the set-up runs on');
  };

  it('ends the command when it is stopped or let go of, and starts no agent', async () => {
    const stopped = bench.spec('stopped', `echo s > '${bench.path('agent-ran')}'`);
    const dispatcher = bench.dispatcher();
    const first = startWatched(dispatcher, stopped);
    await bench.until(() => setups().length === 1);
    dispatcher.stop(stopped.id, 'interrupted');
    const outcome = await first.ended;
    assert.ok(outcome.is === 'stopped' && outcome.why === 'interrupted', JSON.stringify(outcome));
    assertGone(setups()[0]);

    const left = bench.spec('left', `echo s > '${bench.path('agent-ran')}'; echo l > l.txt; ${DONE}`);
    const second = startWatched(dispatcher, left);
    await bench.until(() => setups().length === 2);
    await dispatcher.detach();
    assert.deepEqual(second.reports, []);
    assertGone(setups()[1]);
    assert.equal(bench.read('agent-ran'), '');

    writeFileSync(bench.path('go'), '');
    assert.equal((await startWatched(bench.dispatcher(), left).ended).is, 'done');
    assert.equal(setups().length, 3);
  });
});
