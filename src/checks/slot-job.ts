/** One command in a slot, under the shim and behind the slot's walls: what it runs is code of the branch. */

import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { printable } from '../core/printable.ts';
import { unreachable } from '../core/result.ts';
import { lacksRoom, OutsideFailure } from '../ports/outside-failure.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { Slot } from '../ports/worktree.ts';
import { envFileSecrets } from '../process/env-files.ts';
import { allowedEnvironment, type HostEnvironment } from '../process/environment.ts';
import { type JobEnd, type JobSpec, startJob } from '../process/job.ts';
import { jobFiles } from '../process/job-folder.ts';
import { lastPart } from '../process/output-text.ts';
import { readTail } from '../process/read-tail.ts';
import { redactFile } from '../process/redact.ts';

export interface SlotJobParts {
  /** For slots that are confined. */
  readonly sandbox: Sandbox;
  /** The user's environment; checks get what any child gets, and no agent's credentials. */
  readonly host: HostEnvironment;
}

export interface SlotJob {
  /** Absolute. It remembers the job: what was begun in it is taken up. */
  readonly folder: string;
  readonly slot: Slot;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

export type SlotJobResult =
  | {
      readonly is: 'ended';
      readonly exitCode: number | null;
      /** Milliseconds since the epoch. */
      readonly begunAt: number;
      readonly durationMs: number;
      readonly note: string;
    }
  | { readonly is: 'not-started'; readonly detail: string }
  /** There is no result, and none will come: it was stopped, or its shim is gone. */
  | { readonly is: 'lost' };

const GRACE_MS = 5000;
const LOG_BYTES = 20_000_000;
/** What a person, or the next try's prompt, is shown. */
const OUTPUT = { bytes: 8000, lines: 64 };
/** What it prints on its two outputs is shown in the order in which it came. */
const BOTH_TO_STDOUT: readonly string[] = ['sh', '-c', 'exec "$@" 2>&1', 'sh'];
/** Read from the end of a log to find that much. */
const TAIL_BYTES = 64_000;

/** What a command in the slot sees. */
export function slotJobEnvironment(host: HostEnvironment, slot: Slot): Record<string, string> {
  return { ...allowedEnvironment(host), ...slot.environment, CI: 'true' };
}

/** A full disk is no verdict on the work, and is thrown as an `OutsideFailure`. */
export async function runSlotJob(
  parts: SlotJobParts,
  job: SlotJob,
  signal: AbortSignal,
): Promise<SlotJobResult> {
  const end = await endOf(parts, job, signal);
  switch (end.is) {
    case 'exited':
    case 'hard-timeout':
    case 'stopped': {
      if (end.is === 'stopped' && end.excess === undefined) return { is: 'lost' };
      const exitCode = end.is === 'exited' ? end.code : null;
      return {
        is: 'ended',
        exitCode,
        ...(await jobTimes(job.folder)),
        note: endNote(end, job.timeoutMs),
      };
    }
    case 'not-started':
      if (lacksRoom(end.detail)) throw new OutsideFailure(end.detail, { mayPass: true });
      return { is: 'not-started', detail: end.detail };
    case 'lost':
      return { is: 'lost' };
    default:
      return unreachable(end);
  }
}

async function endOf(parts: SlotJobParts, job: SlotJob, signal: AbortSignal): Promise<JobEnd> {
  const { folder, slot, argv, env, timeoutMs } = job;
  // The command may change the files.
  const secrets = envFileSecrets(slot.path);
  const started = await startJob({
    folder,
    argv: [...BOTH_TO_STDOUT, ...argv],
    cwd: slot.path,
    env,
    ...confined(parts, job),
    hardMs: timeoutMs,
    graceMs: GRACE_MS,
    logBytes: LOG_BYTES,
  });
  const stop = (): void => started.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  const end = await started.end;
  signal.removeEventListener('abort', stop);
  await redactFile(started.stdoutPath, secrets);
  return end;
}

function confined(
  { sandbox }: SlotJobParts,
  { folder, slot }: SlotJob,
): Pick<JobSpec, 'confine' | 'limits' | 'scratch'> {
  if (slot.confined === undefined) return {};
  const scratch = `${folder}-scratch`;
  const bounds = { ...slot.confined, scratch, workplace: slot.path };
  return {
    scratch,
    confine: (launch) => sandbox.confine(launch, bounds),
    limits: () => sandbox.watch(folder, bounds),
  };
}

/** What its output cannot tell. */
function endNote(
  end: Extract<JobEnd, { is: 'exited' | 'hard-timeout' | 'stopped' }>,
  timeoutMs: number,
): string {
  if (end.is === 'hard-timeout') return `stopped after ${timeoutMs / 1000} s`;
  if (end.excess !== undefined) return `it ran into a limit: ${end.excess.detail}`;
  return end.is === 'stopped' || end.signal === null ? '' : `ended by ${end.signal}`;
}

/** By the files that the shim makes: whoever takes a job up did not see it begin, nor perhaps end. */
async function jobTimes(folder: string): Promise<{ readonly begunAt: number; readonly durationMs: number }> {
  const { claim, end } = jobFiles(folder);
  try {
    const [begun, ended] = await Promise.all([stat(claim), stat(end)]);
    return {
      begunAt: begun.mtimeMs,
      durationMs: Math.max(0, Math.round(ended.mtimeMs - begun.mtimeMs)),
    };
  } catch {
    return { begunAt: Date.now(), durationMs: 0 };
  }
}

/** The last part of what it printed, and the note. */
export async function shownOutput(folder: string, note: string): Promise<string> {
  const printed = lastPart(await printedText(folder, TAIL_BYTES), OUTPUT);
  return [printed, note].filter((text) => text !== '').join('\n');
}

/** Of what it printed, for whoever looks for names and counts in it. */
export const TEXT_BYTES = 1_000_000;

/** At most the last bytes of what it printed, cleaned. */
export async function printedText(folder: string, bytes: number): Promise<string> {
  return printable(await readTail(jobFiles(folder).stdout, bytes));
}

/** Our own file, written whole or not at all. */
export async function readResult<T>(file: string): Promise<T | null> {
  try {
    const result: T = JSON.parse(await readFile(file, 'utf8'));
    return result;
  } catch {
    return null;
  }
}

export async function writeResult(file: string, result: unknown): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(`${file}.tmp`, JSON.stringify(result), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}

/** Where a check's folder keeps its job, and its result. */
export function checkFiles(folder: string): { readonly job: string; readonly result: string } {
  return { job: join(folder, 'job'), result: join(folder, 'result.json') };
}
