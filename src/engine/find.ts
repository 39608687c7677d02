import { err, ok, type Result } from '../core/result.ts';
import type { CoxApi, Refusal } from './api.ts';
import { noSuchRun } from './refusals.ts';

/** An id, the start of one, a plan's id or path: the newest run that fits. */
export async function findRun(
  what: string | undefined,
  api: Pick<CoxApi, 'runs'>,
): Promise<Result<string, Refusal>> {
  const runs = await api.runs();
  const [newest] = runs;
  if (what === undefined) {
    if (newest !== undefined) return ok(newest.run);
    return err({
      reason: 'no-such-run',
      message: 'there is no run in this repository yet',
      remedy: 'Start one with `cox run <plan>`.',
    });
  }
  const exact = runs.find((each) => each.run === what);
  if (exact !== undefined) return ok(exact.run);
  const ofPlan = runs.find((each) => each.source === what || each.planId === what || each.planName === what);
  if (ofPlan !== undefined) return ok(ofPlan.run);
  const started = runs.filter((each) => each.run.startsWith(what));
  const [only] = started;
  if (only === undefined) return err(noSuchRun(what));
  if (started.length === 1) return ok(only.run);
  return err({
    reason: 'ambiguous-run',
    message: `${what} could mean ${started.map((each) => each.run).join(', ')}`,
    remedy: 'Give more of the id.',
  });
}
