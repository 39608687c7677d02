/**
 * A command of the project on one commit: in a slot of its own, under the shim. Its folder remembers the job and the
 * result, so a check that a crash cut off is taken up, and one that has a result is not run again.
 */

import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { CommandResult } from '../core/event.ts';
import { safeName } from '../core/names.ts';
import type { Validation } from '../core/plan.ts';
import { printable } from '../core/printable.ts';
import { unreachable } from '../core/result.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import { lacksRoom, OutsideFailure } from '../ports/outside-failure.ts';
import type { Sandbox } from '../ports/sandbox.ts';
import type { Slot, SlotHolder, Worktrees } from '../ports/worktree.ts';
import { allowedEnvironment, type HostEnvironment } from '../process/environment.ts';
import { DEFAULT_PATH, findProgram } from '../process/find-program.ts';
import { type JobEnd, type JobSpec, startJob } from '../process/job.ts';
import { jobFiles } from '../process/job-folder.ts';
import { lastPart } from '../process/output-text.ts';
import { readTail } from '../process/read-tail.ts';

export interface CommandCheckerParts {
  readonly worktrees: Worktrees;
  /** For checks in slots that are confined. */
  readonly sandbox: Sandbox;
  /** The user's environment; checks get what any child gets, and no agent's credentials. */
  readonly host: HostEnvironment;
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

const GRACE_MS = 5000;
const LOG_BYTES = 20_000_000;
/** What a person, or the next try's prompt, is shown. */
const OUTPUT = { bytes: 8000, lines: 64 };
/** What it prints on its two outputs is shown in the order in which it came. */
const BOTH_TO_STDOUT: readonly string[] = ['sh', '-c', 'exec "$@" 2>&1', 'sh'];
/** Read from the end of a log to find that much. */
const TAIL_BYTES = 64_000;

/** A command that takes its shim down with it would be run for ever. */
const MOST_LOSSES = 3;

interface Where {
  readonly folder: string;
  readonly holder: SlotHolder;
  readonly signal: AbortSignal;
}

export class CommandChecker implements Checker {
  readonly #parts: CommandCheckerParts;

  constructor(parts: CommandCheckerParts) {
    this.#parts = parts;
  }

  async check(request: CheckRequest, signal: AbortSignal): Promise<CommandResult | null> {
    const folder = join(this.#parts.folder(request.run), safeName(request.key));
    const holder: SlotHolder = { run: request.run, key: `check/${request.key}` };
    const known = await readResult(folder);
    const result = known ?? (await this.#run(request, { folder, holder, signal }));
    // Without it the job's own folder still tells how it ended.
    if (known === null && result !== null) await writeResult(folder, result).catch(() => undefined);
    await this.#release(holder);
    return result;
  }

  async #run(request: CheckRequest, where: Where): Promise<CommandResult | null> {
    for (let losses = 0; losses < MOST_LOSSES; losses += 1) {
      const result = await this.#runOnce(request, where);
      if (result !== 'lost') return result;
      await rm(join(where.folder, 'job'), { recursive: true, force: true });
      if (where.signal.aborted) return null;
    }
    const detail = `something ended it ${MOST_LOSSES} times; does it kill the processes around it?`;
    return notRun(request.what, detail);
  }

  /** `lost` when there is no result and none will come. */
  async #runOnce(
    request: CheckRequest,
    { folder, holder, signal }: Where,
  ): Promise<CommandResult | 'lost' | null> {
    const job = join(folder, 'job');
    // A job was claimed before a crash: its slot must stay as it is.
    const before = existsSync(job) ? await this.#parts.worktrees.find(holder) : null;
    if (signal.aborted && before === null) return null;
    const slot = before ?? (await this.#prepare(request, holder, signal));
    if (slot === null || 'command' in slot) return slot;
    const begun = performance.now();
    const end = await this.#runJob(request, { job, slot, signal });
    const watchedMs = Math.round(performance.now() - begun);
    const durationMs = before === null ? watchedMs : ((await jobMs(job)) ?? watchedMs);
    switch (end.is) {
      case 'exited':
      case 'hard-timeout':
      case 'stopped': {
        if (end.is === 'stopped' && end.excess === undefined) return 'lost';
        const exitCode = end.is === 'exited' ? end.code : null;
        const output = [await outputOf(job), endNote(end, request.timeoutMs)]
          .filter((text) => text !== '')
          .join('\n');
        return { command: commandText(request.what), passed: exitCode === 0, exitCode, durationMs, output };
      }
      case 'not-started':
        if (lacksRoom(end.detail)) throw new OutsideFailure(end.detail, { mayPass: true });
        return notRun(request.what, end.detail);
      case 'lost':
        return 'lost';
      default:
        return unreachable(end);
    }
  }

  async #prepare(
    { commit, what, isolation }: CheckRequest,
    holder: SlotHolder,
    signal: AbortSignal,
  ): Promise<Slot | CommandResult | null> {
    const prepared = await this.#parts.worktrees.prepare({ holder, commit, isolation }, signal);
    if (prepared.ok) return prepared.value;
    if (signal.aborted) return null;
    // No verdict on the work: a full disk must not be held against it.
    if (prepared.error.mayPass === true) throw new OutsideFailure(prepared.error.detail, { mayPass: true });
    return notRun(what, prepared.error.detail);
  }

  async #runJob(
    { what, timeoutMs }: CheckRequest,
    { job, slot, signal }: { readonly job: string; readonly slot: Slot; readonly signal: AbortSignal },
  ): Promise<JobEnd> {
    const env = {
      ...allowedEnvironment(this.#parts.host),
      ...slot.environment,
      CI: 'true',
    };
    const argv = commandLine(what, slot.path, env);
    if (argv === null) {
      return { is: 'not-started', detail: 'no Python was found; install Python 3 or make a .venv' };
    }
    const started = await startJob({
      folder: job,
      argv: [...BOTH_TO_STDOUT, ...argv],
      cwd: slot.path,
      env,
      ...this.#confined(slot, job),
      hardMs: timeoutMs,
      graceMs: GRACE_MS,
      logBytes: LOG_BYTES,
    });
    const stop = (): void => started.stop();
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const end = await started.end;
    signal.removeEventListener('abort', stop);
    return end;
  }

  /** It runs code of the branch. */
  #confined({ confined, path }: Slot, job: string): Pick<JobSpec, 'confine' | 'exceeded' | 'scratch'> {
    if (confined === undefined) return {};
    const { sandbox } = this.#parts;
    const scratch = `${job}-scratch`;
    const bounds = { ...confined, scratch, workplace: path };
    return {
      scratch,
      confine: (launch) => sandbox.confine(launch, bounds),
      exceeded: () => sandbox.exceeded(job, bounds),
    };
  }

  async #release(holder: SlotHolder): Promise<void> {
    const slot = await this.#parts.worktrees.find(holder);
    if (slot !== null) await this.#parts.worktrees.release(slot, holder, 'reuse');
  }
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

/** Python statements are an argument, never part of a shell's words. Null when there is no Python. */
function commandLine(
  what: Validation,
  cwd: string,
  env: Readonly<Record<string, string>>,
): readonly string[] | null {
  if (what.kind === 'shell') return ['sh', '-c', what.command];
  const path = env['PATH'] ?? DEFAULT_PATH;
  for (const name of ['./.venv/bin/python', 'python3', 'python']) {
    const found = findProgram(name, path, cwd);
    if (found.ok) return [found.value, '-c', what.code];
  }
  return null;
}

function commandText(what: Validation): string {
  return what.kind === 'shell' ? what.command : what.code;
}

function notRun(what: Validation, detail: string): CommandResult {
  return { command: commandText(what), passed: false, exitCode: null, durationMs: 0, output: detail };
}

/** By the files that the shim makes: whoever takes a job up did not see it begin, nor perhaps end. Null when one is gone. */
async function jobMs(job: string): Promise<number | null> {
  const { claim, end } = jobFiles(job);
  try {
    const [begun, ended] = await Promise.all([stat(claim), stat(end)]);
    return Math.max(0, Math.round(ended.mtimeMs - begun.mtimeMs));
  } catch {
    return null;
  }
}

async function outputOf(job: string): Promise<string> {
  return lastPart(printable(await readTail(join(job, 'stdout.log'), TAIL_BYTES)), OUTPUT);
}

/** Our own file, written whole or not at all. */
async function readResult(folder: string): Promise<CommandResult | null> {
  try {
    const result: CommandResult = JSON.parse(await readFile(join(folder, 'result.json'), 'utf8'));
    return result;
  } catch {
    return null;
  }
}

async function writeResult(folder: string, result: CommandResult): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'result.json');
  await writeFile(`${file}.tmp`, JSON.stringify(result), { mode: 0o600 });
  await rename(`${file}.tmp`, file);
}
