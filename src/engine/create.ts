import { isBranchName, slugOf } from '../core/names.ts';
import type { Group, Plan, Task } from '../core/plan.ts';
import { printableLine } from '../core/printable.ts';
import { sharePrompts } from '../core/prompt-text.ts';
import { err, ok, type Result } from '../core/result.ts';
import type { Repository } from '../ports/repository.ts';
import type { CoxApi, NewRun, Refusal } from './api.ts';
import type { CoxParts } from './parts.ts';
import { promisedBranches } from './promised-branches.ts';
import { protectionFor } from './protection.ts';
import { unwritableLog } from './refusals.ts';

/** Looks at the repository, picks the run's id and its branch, and writes the first event. Nothing else is made. */
export async function createRun(
  request: NewRun,
  parts: CoxParts,
  read: CoxApi['read'],
): Promise<Result<string, Refusal>> {
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
  const shared = sharePrompts(request.plan);
  const promised = namedBranches(shared).length === 0 ? [] : await promisedByRuns(parts, read);
  const name = `${slugOf(printableLine(request.plan.name)).slice(0, 40).replace(/-$/, '') || 'run'}-${stamp(clock.now())}`;
  for (let attempt = 1; ; attempt += 1) {
    const run = attempt === 1 ? name : `${name}-${attempt}`;
    const { integrationBranch, plan } = await chooseBranches(run, { plan: shared, promised }, repository);
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

/** Of what the plan names, what is no branch's name is not taken; what is taken already gets a suffix. */
async function chooseBranches(
  run: string,
  { plan, promised }: { readonly plan: Plan; readonly promised: readonly string[] },
  repository: Repository,
): Promise<{ readonly integrationBranch: string; readonly plan: Plan }> {
  const wanted = `integration/${run}`;
  const [integrationBranch = wanted, ...free] = await repository.freeBranches(
    [wanted, ...namedBranches(plan)],
    [`cox/${run}/task`, ...promised],
  );
  const groups = plan.groups.map(({ branch, ...group }): Group => {
    const name = isUsable(branch) ? free.shift() : undefined;
    return name === undefined ? group : { ...group, branch: name };
  });
  const tasks = plan.tasks.map(({ branch, ...task }): Task => {
    const name = isUsable(branch) ? free.shift() : undefined;
    return name === undefined ? task : { ...task, branch: name };
  });
  return { integrationBranch, plan: { ...plan, groups, tasks } };
}

function namedBranches({ groups, tasks }: Plan): readonly string[] {
  return [...groups, ...tasks].flatMap(({ branch }) => (isUsable(branch) ? [branch] : []));
}

/** Newest ones, that are looked at: each log has to be read for it. Older ones have hardly anything left to make. */
const MOST_RUNS = 50;

/** By the runs that are there. One that cannot be read cannot go on either. */
async function promisedByRuns({ store }: CoxParts, read: CoxApi['read']): Promise<readonly string[]> {
  const promised: string[] = [];
  for (const run of (await store.runs()).slice(0, MOST_RUNS)) {
    const state = await read(run);
    if (state.ok) promised.push(...promisedBranches(state.value));
  }
  return promised;
}

function isUsable(branch: string | undefined): branch is string {
  return branch !== undefined && isBranchName(branch);
}

/** Git can hold no branch below one that is there. */
async function branchInTheWay({ repository }: CoxParts): Promise<Refusal | null> {
  const wanted = 'cox/run/task';
  const [free] = await repository.freeBranches([wanted]);
  if (free?.startsWith('cox/')) return null;
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
