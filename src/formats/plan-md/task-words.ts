/** What a plan says of a task in its own words. */

import type { TaskId } from '../../core/plan.ts';
import type { TaskWords } from '../plan-files.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';

export function planWords({ groups, tasks }: LinkedPlan): ReadonlyMap<TaskId, TaskWords> {
  const byNumber = new Map(groups.map((group) => [group.number, group]));
  return new Map(tasks.map((task) => [task.id, wordsOf(task, byNumber.get(task.group ?? -1))]));
}

export function wordsOf({ raw, row }: LinkedTask, group: LinkedGroup | undefined): TaskWords {
  const ofGroup = group?.raw?.criteria ?? [];
  const notes = group?.raw?.notes ?? '';
  const below = raw.below ?? row?.below ?? [];
  const own = [
    raw.title,
    below.length === 0 ? '' : `In the plan it stands below: ${below.join(' / ')}`,
    bullets([...(raw.notes ?? []), ...(raw.remarks ?? [])]),
    // A row has no text of its own.
    raw.details === '' ? bullets(raw.requirements) : raw.details,
    bullets(row?.requirements ?? []),
  ];
  const shared = [
    ofGroup.length === 0
      ? ''
      : `When all tasks of the group are done, together they must meet:\n${ofGroup.map((each) => `- ${each}`).join('\n')}`,
    notes === '' ? '' : `What the plan says of the whole group:\n${notes}`,
  ];
  const joined = (parts: readonly string[]): string =>
    parts.filter((part) => part.trim() !== '').join('\n\n');
  return {
    requirements: joined(own),
    more: joined(shared),
    checklist: raw.criteria.map((each) => `- [ ] ${each}`).join('\n'),
  };
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}
