/** Which groups a group comes after. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { Located } from '../located-text.ts';
import { type GroupDependencies, readGroupDependencies } from './group-dependencies.ts';
import type { PlacedGroup } from './place-tasks.ts';

export interface LinkedGroup extends PlacedGroup {
  /** Numbers. */
  readonly after: readonly number[];
  /** Ids of tasks that all of its own wait for. */
  readonly tasks: readonly string[];
}

export function afterGroups(
  groups: readonly PlacedGroup[],
  findTask: (name: string) => string | undefined,
  findings: FindingList,
): readonly LinkedGroup[] {
  const named = new Map<string, number>();
  for (const { raw, number } of groups) {
    const kind = raw?.kind ?? 'group';
    named.set(`${kind} ${(raw?.number ?? String(number)).toLowerCase()}`, number);
  }
  return groups.map((group, index) => {
    const earlier = groups.slice(0, index).map(({ number }) => number);
    const linking = { group, earlier, named, findTask, findings };
    const written = group.raw?.fields.get('dependencies') ?? group.raw?.fields.get('depends on');
    if (written === undefined || written.value === '')
      return { ...group, after: unsaid(group, earlier), tasks: [] };
    return linkGroup(linking, written);
  });
}

/** Groups follow one another; workstreams are there to run side by side. */
function unsaid({ raw }: PlacedGroup, earlier: readonly number[]): readonly number[] {
  return raw?.kind === 'workstream' ? [] : earlier.slice(-1);
}

interface Linking {
  readonly group: PlacedGroup;
  readonly earlier: readonly number[];
  readonly named: ReadonlyMap<string, number>;
  readonly findTask: (name: string) => string | undefined;
  readonly findings: FindingList;
}

function linkGroup(linking: Linking, written: Located<string>): LinkedGroup {
  const { group, earlier, findings } = linking;
  const says = readGroupDependencies(written.value);
  if (says.isUnclear) {
    findings.warn({
      rule: 'group-dependencies-unclear',
      at: written.at,
      message: `what Group ${group.number} waits for cannot be told from ${quoted(written.value)}: it is run behind all groups before it`,
      remedy: 'Write `None`, `Group 1 complete`, or `All previous groups complete`.',
    });
    return { ...group, after: earlier, tasks: [] };
  }
  const beside = new Set(says.overlaps.map((name) => findGroup(linking, name)));
  const after = new Set(says.allPrevious ? earlier.filter((number) => !beside.has(number)) : []);
  for (const name of says.groups) {
    const number = findGroup(linking, name);
    if (number !== undefined) after.add(number);
    else unknown(linking, written, `Group ${name}`);
  }
  const tasks = says.tasks.flatMap((name) => {
    const id = linking.findTask(name);
    if (id === undefined) unknown(linking, written, `task ${name}`);
    return id ?? [];
  });
  checkOverlaps(linking, written, { says, after });
  return { ...group, after: [...after], tasks };
}

function findGroup({ group, named }: Linking, name: string): number | undefined {
  const key = name.toLowerCase();
  const kinds = group.raw?.kind === 'workstream' ? ['workstream', 'group'] : ['group', 'workstream'];
  return kinds.map((kind) => named.get(`${kind} ${key}`)).find((number) => number !== undefined);
}

function unknown({ group, findings }: Linking, { at }: Located<string>, what: string): void {
  findings.error({
    rule: 'unknown-group',
    at,
    message: `Group ${group.number} waits for ${what}, which the plan does not have`,
    remedy: 'Name a group of the plan by its number.',
  });
}

function checkOverlaps(
  linking: Linking,
  { at }: Located<string>,
  { says, after }: { readonly says: GroupDependencies; readonly after: ReadonlySet<number> },
): void {
  const { group, findings } = linking;
  for (const name of says.overlaps) {
    const number = findGroup(linking, name);
    if (number !== undefined && !after.has(number)) continue;
    findings.warn({
      rule: 'overlap-unclear',
      at,
      message:
        number === undefined
          ? `Group ${group.number} can overlap with Group ${name}, which the plan does not have`
          : `Group ${group.number} can overlap with Group ${name}, and waits for it as well: it waits`,
      remedy: 'Say of each group either that it is waited for or that it can overlap.',
    });
  }
}
