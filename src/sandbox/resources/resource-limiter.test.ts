import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import type { ResourceLimits } from '../../core/isolation.ts';
import { ok } from '../../core/result.ts';
import type { Bounds } from '../../ports/sandbox.ts';
import { removeCgroups } from '../../process/cgroup.ts';
import { type JobEnd, type JobSpec, startJob } from '../../process/job.ts';
import { lacksCgroups } from '../../testing/cgroups.ts';
import { jobBench } from '../../testing/jobs.ts';
import { ResourceLimiter } from './resource-limiter.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

const withKernel = new ResourceLimiter();
/** As on a machine that gives us no groups. */
const withoutKernel = new ResourceLimiter(async () => ({ parents: [], detail: 'none in this test' }));

const MB = 1_000_000;

interface Ran {
  readonly end: JobEnd;
  readonly stdout: string;
  readonly cgroups: readonly string[];
}

async function run(
  limiter: Pick<ResourceLimiter, 'open' | 'watch'>,
  spec: JobSpec,
  limits: ResourceLimits,
): Promise<Ran> {
  const workplace = `${spec.folder}-work`;
  mkdirSync(workplace);
  const bounds: Bounds = {
    scratch: `${spec.folder}-scratch`,
    mounts: null,
    network: { is: 'open' },
    limits,
    workplace,
  };
  let cgroups: readonly string[] = [];
  const job = await startJob({
    ...spec,
    cwd: workplace,
    limits: () => limiter.watch(spec.folder, bounds),
    confine: async (launch) => {
      const grant = await limiter.open(bounds);
      if (!grant.ok) return grant;
      ({ cgroups } = grant.value);
      return ok({ ...launch, ...grant.value });
    },
  });
  const end = await job.end;
  return { end, stdout: readFileSync(job.stdoutPath, 'utf8'), cgroups };
}

/** A program of Node's that is a job. Each of these ends by itself in the end, should nobody end it. */
function program(text: string): JobSpec {
  return bench.script('', { argv: [process.execPath, '-e', text], graceMs: 200 });
}

/** Takes up to 280 MB. */
const BALLOON = `
  const held = [];
  setInterval(() => { if (held.length < 28) held.push(Buffer.alloc(10_000_000, 1)); }, 10);
  setTimeout(() => process.exit(), 20_000);`;

/** Each has up to 40 children, which hear nothing. */
const BOMB = `
  const { spawn } = require('node:child_process');
  process.on('SIGTERM', () => {});
  let started = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 5 && started < 40; i += 1, started += 1)
      spawn('sh', ['-c', 'trap "" TERM; sleep 20 & wait; sleep 1'], { stdio: 'ignore', detached: true }).on('error', () => {});
  }, 10);
  setTimeout(() => process.exit(), 20_000);`;

/** Adds up to 60 MB, a file of 5 MB at a time. */
const FILLER = `
  const { writeFileSync } = require('node:fs');
  let files = 0;
  setInterval(() => { if (files < 12) writeFileSync('f' + files++, Buffer.alloc(5_000_000, 1)); }, 20);
  setTimeout(() => process.exit(), 20_000);`;

function assertExceeded({ end, cgroups }: Ran, limit: string, detail: RegExp): void {
  assert.ok(end.is === 'stopped' || end.is === 'exited', JSON.stringify(end));
  assert.equal(end.excess?.limit, limit, JSON.stringify(end));
  assert.match(end.excess?.detail ?? '', detail);
  assert.deepEqual(
    cgroups.filter((group) => existsSync(group)),
    [],
  );
}

describe('limits that the kernel keeps', { skip: lacksCgroups }, () => {
  test('are said to be enforced', async () => {
    const { limits, limitsDetail } = await withKernel.holds();
    const { memory, processes, cpu } = limits;
    assert.equal(limitsDetail, undefined);
    assert.deepEqual([memory, processes, cpu], ['enforced', 'enforced', 'enforced']);
  });

  test('a balloon is ended, and its end says why', async () => {
    const ran = await run(withKernel, program(BALLOON), { memoryBytes: 100 * MB });
    assertExceeded(ran, 'memory', /more than the 100 MB of memory/);
  });

  test('so is a job one of whose processes is a balloon', async () => {
    const spec = bench.script(`"$NODE" -e '${BALLOON.replaceAll("'", '"')}'; sleep 30`, { graceMs: 200 });
    const env = { ...spec.env, NODE: process.execPath };
    const ran = await run(withKernel, { ...spec, env }, { memoryBytes: 100 * MB });
    assertExceeded(ran, 'memory', /more than the 100 MB of memory/);
    assert.equal(ran.end.is, 'stopped');
  });

  test('a share of the memory of the machine is a limit too', async () => {
    const spec = bench.script('cat /proc/self/cgroup');
    const { cgroups } = await run(withKernel, spec, { memoryShare: 0.5, memoryBytes: 1e15 });
    const counts = readFileSync(join(spec.folder, 'counts'), 'utf8');
    const limit = Number(/^memory\.(?:limit_in_bytes|max) (\d+)$/m.exec(counts)?.[1]);
    assert.ok(cgroups.length > 0 && limit > 10 * MB && limit < 1e14, counts);
  });

  test('a fork bomb gets no further, and is ended', async () => {
    const ran = await run(withKernel, program(BOMB), { processes: 40 });
    assertExceeded(ran, 'processes', /more than the 40 processes and threads/);
  });

  test('cores are shared out, and using all that is given is no offence', async () => {
    const granted = await withKernel.open({ limits: { cpus: 0.5 } });
    assert.ok(granted.ok);
    const quotas = granted.value.cgroups.flatMap((group) =>
      ['cpu.cfs_quota_us', 'cpu.max'].map((name) => join(group, name)).filter((file) => existsSync(file)),
    );
    const texts = quotas.map((file) => readFileSync(file, 'utf8').trim());
    removeCgroups(granted.value.cgroups);
    assert.ok(texts.length === 1 && /^50000( 100000)?$/.test(texts[0] ?? ''), JSON.stringify(texts));
    const spin = 'i=0; while [ $i -lt 100000 ]; do i=$((i + 1)); done; exit 7';
    const { end } = await run(withKernel, bench.script(spin), { cpus: 0.5 });
    assert.deepEqual(end, { is: 'exited', code: 7, signal: null, truncated: false });
  });
});

describe('limits without the kernel', { skip: process.platform !== 'linux' && 'reads /proc' }, () => {
  test('are said to be watched, where they are', async () => {
    const { limits, limitsDetail } = await withoutKernel.holds();
    const { memory, processes, cpu, openFiles, disk } = limits;
    assert.equal(limitsDetail, 'none in this test');
    assert.deepEqual(
      [memory, processes, cpu, openFiles, disk],
      ['watched', 'watched', 'none', 'enforced', 'watched'],
    );
  });

  test('a balloon is seen and ended', async () => {
    const ran = await run(withoutKernel, program(BALLOON), { memoryBytes: 150 * MB });
    assertExceeded(ran, 'memory', /used .* MB of memory together, and may use 150 MB/);
  });

  test('so are too many processes, also in sessions of their own', async () => {
    const ran = await run(withoutKernel, program(BOMB), { processes: 40 });
    assertExceeded(ran, 'processes', /processes and threads at once, and may have 40/);
  });

  test('a job that keeps its limits is left alone', async () => {
    const spec = bench.script('sleep 2.5; exit 4');
    const { end } = await run(withoutKernel, spec, { memoryBytes: 100 * MB, processes: 30 });
    assert.deepEqual(end, { is: 'exited', code: 4, signal: null, truncated: false });
  });
});

/** Holds 60 MB, takes all it can get of a core, and leaves a file of 5 MB. */
const WORKER = `
  const held = Buffer.alloc(60_000_000, 1);
  require('node:fs').writeFileSync('made', held.subarray(0, 5_000_000));
  const end = Date.now() + 3_500;
  const turn = () => { for (let i = 0; i < 1e6; i += 1); if (Date.now() < end) setImmediate(turn); };
  turn();`;

for (const [name, limiter, skip] of [
  ['by the kernel', withKernel, lacksCgroups],
  ['by looks', withoutKernel, process.platform !== 'linux' && 'reads /proc'],
] as const)
  describe(`what is used by a job that is limited ${name}`, { skip }, () => {
    test('is told as the most that was seen, to others too', async () => {
      const spec = program(WORKER);
      await run(limiter, spec, { memoryBytes: 1000 * MB, diskBytes: 1000 * MB });
      const peaks = await limiter.peaks(spec.folder);
      const { memoryBytes = 0, cpus = 0, diskBytes = 0 } = peaks ?? {};
      assert.ok(memoryBytes > 60 * MB && memoryBytes < 400 * MB, JSON.stringify(peaks));
      // Others run beside it here.
      assert.ok(cpus > 0.02 && cpus < 16, JSON.stringify(peaks));
      assert.ok(diskBytes > 4 * MB && diskBytes < 20 * MB, JSON.stringify(peaks));
      assert.deepEqual(await new ResourceLimiter().peaks(spec.folder), peaks);
    });

    test('is not told of a job that was over before anybody looked', async () => {
      const spec = bench.script('exit 0');
      const late = {
        open: (bounds: Bounds) => limiter.open(bounds),
        watch: (folder: string, bounds: Bounds) => {
          const watch = limiter.watch(folder, bounds);
          return { look: async () => null, end: () => watch.end() };
        },
      };
      await run(late, spec, { memoryBytes: 1000 * MB, diskBytes: 1000 * MB });
      assert.equal(await limiter.peaks(spec.folder), null);
    });
  });

describe('limits on files', () => {
  test('whoever fills the disk is ended', async () => {
    const ran = await run(withKernel, program(FILLER), { diskBytes: 20 * MB });
    assertExceeded(ran, 'disk', /added more to the disk than the 20 MB/);
  });

  test('also by a share of what is free', async () => {
    const ran = await run(withKernel, program(FILLER), { diskShare: 1e-9 });
    assertExceeded(ran, 'disk', /to the disk/);
  });

  test('one file cannot be larger, and open files are counted for each process', async () => {
    const script = 'ulimit -n; head -c 3000000 /dev/zero >big; wc -c <big';
    const { stdout } = await run(withKernel, bench.script(script), { openFiles: 123, diskBytes: 1_024_000 });
    assert.equal(stdout, '123\n1024000\n');
  });
});
