/** Jobs for tests: a folder, an environment that marks every process of the suite, and a look at what is left. */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import type { JobEnd, JobSpec } from '../process/job.ts';

const CHILD = fileURLToPath(new URL('job-child.ts', import.meta.url));

export interface JobBench {
  readonly root: string;
  /** A shell script as a job in a folder of its own; with limits that no test reaches by accident. */
  script(text: string, change?: Partial<JobSpec>): JobSpec;
  /** The living processes that the suite has started; where there is no /proc, always none. */
  living(): number[];
  /** Fails when processes are left after a while. */
  assertNoneLeft(): Promise<void>;
  dispose(): void;
}

export function jobBench(): JobBench {
  const root = mkdtempSync(join(tmpdir(), 'cox-job-'));
  const mark = randomUUID();
  let jobs = 0;
  const living = (): number[] => processesWith(`COX_TEST_SUITE=${mark}`);
  return {
    root,
    script(text, change = {}) {
      jobs += 1;
      return {
        folder: join(root, `job-${jobs}`),
        argv: ['sh', '-c', text],
        cwd: root,
        env: { PATH: process.env['PATH'] ?? '', COX_TEST_SUITE: mark },
        hardMs: 60_000,
        graceMs: 5_000,
        logBytes: 100_000,
        ...change,
      };
    },
    living,
    async assertNoneLeft() {
      if (!(await until(() => living().length === 0)))
        throw new Error(`left: ${living().map(describe).join('; ')}`);
    },
    dispose: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** Waits for it for up to a minute. */
export async function until(condition: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 3_000; tries += 1) {
    if (condition()) return true;
    await sleep(20);
  }
  return false;
}

/** The contents of a file as a number, once it has any. */
export async function numberIn(path: string): Promise<number> {
  let text = '';
  const there = await until(() => {
    text = textOf(path);
    return text.endsWith('\n');
  });
  if (!there) throw new Error(`nothing in ${path}`);
  return Number(text);
}

export interface OtherProcess {
  readonly child: ChildProcess;
  readonly started: Promise<void>;
  readonly end: Promise<JobEnd>;
}

/** Starts or takes up the job in a process of its own. */
export function startElsewhere(spec: JobSpec): OtherProcess {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(spec)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { promise: started, resolve } = Promise.withResolvers<void>();
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    if (output.includes('started\n')) resolve();
  });
  const end = once(child, 'close').then((): JobEnd => JSON.parse(output.split('\n')[1] ?? ''));
  // A test may kill it instead of waiting.
  end.catch(() => {});
  return { child, started, end };
}

function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && textOf(`/proc/${name}/environ`).split('\0').includes(text))
    .map(Number);
}

function describe(pid: number): string {
  return `${pid} ${textOf(`/proc/${pid}/cmdline`).replaceAll('\0', ' ')}`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
