/** What everything that runs attempts must do, here or on other machines. Run by the tests of each implementation. */

import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, describe, it } from 'node:test';
import type { AttemptOutcome, AttemptSpec } from '../core/attempt.ts';
import type { AttemptReport, Dispatcher } from '../ports/dispatcher.ts';

export interface DispatcherBench {
  /** A dispatcher over the same state as the others, as a new process would have it. */
  dispatcher(): Dispatcher;
  /** An attempt whose agent is a shell script, in a repository with one commit. */
  spec(task: string, script: string, change?: Partial<AttemptSpec>): AttemptSpec;
  /** Absolute path of a file outside of any worktree. */
  path(name: string): string;
  /** Its text; empty when it is not there. */
  read(name: string): string;
  until(condition: () => boolean): Promise<void>;
  /** Runs git in the checkout. */
  git(...args: readonly string[]): string;
  close(): Promise<void>;
}

export interface Watched {
  readonly reports: readonly AttemptReport[];
  /** Resolves with the outcome. */
  readonly ended: Promise<AttemptOutcome>;
}

/** Starts the attempt and keeps what is reported of it. */
export function startWatched(dispatcher: Dispatcher, spec: AttemptSpec): Watched {
  const reports: AttemptReport[] = [];
  const { promise, resolve } = Promise.withResolvers<AttemptOutcome>();
  dispatcher.start(spec, (report) => {
    reports.push(report);
    if (report.is === 'ended') resolve(report.outcome);
  });
  return { reports, ended: promise };
}

const DONE = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';

export function dispatcherContract(name: string, open: () => Promise<DispatcherBench>): void {
  describe(`${name} as a dispatcher`, () => {
    let opened: DispatcherBench;
    before(async () => {
      opened = await open();
    });
    after(() => opened.close());
    outcomes(() => opened);
    stopping(() => opened);
    takingUp(() => opened);
  });
}

/** Does its work and notes its start, in this order, then waits for the file `go`. */
function slow(bench: DispatcherBench, task: string): string {
  const wait = `while [ ! -f '${bench.path(`${task}-go`)}' ]; do sleep 0.05; done`;
  return `echo work > work.txt; echo start >> '${bench.path(`${task}-starts`)}'; ${wait}; ${DONE}`;
}

/** Lets it end. */
function touch(bench: DispatcherBench, task: string): void {
  writeFileSync(bench.path(`${task}-go`), '');
}

function outcomes(bench: () => DispatcherBench): void {
  it('reports the start, then the outcome once and last; the work is on the branch', async () => {
    const spec = bench().spec('fine', `echo fine > fine.txt; ${DONE}`);
    const { reports, ended } = startWatched(bench().dispatcher(), spec);
    const outcome = await ended;
    assert.ok(outcome.is === 'done', JSON.stringify(outcome));
    assert.deepEqual(outcome.work.files, ['fine.txt']);
    assert.equal(bench().git('rev-parse', spec.branch), outcome.work.tip);
    assert.equal(bench().git('show', `${spec.branch}:fine.txt`), 'fine');
    assert.equal(reports[0]?.is, 'started');
    assert.equal(reports.filter((report) => report.is === 'started').length, 1);
    assert.equal(
      reports.findIndex((report) => report.is === 'ended'),
      reports.length - 1,
    );
  });

  it('fails an attempt that changed nothing, unless nothing had to be changed', async () => {
    const dispatcher = bench().dispatcher();
    const idle = await startWatched(dispatcher, bench().spec('idle', DONE)).ended;
    assert.ok(idle.is === 'failed' && idle.failure.reason === 'nothing-changed', JSON.stringify(idle));
    const checking = bench().spec('checking', DONE, { verifyOnly: true });
    assert.equal((await startWatched(dispatcher, checking).ended).is, 'done');
  });

  it('gives the exit code of an agent that failed, and what it had done', async () => {
    const outcome = await startWatched(
      bench().dispatcher(),
      bench().spec('bad', 'echo half > half.txt; exit 3'),
    ).ended;
    assert.ok(outcome.is === 'failed' && outcome.failure.reason === 'exit-code');
    assert.equal(outcome.failure.code, 3);
    assert.deepEqual(outcome.work?.files, ['half.txt']);
  });

  it('gives an outcome where the agent or the worktree cannot be had', async () => {
    const dispatcher = bench().dispatcher();
    const nobody = bench().spec('nobody', '', { agent: { driver: 'nobody', options: {} } });
    const unknown = await startWatched(dispatcher, nobody).ended;
    assert.ok(unknown.is === 'failed' && unknown.failure.reason === 'not-started', JSON.stringify(unknown));
    const nowhere = bench().spec('nowhere', DONE, { startFrom: 'f'.repeat(40) });
    const homeless = await startWatched(dispatcher, nowhere).ended;
    assert.ok(homeless.is === 'failed' && homeless.failure.reason === 'setup', JSON.stringify(homeless));
  });
}

function stopping(bench: () => DispatcherBench): void {
  it('stops one that runs; what it had done is on its branch', async () => {
    const dispatcher = bench().dispatcher();
    const spec = bench().spec('running', slow(bench(), 'running'));
    const { ended } = startWatched(dispatcher, spec);
    await bench().until(() => bench().read('running-starts') !== '');
    dispatcher.stop(spec.id, 'cancelled');
    const outcome = await ended;
    assert.ok(outcome.is === 'stopped' && outcome.why === 'cancelled', JSON.stringify(outcome));
    assert.equal(bench().git('show', `${spec.branch}:work.txt`), 'work');
  });

  it('stops one whose agent has not begun, and never begins it', async () => {
    const dispatcher = bench().dispatcher();
    const spec = bench().spec('early', slow(bench(), 'early'));
    const { ended } = startWatched(dispatcher, spec);
    dispatcher.stop(spec.id, 'interrupted');
    const outcome = await ended;
    assert.ok(outcome.is === 'stopped' && outcome.why === 'interrupted', JSON.stringify(outcome));
    assert.equal(bench().read('early-starts'), '');
  });

  it('takes no notice of a stop for what it does not run', () => {
    bench().dispatcher().stop({ run: 'run-1', task: 'unknown', number: 7 }, 'cancelled');
  });
}

function takingUp(bench: () => DispatcherBench): void {
  it('lets go of an agent, and another takes it up: it is not started again', async () => {
    const spec = bench().spec('adopted', slow(bench(), 'adopted'));
    const first = bench().dispatcher();
    const before = startWatched(first, spec);
    await bench().until(() => bench().read('adopted-starts') !== '');
    await first.detach();
    const after = startWatched(bench().dispatcher(), spec);
    await bench().until(() => after.reports.length > 0);
    touch(bench(), 'adopted');
    const outcome = await after.ended;
    assert.ok(outcome.is === 'done', JSON.stringify(outcome));
    assert.deepEqual(outcome.work.files, ['work.txt']);
    assert.equal(bench().read('adopted-starts'), 'start\n');
    assert.ok(!before.reports.some((report) => report.is === 'ended'), 'the first still reported');
  });

  it('starts no agent once it has been told to let go', async () => {
    const spec = bench().spec('let-go', slow(bench(), 'let-go'));
    const first = bench().dispatcher();
    const before = startWatched(first, spec);
    await first.detach();
    assert.deepEqual(before.reports, []);
    assert.equal(bench().read('let-go-starts'), '');
    touch(bench(), 'let-go');
    assert.equal((await startWatched(bench().dispatcher(), spec).ended).is, 'done');
    assert.equal(bench().read('let-go-starts'), 'start\n');
  });

  it('reports an outcome that is known again, without running anything', async () => {
    const spec = bench().spec(
      'known',
      `echo start >> '${bench().path('known-starts')}'; echo k > k.txt; ${DONE}`,
    );
    const once = await startWatched(bench().dispatcher(), spec).ended;
    const again = await startWatched(bench().dispatcher(), spec).ended;
    assert.deepEqual(again, once);
    assert.equal(bench().read('known-starts'), 'start\n');
  });

  it('runs an attempt once that is asked for twice', async () => {
    const dispatcher = bench().dispatcher();
    const spec = bench().spec('twice', slow(bench(), 'twice'));
    const { ended } = startWatched(dispatcher, spec);
    const second = startWatched(dispatcher, spec);
    touch(bench(), 'twice');
    assert.equal((await ended).is, 'done');
    assert.equal(bench().read('twice-starts'), 'start\n');
    assert.deepEqual(second.reports, []);
  });
}
