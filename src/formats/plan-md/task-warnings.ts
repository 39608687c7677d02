/** What a plan leaves open of a single task. */

import { isSize } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { LinkedTask } from './linked.ts';

export function warnOfGuess({ id, raw }: LinkedTask, findings: FindingList): void {
  findings.warn({
    rule: 'verifying-guessed',
    at: raw.at,
    message: `${id} seems to verify only: it may end without a change`,
    remedy:
      'Say `verify only` in its parentheses if it must change nothing, `Verify only: no` if it must change something.',
    tasks: [id],
  });
}

export function warnOfNotes({ id, raw }: LinkedTask, findings: FindingList): void {
  for (const note of raw.notes ?? []) {
    findings.warn({
      rule: 'assignment-unclear',
      at: raw.at,
      message: `${quoted(note)} in the parentheses of ${id} is not understood: it is told to the agent as it is`,
      remedy:
        'Write agents, a time, `depends on 1.1`, `Reviewer: Ada-1` or `Branch: name`, and the rest below the task.',
      tasks: [id],
    });
  }
}

export function warnOfTime({ id, raw, row }: LinkedTask, findings: FindingList): void {
  const unclear = raw.unclearTime ?? row?.unclearTime;
  if (unclear === undefined || isSize(unclear)) return;
  findings.warn({
    rule: 'estimate-unclear',
    at: raw.unclearTime === undefined ? (row ?? raw).at : raw.at,
    message: `the estimate ${quoted(unclear)} of ${id} is no time`,
    remedy: 'Write a number and its unit, e.g. `90min`, `2h` or `3 days`.',
    tasks: [id],
  });
}

/** Where one task of a plan names none, many do, so it is said once. What is done is nobody's any more. */
export function warnOfAgents(
  tasks: readonly LinkedTask[],
  isAssigned: (id: string) => boolean,
  findings: FindingList,
): void {
  const without = tasks.filter(({ id, isDone }) => !isDone && !isAssigned(id));
  const [first] = without;
  if (first === undefined) return;
  findings.warn({
    rule: 'agent-missing',
    at: first.raw.at,
    message:
      without.length === 1
        ? `${first.id} names no agent; the default one will run it`
        : `${without.length} of ${tasks.length} tasks name no agent; the default one will run them`,
    remedy: 'Name one behind the task, as in `(Builder-1, 2h)`.',
    tasks: without.slice(0, 20).map(({ id }) => id),
  });
}
