/** A workstream without tasks of its own is one task. */

import { estimateIn } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { PlacedGroup } from './group-numbers.ts';
import { agentNamesIn } from './keys.ts';
import { isDoneWord } from './marks.ts';
import type { PlacedTask } from './placed.ts';
import { fieldsOfKey, type RawGroup } from './raw-group.ts';
import type { RawTask } from './raw-task.ts';

export function placeStream(
  stream: RawGroup,
  index: number,
  groups: readonly PlacedGroup[],
  findings: FindingList,
): PlacedTask {
  const id = `workstream-${(stream.number ?? String(index + 1)).toLowerCase()}`;
  const raw = streamTask(stream);
  if (groups.length > 0) {
    findings.error({
      rule: 'task-without-group',
      at: stream.at,
      message: `${quoted(stream.name)} is a workstream in a plan of groups, and is in none of them`,
      remedy: 'List its tasks with ids, or write it as a task of a group.',
      tasks: [id],
    });
  }
  return { id, raw, group: null, isDone: raw.checked === true };
}

function streamTask(stream: RawGroup): RawTask {
  const { name, number, at, items, criteria, text, places, isMarkedDone, marks } = stream;
  const value = (...keys: Parameters<typeof fieldsOfKey>[1][]): string =>
    fieldsOfKey(stream, ...keys)[0]?.value ?? '';
  const times = fieldsOfKey(stream, 'time').map((time) => estimateIn(time.value));
  const seconds = times.find((time) => time !== null);
  const branch = value('branch').replaceAll('`', '');
  const reviewers = agentNamesIn(value('reviewer'));
  return {
    title: name === '' ? `Workstream ${number ?? ''}`.trim() : name,
    at,
    agents: agentNamesIn(value('agent', 'instance')),
    areInstances: true,
    ...(seconds === undefined ? {} : { estimateSeconds: seconds }),
    dependsOn: [],
    ...(branch === '' ? {} : { branch }),
    ...(reviewers.length === 0 ? {} : { reviewers }),
    checked: isMarkedDone || isDoneWord(value('status')) ? true : null,
    marks: isMarkedDone ? [] : marks,
    requirements: items,
    details: text,
    criteria,
    place: { end: places.heading },
  };
}
