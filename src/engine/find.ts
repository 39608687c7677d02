import { err, ok, type Result } from '../core/result.ts';
import { hadAnythingToDo, type RunState } from '../core/run-state.ts';
import type { Refusal } from './api.ts';
import { noSuchRun } from './refusals.ts';

export interface RunIndex {
  /** Newest first. */
  readonly ids: () => Promise<readonly string[]>;
  readonly read: (run: string) => Promise<Result<RunState, Refusal>>;
}

/**
 * An id, a plan's id, name or path (its newest run that had anything to do, if there is one), or the start of an id; without
 * anything, the newest run.
 */
export async function findRun(what: string | undefined, runs: RunIndex): Promise<Result<string, Refusal>> {
  const ids = await runs.ids();
  const [newest] = ids;
  if (what === undefined) {
    if (newest !== undefined) return ok(newest);
    return err({
      reason: 'no-such-run',
      message: 'there is no run in this repository yet',
      remedy: 'Start one with `cox run <plan>`.',
    });
  }
  if (ids.includes(what)) return ok(what);
  const ofPlan = await newestOfPlan(what, ids, runs);
  if (ofPlan !== null) return ok(ofPlan);
  const started = ids.filter((id) => id.startsWith(what));
  const [only] = started;
  if (only === undefined) return err(noSuchRun(what));
  if (started.length === 1) return ok(only);
  return err({
    reason: 'ambiguous-run',
    message: `${what} could mean ${started.slice(0, MOST_NAMED).join(', ')}${started.length > MOST_NAMED ? ' …' : ''}`,
    remedy: 'Give more of the id.',
  });
}

const MOST_NAMED = 10;

/** One log after the other: the one that is meant is seldom far from the newest, and logs are long. */
async function newestOfPlan(
  what: string,
  ids: readonly string[],
  { read }: RunIndex,
): Promise<string | null> {
  let idle: string | null = null;
  for (const id of ids) {
    const run = await read(id);
    if (!run.ok) continue;
    const { source, plan } = run.value;
    if (source !== what && plan.id !== what && plan.name !== what) continue;
    if (hadAnythingToDo(run.value)) return id;
    idle ??= id;
  }
  return idle;
}
