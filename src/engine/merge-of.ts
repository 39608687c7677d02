import type { Commit } from '../core/attempt.ts';
import type { Branch } from '../core/branch.ts';
import type { RunState } from '../core/run-state.ts';
import type { MergeRequest } from '../ports/merger.ts';
import { subject } from './subject.ts';

/** The request for a merge. The same work onto the same commit gives the same commit, whatever it is wanted for. */
export function mergeOf(
  { run, index, settings }: RunState,
  { task, tip, since, onto }: Branch & { readonly onto: Commit },
): MergeRequest {
  const title = index.task.get(task)?.title ?? '';
  const strategy = settings.mergeStrategy;
  const message = subject(`${strategy === 'merge' ? 'Merge ' : ''}${task}: ${title}`);
  return { run, onto, tip, strategy, message, ...(since === undefined ? {} : { since }) };
}
