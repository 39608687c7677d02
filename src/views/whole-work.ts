/** What tests say of the merged work as a whole, and of what it adds. */

import type { CommandResult } from '../core/event.ts';
import type { RunState } from '../core/run-state.ts';
import type { TaskRecord } from '../core/task-state.ts';

/** Of the merge that the integration branch stands on; absent where that was not tested. */
export function wholeTest({ tasks, integration, mergeTests }: RunState): CommandResult | undefined {
  const last = [...tasks.values()].find(
    ({ state }) => state.is === 'merged' && state.commit === integration.tip,
  );
  return last === undefined ? undefined : mergeTests.get(last.id);
}

/** Of lines, in percent; null where the last test of a merge left no report. */
export function combinedCoverage(state: RunState): number | null {
  return wholeTest(state)?.coverage ?? null;
}

/**
 * Tests of the whole beside those of the base, where one command has told both; else the sum of what each task's own
 * checks have told of its work and of what it began from. Null where some of that is not known.
 */
export function testsAdded(state: RunState): number | null {
  const whole = wholeTest(state);
  const before = whole === undefined ? undefined : testsOfBase(state, whole.command);
  if (whole?.tests !== undefined && before !== undefined) return whole.tests - before;
  const merged = [...state.tasks.values()].filter((record) => record.state.is === 'merged');
  const added = merged.map(addedBy);
  return added.length === 0 || added.includes(null)
    ? null
    : added.reduce<number>((sum, each) => sum + (each ?? 0), 0);
}

/** As the checks of a task that began there have found. */
function testsOfBase({ tasks, base }: RunState, command: string): number | undefined {
  for (const { attempts, proof } of tasks.values()) {
    if (!attempts.some((each) => each.base === base && each.outcome?.work?.tip === proof?.tip)) continue;
    const known = proof?.checks.find((each) => each.command === command && each.testsOnBase !== undefined);
    if (known !== undefined) return known.testsOnBase;
  }
  return undefined;
}

function addedBy({ proof }: TaskRecord): number | null {
  const counted = proof?.checks.filter((each) => each.tests !== undefined) ?? [];
  if (counted.length === 0) return null;
  let sum = 0;
  for (const { tests = 0, testsOnBase } of counted) {
    if (testsOnBase === undefined) return null;
    sum += tests - testsOnBase;
  }
  return sum;
}
