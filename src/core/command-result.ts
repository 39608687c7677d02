/** How a command of the project ended, and what else was seen of a merge. */

import type { E2eResult } from './e2e.ts';

export interface CommandResult {
  readonly command: string;
  readonly passed: boolean;
  /** Null when it was stopped or could not be started. */
  readonly exitCode: number | null;
  readonly durationMs: number;
  /** The last part of what it printed. */
  readonly output: string;
  /** How many tests it has run, where the test program says that. */
  readonly tests?: number;
  /** Of the lines, in percent, where it has left a report. */
  readonly coverage?: number;
}

/** Of a merge. Without a command that of `command` is empty. */
export interface TestResult extends CommandResult {
  /** Absent: it was not asked for, or the command failed before. */
  readonly e2e?: E2eResult;
}
