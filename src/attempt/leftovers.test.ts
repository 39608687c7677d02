import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { AttemptOutcome, AttemptSpec } from '../core/attempt.ts';
import { AttemptBench } from '../testing/attempt-bench.ts';
import { startWatched } from '../testing/dispatcher-contract.ts';
import { LocalLeftovers } from './leftovers.ts';

let bench: AttemptBench;
let leftovers: LocalLeftovers;
before(async () => {
  bench = await AttemptBench.open();
  leftovers = new LocalLeftovers({
    worktrees: bench.opened.pool,
    folder: bench.path('runs'),
    runFolder: (run) => join(bench.path('runs'), run),
  });
});
after(() => bench.close());

describe('the logs of a run', () => {
  const write = (...names: readonly string[]): void => {
    for (const name of names) {
      mkdirSync(join(bench.path('runs'), name, '..'), { recursive: true });
      writeFileSync(join(bench.path('runs'), name), 'x');
    }
  };

  it('are those of its attempts and checks; archived work stays, and so do other runs', async () => {
    write('old/attempts/a/1/out', 'old/checks/c/result.json', 'old/patches/a.patch', 'new/checks/c/r');
    assert.equal(await leftovers.hasLogs('old'), true);
    await leftovers.removeLogs('old');
    assert.equal(await leftovers.hasLogs('old'), false);
    assert.deepEqual(readdirSync(bench.path('runs')).sort(), ['new', 'old']);
    assert.deepEqual(readdirSync(join(bench.path('runs'), 'old')), ['patches']);
    assert.equal(await leftovers.hasLogs('new'), true);
    assert.equal(await leftovers.hasLogs('unknown'), false);
  });

  it('whose removal was cut off are removed the next time', async () => {
    write('.removed-1/half', 'other/attempts/x');
    await leftovers.removeLogs('other');
    assert.ok(!existsSync(join(bench.path('runs'), '.removed-1')));
  });
});

describe('the slots of a run', () => {
  const DONE = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
  const holders = async (): Promise<readonly string[]> =>
    (await leftovers.heldSlots()).map(({ run }) => run).sort();

  /** As far as an attempt comes whose process is killed when its agent has ended. */
  async function agentEnded(spec: AttemptSpec): Promise<string> {
    const holder = bench.holder(spec.id);
    const { startFrom, branch } = spec;
    const prepared = await bench.opened.pool.prepare({ holder, commit: startFrom, branch });
    assert.ok(prepared.ok);
    const folder = bench.folder(spec.id);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'slot.json'), JSON.stringify(prepared.value));
    await bench.agents.start(
      { spec, slot: prepared.value, folder, sessions: bench.path('sessions') },
      () => undefined,
    ).end;
    return prepared.value.path;
  }

  function conclude(spec: AttemptSpec): Promise<AttemptOutcome> {
    const dispatcher = bench.dispatcher();
    const { ended } = startWatched(dispatcher, spec);
    dispatcher.stop(spec.id, 'interrupted');
    return ended;
  }

  it('of attempts are free after a conclusion, and a resume finds the outcome with the work', async () => {
    const spec = bench.spec('left-done', `echo d > d.txt; ${DONE}`);
    await agentEnded(spec);
    assert.deepEqual(await holders(), ['run-1']);
    const outcome = await conclude(spec);
    assert.ok(outcome.is === 'done', JSON.stringify(outcome));
    assert.deepEqual(await holders(), []);
    assert.deepEqual(await startWatched(bench.dispatcher(), spec).ended, outcome);
    assert.equal(bench.git('show', `${spec.branch}:d.txt`), 'd');
  });

  it('are not even prepared for an attempt that had not begun', async () => {
    const spec = bench.spec('left-early', `echo x > '${bench.path('left-early-ran')}'`);
    const outcome = await conclude(spec);
    assert.ok(outcome.is === 'stopped' && outcome.work === undefined, JSON.stringify(outcome));
    assert.equal(bench.read('left-early-ran'), '');
    assert.equal(await bench.opened.pool.find(bench.holder(spec.id)), null);
  });

  it('of checks are free at once; those of attempts are left for a look, with what lies in them', async () => {
    const path = await agentEnded(bench.spec('left-half', 'echo half > half.txt; exit 1'));
    const check = { run: 'run-1', key: 'check/1' };
    assert.ok((await bench.opened.pool.prepare({ holder: check, commit: bench.spec('x', '').base })).ok);
    const other = { run: 'run-2', key: 'check/1' };
    assert.ok((await bench.opened.pool.prepare({ holder: other, commit: bench.spec('x', '').base })).ok);
    await leftovers.giveBackSlots('run-1');
    assert.deepEqual(await holders(), ['run-2']);
    assert.equal(await bench.opened.pool.find(check), null);
    const kept = await bench.opened.pool.find(bench.holder(bench.spec('left-half', '').id));
    assert.equal(kept?.path, path);
    assert.equal(readFileSync(join(path, 'half.txt'), 'utf8'), 'half\n');
  });
});
