import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import type { Excess, LimitWatch } from '../core/isolation.ts';
import { jobBench, startElsewhere, until } from '../testing/jobs.ts';
import { startJob } from './job.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

const EXCESS: Excess = { limit: 'memory', detail: 'too much' };
/** Of a job that is seen to have run into this, as long as it runs or only when it has ended. */
function limits(look: () => Excess | null, end: () => Excess | null = () => null): () => LimitWatch {
  return () => ({ look: async () => look(), end });
}
/** Longer than a test may last: who waits for it fails. */
const NEVER_MS = 3_600_000;
const DEAF = `trap '' TERM; : >begun; while :; do sleep 1; done`;

test('a job that runs into a limit is ended at once, without its grace', async () => {
  const begun = join(bench.root, 'begun');
  const job = await startJob(
    bench.script(DEAF, {
      graceMs: NEVER_MS,
      limits: limits(() => (existsSync(begun) ? EXCESS : null)),
    }),
  );
  assert.deepEqual(await job.end, { is: 'stopped', truncated: false, excess: EXCESS });
});

test('also while it is being stopped politely', async () => {
  let asked = false;
  const job = await startJob(
    bench.script(DEAF.replace('begun', 'polite'), {
      graceMs: NEVER_MS,
      limits: limits(() => (asked ? EXCESS : null)),
    }),
  );
  assert.ok(await until(() => existsSync(join(bench.root, 'polite'))));
  job.stop();
  asked = true;
  assert.deepEqual(await job.end, { is: 'stopped', truncated: false, excess: EXCESS });
});

test('also one that another process started', async () => {
  const spec = bench.script(DEAF.replace('begun', 'adopted'), { graceMs: NEVER_MS });
  const first = startElsewhere(spec);
  assert.ok(await until(() => existsSync(join(bench.root, 'adopted'))));
  first.child.kill('SIGKILL');
  const job = await startJob({ ...spec, limits: limits(() => EXCESS) });
  assert.deepEqual(await job.end, { is: 'stopped', truncated: false, excess: EXCESS });
});

test('an excess that is only seen when the job has ended is in its end; a job without one has none', async () => {
  const ended = await startJob(
    bench.script('exit 5', {
      limits: limits(
        () => null,
        () => EXCESS,
      ),
    }),
  );
  assert.deepEqual(await ended.end, {
    is: 'exited',
    code: 5,
    signal: null,
    truncated: false,
    excess: EXCESS,
  });
  const free = await startJob(bench.script('exit 5', { limits: limits(() => null) }));
  assert.deepEqual(await free.end, { is: 'exited', code: 5, signal: null, truncated: false });
});

test('a question that cannot be answered keeps no job from its end', async () => {
  const job = await startJob(
    bench.script('sleep 2.2; exit 6', {
      limits: () => ({ look: () => Promise.reject(new Error('cannot be read')), end: () => null }),
    }),
  );
  assert.deepEqual(await job.end, { is: 'exited', code: 6, signal: null, truncated: false });
});

test('a job that was let go is not asked about any more', async () => {
  let asked = 0;
  let ends = 0;
  const spec = bench.script('sleep 600', {
    limits: limits(
      () => {
        asked += 1;
        return null;
      },
      () => {
        ends += 1;
        return null;
      },
    ),
  });
  const job = await startJob(spec);
  assert.ok(await until(() => asked > 0));
  job.detach();
  assert.equal(ends, 1);
  const before = asked;
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  assert.ok(asked <= before + 1);
  const again = await startJob(spec);
  again.stop();
  assert.equal((await again.end).is, 'stopped');
});
