import { slugOf } from '../core/names.ts';
import { printableLine } from '../core/printable.ts';
import { sharePrompts } from '../core/prompt-text.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { NewRun, Refusal } from './api.ts';
import type { CoxParts } from './parts.ts';
import { protectionFor } from './protection.ts';
import { unwritableLog } from './refusals.ts';

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
  const protection = await protectionFor(request.settings.isolation, parts.ports.sandbox);
  if (!protection.ok) return protection;
  const base = await repository.base();
  const inTheWay = await branchInTheWay(parts);
  if (inTheWay !== null) return err(inTheWay);
  const plan = sharePrompts(request.plan);
  const name = `${slugOf(printableLine(request.plan.name)).slice(0, 40).replace(/-$/, '') || 'run'}-${stamp(clock.now())}`;
  for (let attempt = 1; ; attempt += 1) {
    const run = attempt === 1 ? name : `${name}-${attempt}`;
    const integrationBranch = await repository.freeBranch(`integration/${run}`);
    const result = await store.append(run, 0, null, [
      {
        type: 'run.created',
        plan,
        settings: request.settings,
        base: base.commit,
        ...(base.branch === undefined ? {} : { baseBranch: base.branch }),
        integrationBranch,
        source: request.source,
        at: clock.now(),
      },
    ]);
    if (result.is === 'appended') return ok(run);
    if (result.is === 'unavailable') return err(unwritableLog(result.detail));
  }
}

/** Git can hold no branch below one that is there. */
async function branchInTheWay({ repository }: CoxParts): Promise<Refusal | null> {
  const wanted = 'cox/run/task';
  const free = await repository.freeBranch(wanted);
  if (free.startsWith('cox/')) return null;
  return {
    reason: 'repository',
    message: 'the branch `cox` is in the way: agents work on branches below cox/',
    remedy: 'Rename it, say with `git branch -m cox cox-old`.',
  };
}

/** `YYYYMMDD-HHMMSS` in UTC. */
function stamp(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-');
}
