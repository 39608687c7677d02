import type { CommandResult } from '../core/event.ts';
import type { CheckRequest } from '../ports/checker.ts';
import { checkIsolation } from './attempt-spec.ts';
import type { Performing } from './parts.ts';

/** Runs a command of the project on a commit, as the run's settings want it. Null when it was given up. */
export function checkCommit(
  what: Pick<CheckRequest, 'key' | 'commit' | 'what'>,
  { ports, state, signal }: Performing,
): Promise<CommandResult | null> {
  const { run, settings } = state;
  const request = { ...what, run, timeoutMs: settings.checkMs, isolation: checkIsolation(state) };
  return ports.checker.check(request, signal);
}
