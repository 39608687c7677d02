/**
 * What a process costs by each of our ways of starting one, against a bare spawn of the same command:
 *   a short command, one after another; a job under its shim, alone and eight at a time.
 * `node bench/spawn.ts [folder on the disk to measure]`
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startJob } from '../src/process/job.ts';
import { runCommand } from '../src/process/run-command.ts';
import { interleave, median, medianRatio } from './lib/rounds.ts';
import { printTable, round } from './lib/table.ts';

const ROUNDS = 15;
const STARTS = 40;
const AT_ONCE = 8;

const folder = mkdtempSync(join(process.argv[2] ?? tmpdir(), 'cox-bench-spawn-'));
const env = { PATH: process.env['PATH'] ?? '/usr/bin:/bin' };
const argv = ['sh', '-c', ':'];
let jobs = 0;

async function bare(): Promise<void> {
  const child = spawn('sh', ['-c', ':'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.resume();
  child.stderr.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`exit ${String(code)}`);
}

async function command(): Promise<void> {
  const result = await runCommand({ argv, cwd: folder, env, timeoutMs: 60_000, maxBytes: 10_000 });
  if (!result.ok || result.value.exitCode !== 0) throw new Error(JSON.stringify(result));
}

async function job(): Promise<void> {
  jobs += 1;
  const limits = { hardMs: 60_000, graceMs: 1_000, logBytes: 100_000 };
  const started = await startJob({ folder: join(folder, `job-${jobs}`), argv, cwd: folder, env, ...limits });
  const end = await started.end;
  if (end.is !== 'exited' || end.code !== 0) throw new Error(JSON.stringify(end));
}

async function inTurn(start: () => Promise<void>): Promise<void> {
  for (let done = 0; done < STARTS; done += 1) await start();
}

async function together(start: () => Promise<void>): Promise<void> {
  for (let done = 0; done < STARTS; done += AT_ONCE)
    await Promise.all(Array.from({ length: AT_ONCE }, start));
}

try {
  const timings = await interleave(
    [
      { name: 'bare spawn', run: () => inTurn(bare) },
      { name: 'command', run: () => inTurn(command) },
      { name: 'job', run: () => inTurn(job) },
      { name: 'bare spawn, 8 at once', run: () => together(bare) },
      { name: 'job, 8 at once', run: () => together(job) },
    ],
    ROUNDS,
  );
  const row = (name: string, reference: string, goal: string): (string | number)[] => [
    name,
    round(median(timings.get(name) ?? []) / STARTS, 2),
    round(medianRatio(timings, name, reference), 2),
    goal,
  ];
  console.log(`medians of ${ROUNDS} rounds of ${STARTS} starts, in turn\n`);
  printTable(
    ['what', 'ms each', 'ratio', 'goal'],
    [
      row('bare spawn', 'bare spawn', ''),
      row('command', 'bare spawn', 'at most 1.2'),
      row('job', 'bare spawn', 'at most 8'),
      row('bare spawn, 8 at once', 'bare spawn, 8 at once', ''),
      row('job, 8 at once', 'bare spawn, 8 at once', 'at most 5'),
    ],
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
