/** Tasks that cannot be done yet, as the plan says: they are not run, nor is what waits for them. */

import { fewOf } from '../../core/few-of.ts';
import { directDependents } from '../../core/graph.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import { taskNamesIn } from './keys.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';
import type { Hold } from './standing.ts';

/** The tasks that `Blocked by 1.1` names; null where it says anything else. */
export function waitedFor(
  { reason }: Hold,
  find: (name: string) => readonly string[] | undefined,
): readonly string[] | null {
  const names = taskNamesIn(reason.replace(/^(?:by|on|until|till|for)\s+/i, ''));
  const found = names.map(find);
  return found.length > 0 && found.every((ids) => ids !== undefined) ? found.flat() : null;
}

/** With tasks and groups as if there were no others. */
export function withoutHeld(
  { groups, tasks }: LinkedPlan,
  findings: FindingList,
  { areBarriers }: { readonly areBarriers: boolean },
): LinkedPlan {
  const held = reportHeld(tasks, groups, findings);
  if (held.size === 0) return { groups, tasks };
  const out = new Out(tasks, findings);
  for (const id of held) out.add(id);
  if (areBarriers) out.addGroups(groups);
  const left = tasks.filter(({ id }) => !out.has(id));
  const [first] = tasks;
  if (left.length === 0 && first !== undefined)
    findings.error({
      rule: 'no-tasks',
      at: { ...first.raw.at, line: 1, column: 1 },
      message: 'nothing of the plan can be run: what is not held waits for what is',
      remedy: 'Take the mark away from a task that can be done.',
    });
  const isGone = (number: number): boolean =>
    tasks.some(({ group }) => group === number) && !left.some(({ group }) => group === number);
  return {
    groups: groups
      .filter(({ number }) => !isGone(number))
      .map((group) => ({ ...group, after: group.after.filter((number) => !isGone(number)) })),
    tasks: left.map((task) => ({ ...task, dependsOn: task.dependsOn.filter((id) => !out.has(id)) })),
    held: tasks.flatMap(({ id }) => (out.has(id) ? [id] : [])),
  };
}

/** Those that are held, and not merely by what they wait for. */
function reportHeld(
  tasks: readonly LinkedTask[],
  groups: readonly LinkedGroup[],
  findings: FindingList,
): ReadonlySet<string> {
  const after = new Map(groups.map((group) => [group.number, group.after.length + group.tasks.length]));
  const held = new Set<string>();
  const told = new Map<string, { readonly hold: Hold; readonly waits: boolean; readonly ids: string[] }>();
  for (const { id, hold, dependsOn, group } of tasks) {
    if (hold === undefined) continue;
    const isBare =
      hold.reason === '' || /^(?:by )?(?:its |the )?(?:dependenc|previous|earlier|other)/i.test(hold.reason);
    const waits = hold.mayWait && isBare && dependsOn.length + (after.get(group ?? -1) ?? 0) > 0;
    if (!waits) held.add(id);
    const key = `${waits} ${hold.at.line} ${hold.at.column}`;
    const before = told.get(key) ?? { hold, waits, ids: [] };
    told.set(key, before);
    before.ids.push(id);
  }
  for (const { hold, waits, ids } of told.values()) warnOfHeld(ids, { hold, waits }, findings);
  return held;
}

function warnOfHeld(
  ids: readonly string[],
  { hold: { at, words }, waits }: { readonly hold: Hold; readonly waits: boolean },
  findings: FindingList,
): void {
  const [is, it] = ids.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  const says = words === '' ? 'as blocked or on hold' : `as ${quoted(words)}`;
  const tasks = ids.slice(0, 20);
  const message = `${fewOf(ids)} ${is} marked ${says}`;
  if (waits)
    findings.warn({
      rule: 'blocked-by-what',
      at,
      message: `${message} without a reason: ${it} run when what the plan has before is done`,
      remedy: 'Write the reason, as in `Blocked: the contract is missing`, if it is not to be run.',
      tasks,
    });
  else
    findings.warn({
      rule: 'task-held',
      at,
      message: `${message}: ${it} not run`,
      remedy: 'Take the mark away when it can be done; write `Cancelled` if nobody is to do it any more.',
      tasks,
    });
}

/** What is not run. */
class Out {
  readonly #out = new Set<string>();
  readonly #byId: ReadonlyMap<string, LinkedTask>;
  readonly #dependents: ReadonlyMap<string, readonly string[]>;
  readonly #findings: FindingList;

  constructor(tasks: readonly LinkedTask[], findings: FindingList) {
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
    this.#dependents = directDependents(tasks);
    this.#findings = findings;
  }

  has(id: string): boolean {
    return this.#out.has(id);
  }

  /** With what waits for it, however far behind. */
  add(id: string): void {
    const open = [id];
    this.#out.add(id);
    for (let out = open.shift(); out !== undefined; out = open.shift()) {
      for (const next of this.#dependents.get(out) ?? []) {
        const task = this.#byId.get(next);
        if (task === undefined || task.isDone || this.#out.has(next)) continue;
        this.#out.add(next);
        open.push(next);
        if (task.hold === undefined) this.#warn(task, out);
      }
    }
  }

  /** And groups that wait for a group of which not all is run. */
  addGroups(groups: readonly LinkedGroup[]): void {
    const members = Map.groupBy(this.#byId.values(), ({ group }) => group);
    const isRun = (number: number): boolean =>
      (members.get(number) ?? []).every(({ id }) => !this.#out.has(id));
    for (let isNew = true; isNew; ) {
      isNew = false;
      for (const group of groups) {
        const before = group.after.find((number) => !isRun(number));
        const own = members.get(group.number) ?? [];
        const open = own.filter(({ id, isDone }) => !isDone && !this.#out.has(id));
        if (before === undefined || open.length === 0) continue;
        isNew = true;
        this.#warnOfGroup(group, { before, open });
        for (const { id } of open) this.add(id);
      }
    }
  }

  #warn({ id, raw }: LinkedTask, waitsFor: string): void {
    this.#findings.warn({
      rule: 'waits-for-held',
      at: raw.at,
      message: `${id} is not run: it waits for ${waitsFor}, which is not run either`,
      remedy: `Take away what holds ${waitsFor}, or the dependency.`,
      tasks: [id, waitsFor],
    });
  }

  #warnOfGroup(
    { number, at }: LinkedGroup,
    { before, open }: { readonly before: number; readonly open: readonly LinkedTask[] },
  ): void {
    this.#findings.warn({
      rule: 'waits-for-held',
      at,
      message: `Group ${number} is not run: it waits for Group ${before}, of which not all is run`,
      remedy: `Take away what holds Group ${before}, or say that it need not be waited for, as in \`can overlap with Group ${before}\`.`,
      tasks: open.slice(0, 20).map(({ id }) => id),
    });
  }
}
