/**
 * Several commands on one commit, in one slot, each once. Its folder remembers which were run and how they ended, so
 * what a crash cut off is taken up. After a crash nothing new is begun before all that was under way has ended. Where
 * something of it is lost, the slot is made anew and all is run again: nobody knows what was left half done, and what
 * one command has made is gone that another one needs.
 */

import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

import type { Commit } from '../core/attempt.ts';
import type { IsolationSettings } from '../core/isolation.ts';
import { hash32, safeName } from '../core/names.ts';
import { shellWord } from '../core/shell-word.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Slot, SlotHolder, Worktrees } from '../ports/worktree.ts';
import { DEFAULT_PATH } from '../process/find-program.ts';
import { jobFiles } from '../process/job-folder.ts';
import { type CoverageShare, readCoverage } from './line-coverage/read.ts';
import { testCount } from './output/test-count.ts';
import {
  checkFiles,
  printedText,
  readResult,
  runSlotJob,
  type SlotJobParts,
  type SlotJobResult,
  shownOutput,
  slotJobEnvironment,
  TEXT_BYTES,
  writeResult,
} from './slot-job.ts';

export interface SessionParts extends SlotJobParts {
  readonly worktrees: Worktrees;
}

export interface SessionPlace {
  readonly holder: SlotHolder;
  readonly commit: Commit;
  readonly isolation: IsolationSettings;
  /** Absolute; the session's own. */
  readonly folder: string;
  /** For each command. */
  readonly timeoutMs: number;
  readonly withoutSetUp?: true;
}

/** For the shell, or a program with its arguments. */
export type SessionCommand = string | readonly string[];

export interface CommandRun {
  readonly command: string;
  /** Null when it was ended, or could not be started. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The last part of what it printed, and how it was ended. */
  readonly output: string;
  /** Why it was not run at all, for people: its slot could not be made, its program not started. */
  readonly obstacle?: string;
  /** Absolute path of the worktree; absent where there was none. */
  readonly worktree?: string;
  /** What its tests left on coverage. */
  readonly coverage?: CoverageShare;
  /** How many tests ran, where it says that. */
  readonly tests?: number;
}

/** A command that takes its shim down with it would be run for ever. */
const MOST_LOSSES = 3;
/** Programs of the project, before those of the machine: Python's convention; others have package managers. */
const PROGRAM_FOLDERS = ['.venv/bin', 'venv/bin'];

export class CheckSession {
  readonly #parts: SessionParts;
  readonly #place: SessionPlace;
  #begun: Promise<unknown> | null = null;
  #slot: Promise<Slot | string | null> | null = null;

  constructor(parts: SessionParts, place: SessionPlace) {
    this.#parts = parts;
    this.#place = place;
  }

  /** Null when the signal ended it. A second call with a name and command gives the first one's result. */
  async run(name: string, given: SessionCommand, signal: AbortSignal): Promise<CommandRun | null> {
    const command = typeof given === 'string' ? given : given.map(shellWord).join(' ');
    const argv = typeof given === 'string' ? ['sh', '-c', given] : given;
    this.#begun ??= this.#begin(signal);
    await this.#begun;
    const { job, result: file } = checkFiles(this.#folderOf(name, command));
    const known = await readResult<CommandRun>(file);
    if (known !== null) return known;
    const slot = await this.#open(signal);
    if (slot === null) return null;
    if (typeof slot === 'string') return obstacle(command, slot);
    const run = await this.#runIn(slot, { command, argv, job, signal });
    // Without it the job's own folder still tells how it ended.
    if (run !== null && run.obstacle === undefined) await writeResult(file, run).catch(() => undefined);
    return run;
  }

  /** The last megabyte of what it printed. */
  text(name: string, command: string): Promise<string> {
    return printedText(checkFiles(this.#folderOf(name, command)).job, TEXT_BYTES);
  }

  /** Says that nothing more is to be run: from now on the results count without the slot. */
  async complete(): Promise<void> {
    await this.#set('complete');
  }

  /** Gives the slot back. What was run is still known if it was complete. */
  async close(): Promise<void> {
    const { holder } = this.#place;
    await this.#slot?.catch(() => null);
    await rm(this.#mark('prepared'), { force: true });
    const slot = await this.#parts.worktrees.find(holder);
    if (slot !== null) await this.#parts.worktrees.release(slot, holder, 'reuse');
  }

  /** Settings, and with them the command of a name, may have changed since. */
  #folderOf(name: string, command: string): string {
    return join(this.#place.folder, safeName(`${name}-${hash32(command)}`));
  }

  /** `prepared`: the slot is the session's, and all results were got in it. */
  #mark(name: 'prepared' | 'complete'): string {
    return join(this.#place.folder, name);
  }

  async #set(name: 'prepared' | 'complete'): Promise<void> {
    await mkdir(this.#place.folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#mark(name), '', { mode: 0o600 });
  }

  /** Takes up what was begun, or forgets it. */
  async #begin(signal: AbortSignal): Promise<void> {
    if (existsSync(this.#mark('complete'))) return;
    const slot = existsSync(this.#mark('prepared'))
      ? await this.#parts.worktrees.find(this.#place.holder)
      : null;
    if (slot !== null && (await this.#endEarlier(slot, signal))) this.#slot = Promise.resolve(slot);
    else await rm(this.#place.folder, { recursive: true, force: true });
  }

  async #runIn(
    slot: Slot,
    {
      command,
      argv,
      job,
      signal,
    }: {
      readonly command: string;
      readonly argv: readonly string[];
      readonly job: string;
      readonly signal: AbortSignal;
    },
  ): Promise<CommandRun | null> {
    for (let losses = 0; losses < MOST_LOSSES; losses += 1) {
      if (signal.aborted && !existsSync(job)) return null;
      const env = this.#environment(slot);
      const { timeoutMs } = this.#place;
      const end = await runSlotJob(this.#parts, { folder: job, slot, argv, env, timeoutMs }, signal);
      if (end.is === 'not-started') return obstacle(command, end.detail);
      if (end.is === 'ended') {
        const { exitCode, begunAt, durationMs, note } = end;
        const coverage = await readCoverage(slot.path, begunAt);
        const tests = testCount(await printedText(job, TEXT_BYTES));
        return {
          command,
          exitCode,
          durationMs,
          output: await shownOutput(job, note),
          worktree: slot.path,
          ...(coverage === null ? {} : { coverage }),
          ...(tests === null ? {} : { tests }),
        };
      }
      await rm(job, { recursive: true, force: true });
      if (signal.aborted) return null;
    }
    return obstacle(
      command,
      `something ended it ${MOST_LOSSES} times; does it kill the processes around it?`,
    );
  }

  #environment(slot: Slot): Record<string, string> {
    const env = slotJobEnvironment(this.#parts.host, slot);
    const own = PROGRAM_FOLDERS.map((folder) => join(slot.path, folder)).filter((folder) =>
      existsSync(folder),
    );
    return { ...env, PATH: [...own, env['PATH'] ?? DEFAULT_PATH].join(delimiter) };
  }

  /** A text says why there is no slot. */
  #open(signal: AbortSignal): Promise<Slot | string | null> {
    this.#slot ??= this.#prepare(signal);
    return this.#slot;
  }

  async #prepare(signal: AbortSignal): Promise<Slot | string | null> {
    if (signal.aborted) return null;
    const { holder, commit, isolation, withoutSetUp } = this.#place;
    const { worktrees } = this.#parts;
    const bare = withoutSetUp === undefined ? {} : { withoutSetUp };
    const prepared = await worktrees.prepare({ holder, commit, isolation, ...bare }, signal);
    if (!prepared.ok) {
      if (signal.aborted) return null;
      // No verdict on the work: a full disk must not be held against it.
      if (prepared.error.mayPass === true) throw new OutsideFailure(prepared.error.detail, { mayPass: true });
      return prepared.error.detail;
    }
    await this.#set('prepared');
    return prepared.value;
  }

  /** Waits for what was under way when a process of ours died. False when something of it has no end. */
  async #endEarlier(slot: Slot, signal: AbortSignal): Promise<boolean> {
    const { folder, timeoutMs } = this.#place;
    const names = await readdir(folder).catch(() => []);
    const jobs = names
      .map((name) => checkFiles(join(folder, name)))
      .filter(({ job, result }) => existsSync(job) && !existsSync(result));
    const ends = await Promise.all(
      jobs.map(async ({ job }) => {
        // What was never claimed has not begun.
        const end = existsSync(jobFiles(job).claim)
          ? await this.#endOf(slot, { job, timeoutMs, signal })
          : null;
        if (end?.is !== 'ended') await rm(job, { recursive: true, force: true });
        return end?.is;
      }),
    );
    return ends.every((is) => is === 'ended' || is === undefined);
  }

  /** Of a job that was claimed: no other command is begun in its place. */
  #endOf(
    slot: Slot,
    {
      job,
      timeoutMs,
      signal,
    }: { readonly job: string; readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<SlotJobResult> {
    const env = this.#environment(slot);
    return runSlotJob(this.#parts, { folder: job, slot, argv: ['false'], env, timeoutMs }, signal);
  }
}

function obstacle(command: string, detail: string): CommandRun {
  return { command, exitCode: null, durationMs: 0, output: detail, obstacle: detail };
}
