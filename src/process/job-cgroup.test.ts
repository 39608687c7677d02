import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ok } from '../core/result.ts';
import { lacksCgroups, makeBareCgroup, makeCgroups } from '../testing/cgroups.ts';
import { jobBench, numberIn, until } from '../testing/jobs.ts';
import { ownIdentity, readStartTime } from './identity.ts';
import { type JobSpec, startJob } from './job.ts';
import { jobFiles, readClaim } from './job-folder.ts';

const bench = jobBench();
afterEach(() => bench.assertNoneLeft());
after(() => bench.dispose());

function within(cgroups: readonly string[], text: string, change: Partial<JobSpec> = {}): JobSpec {
  return bench.script(text, { confine: async (launch) => ok({ ...launch, cgroups }), ...change });
}

function left(cgroups: readonly string[]): readonly string[] {
  return cgroups.filter((group) => existsSync(group));
}

/** In a new session, without its environment, parent and output: known by its group alone. */
const DAEMON = `(env -i setsid sh -c 'echo $$ >"$1"; exec sleep 600' sh "$PID_FILE" >/dev/null 2>&1 </dev/null &)`;
const WAIT = 'while [ ! -s "$PID_FILE" ]; do sleep 0.02; done';

/** The script, with a daemon started before it. */
function withDaemon(
  cgroups: readonly string[],
  text: string,
): { readonly spec: JobSpec; readonly pid: () => Promise<number> } {
  const spec = within(cgroups, `${DAEMON}; ${WAIT}; ${text}`);
  const file = `${spec.folder}.pid`;
  return { spec: { ...spec, env: { ...spec.env, PID_FILE: file } }, pid: () => numberIn(file) };
}

describe('a job in control groups', { skip: lacksCgroups }, () => {
  test('runs in them, remembers them, and removes them at its end', async () => {
    const cgroups = makeCgroups();
    const spec = within(cgroups, 'cat /proc/self/cgroup; exit 3');
    const job = await startJob(spec);
    assert.deepEqual(await job.end, { is: 'exited', code: 3, signal: null, truncated: false });
    const membership = readFileSync(job.stdoutPath, 'utf8');
    for (const group of cgroups) assert.ok(membership.includes(group.slice(group.lastIndexOf('/'))), group);
    assert.deepEqual(left(cgroups), []);
    const sight = readClaim(jobFiles(spec.folder));
    assert.deepEqual(sight.is === 'made' && sight.claim.cgroups, cgroups);
  });

  test('leaves nobody behind, whatever was given up to escape', async () => {
    const cgroups = makeCgroups();
    const { spec, pid } = withDaemon(cgroups, 'exit 0');
    await (await startJob(spec)).end;
    assert.equal(readStartTime(await pid()), null);
    assert.deepEqual(left(cgroups), []);
  });

  test('leaves nobody behind when its shim is killed either', async () => {
    const cgroups = makeCgroups();
    const { spec, pid } = withDaemon(cgroups, 'sleep 600');
    const job = await startJob(spec);
    const daemon = await pid();
    const sight = readClaim(jobFiles(spec.folder));
    assert.ok(sight.is === 'made');
    process.kill(sight.claim.shim.pid, 'SIGKILL');
    assert.deepEqual(await job.end, { is: 'lost' });
    assert.equal(readStartTime(daemon), null);
    assert.deepEqual(left(cgroups), []);
  });

  test('that forks without end and hears nothing is ended all the same', async () => {
    const cgroups = makeCgroups({ processes: 100 });
    // Fills up again whatever is killed of it. It ends by itself, should nobody else end it.
    const bomb = `
      process.on('SIGTERM', () => {});
      const deaf = () => spawn('sh', ['-c', 'trap "" TERM; sleep 20 & sleep 20 & wait'], { detached: true, stdio: 'ignore' });
      setInterval(() => deaf().on('error', () => {}), 2);
      setTimeout(() => process.exit(), 20_000);`;
    const argv = [process.execPath, '-e', `const { spawn } = require('node:child_process'); ${bomb}`];
    const job = await startJob(within(cgroups, '', { argv, hardMs: 2_000, graceMs: 100 }));
    assert.deepEqual(await job.end, { is: 'hard-timeout', truncated: false });
    assert.deepEqual(left(cgroups), []);
  });

  test('what is done to end it does not count as its own doing', async () => {
    const spec = within(makeCgroups({ processes: 100 }), 'trap "" TERM; while :; do sleep 0.01; done', {
      hardMs: 300,
      graceMs: 100,
    });
    assert.deepEqual(await (await startJob(spec)).end, { is: 'hard-timeout', truncated: false });
    const counts = readFileSync(join(spec.folder, 'counts'), 'utf8');
    assert.match(counts, /^pids\.events max 0$/m);
    assert.match(counts, /^pids\.max 100$/m);
  });

  test('groups that it makes in its own are removed with it, with who is in them', async () => {
    const cgroups = makeCgroups();
    const [first = ''] = cgroups;
    const text = `mkdir ${first}/inner && { sleep 600 & echo $! >${first}/inner/cgroup.procs; }`;
    const job = await startJob(within(cgroups, text));
    assert.deepEqual(await job.end, { is: 'exited', code: 0, signal: null, truncated: false });
    assert.deepEqual(left(cgroups), []);
  });

  test('of two that start it at once, the groups of both are removed', async () => {
    const shared = bench.script('sleep 0.2; exit 2');
    const groups = [makeCgroups(), makeCgroups()];
    const jobs = await Promise.all(
      groups.map((cgroups) => startJob({ ...shared, confine: async (launch) => ok({ ...launch, cgroups }) })),
    );
    const ends = await Promise.all(jobs.map((job) => job.end));
    assert.deepEqual(
      ends.map((end) => end.is === 'exited' && end.code),
      [2, 2],
    );
    assert.ok(await until(() => left(groups.flat()).length === 0));
  });

  test('by version 2, all of it is killed at one blow', async (context) => {
    const group = makeBareCgroup();
    if (group === null) return context.skip('version 2 is not mounted, or not ours to make groups in');
    const { spec, pid } = withDaemon([group], 'trap "" TERM; while :; do sleep 1; done');
    const job = await startJob({ ...spec, graceMs: 100 });
    const daemon = await pid();
    job.stop();
    assert.deepEqual(await job.end, { is: 'stopped', truncated: false });
    assert.equal(readStartTime(daemon), null);
    assert.deepEqual(left([group]), []);
  });
});

test('a job that cannot be put into its group does not run, and says why', async () => {
  const refusing = join(bench.root, 'coxswain-refusing');
  mkdirSync(refusing);
  // May be opened and not be written, as when the kernel does not let a process be moved.
  symlinkSync('/proc/self/mem', join(refusing, 'cgroup.procs'));
  for (const group of [refusing, join(bench.root, 'coxswain-absent')]) {
    const ran = join(bench.root, 'ran');
    const end = await (await startJob(within([group], `: >'${ran}'`))).end;
    assert.ok(end.is === 'not-started', JSON.stringify(end));
    assert.match(end.detail, new RegExp(`could not be executed.*control group ${group}`));
    assert.ok(!existsSync(ran));
  }
});

test('nothing is ever done to folders of others', async () => {
  const others = join(bench.root, 'others');
  mkdirSync(join(others, 'coxswain-1', 'empty'), { recursive: true });
  mkdirSync(join(others, 'empty'));
  const wrong = [
    others,
    `${others}/coxswain-1/../empty`,
    'coxswain-relative',
    `${others}/coxswain-1\n${others}/empty`,
  ];
  for (const group of wrong) {
    const spec = within([group], 'exit 0');
    const end = await (await startJob(spec)).end;
    assert.ok(end.is === 'not-started' && /no control group of ours/.test(end.detail), JSON.stringify(end));
    const { pid, startTime, bootId, host } = ownIdentity();
    writeFileSync(
      jobFiles(spec.folder).claim,
      [pid, startTime, bootId, host, 'mark', group, '.', ''].join('\n'),
    );
    const sight = readClaim(jobFiles(spec.folder));
    assert.ok(sight.is === 'made');
    assert.deepEqual(
      sight.claim.cgroups.filter((each) => each !== `${others}/coxswain-1`),
      [],
    );
  }
  // By whatever way it comes to them, the scripts do not touch it either.
  const script =
    '. "$1"; folder=/nonexistent; cgroups=$2; drop_cgroups; each_cgroup stop_growth; each_cgroup cgroup_members';
  const tree = fileURLToPath(new URL('tree.sh', import.meta.url));
  const ran = spawnSync('sh', ['-c', script, 'sh', tree, others], { encoding: 'utf8' });
  assert.equal(ran.stdout, '');
  assert.deepEqual(readdirSync(others).sort(), ['coxswain-1', 'empty']);
});

test('limits of each process hold for all that it starts; one that is harder already stays', async () => {
  const script = 'sh -c "ulimit -n; ulimit -Hn; ulimit -f"';
  const limited = (rlimits: object, text: string): JobSpec =>
    bench.script(text, { confine: async (launch) => ok({ ...launch, rlimits }) });
  const job = await startJob(limited({ openFiles: 300, fileBytes: 51_200 }, script));
  await job.end;
  assert.equal(readFileSync(job.stdoutPath, 'utf8'), '300\n300\n100\n');
  const inner = `ulimit -n 200; exec sh -c 'ulimit -n 1000 2>/dev/null; ulimit -n'`;
  const hard = await startJob(limited({ openFiles: 1e15 }, inner));
  assert.deepEqual(await hard.end, { is: 'exited', code: 0, signal: null, truncated: false });
});
