/** A command of the project on one commit, in a slot of its own. */

import { join } from 'node:path';

import type { CommandResult } from '../core/event.ts';
import { safeName } from '../core/names.ts';
import type { Validation } from '../core/plan.ts';
import type { Checker, CheckRequest } from '../ports/checker.ts';
import { DEFAULT_PATH, findProgram } from '../process/find-program.ts';
import { type CommitJobParts, runCommitJob } from './commit-job.ts';
import { coveredShare } from './line-coverage/judge-coverage.ts';
import { readCoverage } from './line-coverage/read.ts';
import { testCount } from './output/test-count.ts';
import { printedText, shownOutput, TEXT_BYTES } from './slot-job.ts';

export interface CommandCheckerParts extends CommitJobParts {
  /** Absolute folder of a run's checks. */
  readonly folder: (run: string) => string;
}

export class CommandChecker implements Checker {
  readonly #parts: CommandCheckerParts;

  constructor(parts: CommandCheckerParts) {
    this.#parts = parts;
  }

  check(
    { run, key, commit, isolation, timeoutMs, what }: CheckRequest,
    signal: AbortSignal,
  ): Promise<CommandResult | null> {
    const command = commandText(what);
    const job = {
      holder: { run, key: `check/${key}` },
      commit,
      isolation,
      folder: join(this.#parts.folder(run), safeName(key)),
      timeoutMs,
    };
    return runCommitJob<CommandResult>(
      this.#parts,
      {
        ...job,
        call: async (slot, env) => {
          const argv = commandLine(what, slot.path, env);
          return argv === null
            ? 'no Python was found; install Python 3 or make a .venv'
            : { slot, argv, env };
        },
        judge: async ({ exitCode, begunAt, durationMs, note }, folder, slot) => {
          const output = await shownOutput(folder, note);
          const tests = testCount(await printedText(folder, TEXT_BYTES));
          const lines = await readCoverage(slot.path, begunAt);
          return {
            command,
            passed: exitCode === 0,
            exitCode,
            durationMs,
            output,
            ...(tests === null ? {} : { tests }),
            ...(lines === null ? {} : { coverage: coveredShare(lines) }),
          };
        },
        notRun: (detail) => ({ command, passed: false, exitCode: null, durationMs: 0, output: detail }),
      },
      signal,
    );
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
