/**
 * One job on one commit, in a slot of its own, under the shim. Its folder remembers the job and the result, so what a
 * crash cut off is taken up, and what has a result is not run again.
 */

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';

import type { Commit } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Slot, SlotHolder, Worktrees } from '../ports/worktree.ts';
import {
  checkFiles,
  readResult,
  runSlotJob,
  type SlotJob,
  type SlotJobParts,
  type SlotJobResult,
  slotJobEnvironment,
  writeResult,
} from './slot-job.ts';

export interface CommitJobParts extends SlotJobParts {
  readonly worktrees: Worktrees;
}

export interface CommitJob<T> {
  readonly holder: SlotHolder;
  readonly commit: Commit;
  readonly isolation: IsolationSettings;
  /** Absolute; the job's own. */
  readonly folder: string;
  readonly timeoutMs: number;
  /** What to run in the slot, or why that cannot be. */
  readonly call: (slot: Slot, env: Readonly<Record<string, string>>) => Promise<SlotCall | string>;
  /** From how it ended. `job` is the folder of its logs, `slot` still holds what it has left. */
  readonly judge: (end: EndedJob, job: string, slot: Slot) => Promise<T>;
  /** It could not be run at all; in words for people. */
  readonly notRun: (detail: string) => T;
}

export type SlotCall = Pick<SlotJob, 'slot' | 'argv' | 'env'>;
export type EndedJob = Extract<SlotJobResult, { is: 'ended' }>;

/** A command that takes its shim down with it would be run for ever. */
const MOST_LOSSES = 3;

/** Null when the signal ended it. */
export async function runCommitJob<T>(
  parts: CommitJobParts,
  job: CommitJob<T>,
  signal: AbortSignal,
): Promise<T | null> {
  const file = checkFiles(job.folder).result;
  const known = await readResult<T>(file);
  const result = known ?? (await runUntilEnded(parts, job, signal));
  // Without it the job's own folder still tells how it ended.
  if (known === null && result !== null) await writeResult(file, result).catch(() => undefined);
  const slot = await parts.worktrees.find(job.holder);
  if (slot !== null) await parts.worktrees.release(slot, job.holder, 'reuse');
  return result;
}

async function runUntilEnded<T>(
  parts: CommitJobParts,
  job: CommitJob<T>,
  signal: AbortSignal,
): Promise<T | null> {
  for (let losses = 0; losses < MOST_LOSSES; losses += 1) {
    const result = await runOnce(parts, job, signal);
    if (result === null || 'value' in result) return result?.value ?? null;
    await rm(checkFiles(job.folder).job, { recursive: true, force: true });
    if (signal.aborted) return null;
  }
  return job.notRun(`something ended it ${MOST_LOSSES} times; does it kill the processes around it?`);
}

type Once<T> = { readonly value: T } | { readonly lost: true } | null;

/** `lost` when there is no result and none will come. */
async function runOnce<T>(parts: CommitJobParts, check: CommitJob<T>, signal: AbortSignal): Promise<Once<T>> {
  const { folder, holder, timeoutMs } = check;
  const { job } = checkFiles(folder);
  // A job was claimed before a crash: its slot must stay as it is.
  const before = existsSync(job) ? await parts.worktrees.find(holder) : null;
  if (signal.aborted && before === null) return null;
  const slot = before ?? (await prepared(parts, check, signal));
  if (slot === null) return null;
  if (typeof slot === 'string') return { value: check.notRun(slot) };
  const call = await check.call(slot, slotJobEnvironment(parts.host, slot));
  if (typeof call === 'string') return { value: check.notRun(call) };
  const end = await runSlotJob(parts, { folder: job, timeoutMs, ...call }, signal);
  if (end.is === 'lost') return { lost: true };
  return { value: end.is === 'not-started' ? check.notRun(end.detail) : await check.judge(end, job, slot) };
}

/** A text says why there is no slot. */
async function prepared<T>(
  { worktrees }: CommitJobParts,
  { holder, commit, isolation }: CommitJob<T>,
  signal: AbortSignal,
): Promise<Slot | string | null> {
  const made = await worktrees.prepare({ holder, commit, isolation }, signal);
  if (made.ok) return made.value;
  if (signal.aborted) return null;
  // No verdict on the work: a full disk must not be held against it.
  if (made.error.mayPass === true) throw new OutsideFailure(made.error.detail, { mayPass: true });
  return made.error.detail;
}
