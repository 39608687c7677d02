/**
 * A command of the project on one commit: in a slot of its own, under the shim. Its folder remembers the job and the
 * result, so a check that a crash cut off is taken up, and one that has a result is not run again.
 */

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { CommandResult } from '../core/event.ts';
import { safeName } from '../core/names.ts';
import type { Validation } from '../core/plan.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { Slot, SlotHolder, Worktrees } from '../ports/worktree.ts';
import { DEFAULT_PATH, findProgram } from '../process/find-program.ts';
import {
  checkFiles,
  readResult,
  runSlotJob,
  type SlotJobParts,
  shownOutput,
  slotJobEnvironment,
  writeResult,
} from './slot-job.ts';

export interface CommandCheckerParts extends SlotJobParts {
  readonly worktrees: Worktrees;
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

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
    const file = checkFiles(folder).result;
    const known = await readResult<CommandResult>(file);
    const result = known ?? (await this.#run(request, { folder, holder, signal }));
    // Without it the job's own folder still tells how it ended.
    if (known === null && result !== null) await writeResult(file, result).catch(() => undefined);
    await this.#release(holder);
    return result;
  }

  async #run(request: CheckRequest, where: Where): Promise<CommandResult | null> {
    for (let losses = 0; losses < MOST_LOSSES; losses += 1) {
      const result = await this.#runOnce(request, where);
      if (result !== 'lost') return result;
      await rm(checkFiles(where.folder).job, { recursive: true, force: true });
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
    const { job } = checkFiles(folder);
    // A job was claimed before a crash: its slot must stay as it is.
    const before = existsSync(job) ? await this.#parts.worktrees.find(holder) : null;
    if (signal.aborted && before === null) return null;
    const slot = before ?? (await this.#prepare(request, holder, signal));
    if (slot === null || 'command' in slot) return slot;
    const { what, timeoutMs } = request;
    const env = slotJobEnvironment(this.#parts.host, slot);
    const argv = commandLine(what, slot.path, env);
    if (argv === null) return notRun(what, 'no Python was found; install Python 3 or make a .venv');
    const end = await runSlotJob(this.#parts, { folder: job, slot, argv, env, timeoutMs }, signal);
    if (end.is === 'lost') return 'lost';
    if (end.is === 'not-started') return notRun(what, end.detail);
    const { exitCode, durationMs, note } = end;
    const output = await shownOutput(job, note);
    return { command: commandText(what), passed: exitCode === 0, exitCode, durationMs, output };
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

  async #release(holder: SlotHolder): Promise<void> {
    const slot = await this.#parts.worktrees.find(holder);
    if (slot !== null) await this.#parts.worktrees.release(slot, holder, 'reuse');
  }
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
