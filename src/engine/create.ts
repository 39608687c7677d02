import { slugOf } from '../core/names.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { NewRun, Refusal } from './api.ts';
import type { CoxParts } from './parts.ts';

/** Looks at the repository, picks the run's id and its branch, and writes the first event. Nothing else is made. */
export async function createRun(request: NewRun, parts: CoxParts): Promise<Result<string, Refusal>> {
  const { store, repository, clock } = parts;
  const against = await repository.refusals({ allowDirty: request.allowDirty, ignore: request.ignoreDirty });
  const [first, ...others] = against;
  if (first !== undefined) {
    const message = [first, ...others].map((each) => each.message).join('\n');
    return err({
      reason: 'repository',
      message,
      remedy: [first, ...others].map((each) => each.remedy).join(' '),
    });
  }
  const base = await repository.base();
  const name = `${slugOf(request.plan.name).slice(0, 40) || 'run'}-${stamp(clock.now())}`;
  for (let attempt = 1; ; attempt += 1) {
    const run = attempt === 1 ? name : `${name}-${attempt}`;
    const integrationBranch = await repository.freeBranch(`integration/${run}`);
    const result = await store.append(run, 0, null, [
      {
        type: 'run.created',
        plan: request.plan,
        settings: request.settings,
        base: base.commit,
        ...(base.branch === undefined ? {} : { baseBranch: base.branch }),
        integrationBranch,
        source: request.source,
        at: clock.now(),
      },
    ]);
    if (result.is === 'appended') return ok(run);
    if (result.is === 'unavailable') {
      return err({
        reason: 'store',
        message: `the event log cannot be written: ${result.detail}`,
        remedy: 'Make room on the disk and run again.',
      });
    }
  }
}

/** `YYYYMMDD-HHMMSS` in UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
