/** What a merge has to pass before it counts: the project's command, then a look by a browser. */

import type { Commit } from '../core/attempt.ts';
import type { E2eResult } from '../core/e2e.ts';
import { changedFiles } from '../core/e2e-of-task.ts';
import type { CommandResult, TestResult } from '../core/event.ts';
import type { TaskId } from '../core/plan.ts';
import { checkIsolation } from './attempt-spec.ts';
import { checkCommit } from './check-commit.ts';
import type { Performing } from './parts.ts';

export interface MergeTest {
  /** Unique within the run. */
  readonly key: string;
  readonly task: TaskId;
  readonly commit: Commit;
  /** Empty: there is none. */
  readonly command: string;
  readonly e2e?: true;
}

const NO_COMMAND: CommandResult = { command: '', passed: true, exitCode: null, durationMs: 0, output: '' };

/** Null when it was given up. */
export async function testMerge(test: MergeTest, performing: Performing): Promise<TestResult | null> {
  const { key, commit, command, e2e } = test;
  const what = { kind: 'shell', command } as const;
  const result = command === '' ? NO_COMMAND : await checkCommit({ key, commit, what }, performing);
  if (result === null || !result.passed || e2e === undefined) return result;
  const seen = await look(test, performing);
  return seen === null ? null : { ...result, passed: seen.status !== 'failed', e2e: seen };
}

async function look(
  { key, task, commit }: MergeTest,
  { ports, state, signal }: Performing,
): Promise<E2eResult | null> {
  const { run } = state;
  const settings = state.settings.e2e;
  if (settings === undefined) throw new Error(`${task} is to be looked at, and no application is configured`);
  const seen = await ports.e2e.look({ run, key, commit, settings, isolation: checkIsolation(state) }, signal);
  if (seen === null) return null;
  const folder = `${settings.baseline}/`;
  const changed = changedFiles(state, task).filter((path) => path.startsWith(folder));
  if (changed.length === 0) return seen;
  // What is compared was chosen by the work itself: a person should know.
  const note = `this work changes ${changed.length === 1 ? 'a baseline' : `${changed.length} baselines`}: ${changed.slice(0, 10).join(', ')}`;
  return { ...seen, notes: [note, ...seen.notes] };
}
