/** The rows that tables have of one task, as one. */

import type { FindingList } from '../finding-list.ts';
import { nameKey } from './name-key.ts';
import type { TableTask } from './task-table.ts';

/** A task may be in several tables; within one table it is twice by mistake, and both rows are given. */
export function mergeRows(rows: readonly TableTask[], findings: FindingList): readonly TableTask[] {
  const merged: TableTask[] = [];
  const places = new Map<string, number>();
  const seen = new Set<string>();
  for (const row of rows) {
    const key = nameKey(row.id ?? '');
    const index = places.get(key) ?? merged.length;
    const before = merged[index];
    const isTwice = seen.has(`${row.table} ${key}`);
    seen.add(`${row.table} ${key}`);
    if (isTwice) merged.push(row);
    else {
      merged[index] = before === undefined ? row : joined(before, row, findings);
      places.set(key, index);
    }
  }
  return merged;
}

/** The first one counts, the second fills in what is missing. */
function joined(first: TableTask, second: TableTask, findings: FindingList): TableTask {
  warnOfOthers(first, second, findings);
  const { agents, areInstances } =
    first.agents.length === 0 || (second.areInstances && !first.areInstances && second.agents.length > 0)
      ? second
      : first;
  const checked =
    first.checked === null || second.checked === null
      ? (first.checked ?? second.checked)
      : first.checked && second.checked;
  const described = first.isDescribed ? first : second;
  const group = first.group?.value ? first.group : (second.group ?? first.group);
  return {
    ...second,
    ...first,
    title: described.title,
    isDescribed: described.isDescribed,
    agents,
    areInstances,
    dependsOn: [...new Set([...first.dependsOn, ...second.dependsOn])],
    requirements: [...new Set([...first.requirements, ...second.requirements])],
    marks: [...first.marks, ...second.marks],
    checked,
    ...(group === undefined ? {} : { group }),
    alsoIn: [...(first.alsoIn ?? []), ...(second.place === undefined ? [] : [second.place])],
  };
}

function warnOfOthers(first: TableTask, second: TableTask, findings: FindingList): void {
  const of = (row: TableTask): readonly (readonly [string, string | undefined])[] => [
    ['group', row.group?.value || undefined],
    ['branch', row.branch],
    ['status', row.checked === null ? undefined : row.checked ? 'done' : 'not done'],
  ];
  const others = of(second);
  for (const [index, [what, value]] of of(first).entries()) {
    const other = others[index]?.[1];
    if (value === undefined || other === undefined || value === other) continue;
    const counts = what === 'status' ? 'it is taken as not done' : 'the first counts';
    findings.warn({
      rule: 'contradictory-rows',
      at: second.at,
      message: `another table, in line ${first.at.line}, says of ${first.id ?? ''} another ${what} (${value}) than this one (${other}): ${counts}`,
      remedy: 'Let both say the same.',
      tasks: [first.id ?? ''],
    });
  }
}
