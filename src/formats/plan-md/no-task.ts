/** An item in the list of a group that is not read as a task. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { readTaskLine } from './task-line.ts';

export interface NoTask {
  readonly at: Place;
  readonly text: string;
  /** The number of the group that it stands in, as its heading writes it; empty for none. */
  readonly group: string;
}

/** One that has an id was meant as a task: without it the group would be called complete. */
export function reportNoTask(
  { at, text, group }: NoTask,
  isRead: (id: string) => boolean,
  findings: FindingList,
): void {
  const { id, isTask, title } = readTaskLine(text);
  const says = quoted(text);
  // Behind a box it would be the id of a task.
  const meant =
    id === undefined ? readTaskLine(`[ ] ${text.replace(/^[`*_[(]+|(?<=\d)[`*_\])]+/g, '')}`).id : id;
  // `1.1 and 1.2 run at once` is said of tasks.
  const isOfGroup = group !== '' && meant?.startsWith(`${group}.`) === true && !isRead(meant);
  if (id === undefined && meant !== undefined && isOfGroup) {
    findings.error({
      rule: 'task-unclear',
      at,
      message: `${says} begins with ${meant}, as the tasks of Group ${group} do, and is not read as a task: it has no box, no colon behind its id and nobody who does it`,
      remedy: `Write it as \`- [ ] ${meant}: text (Builder-1, 2h)\`, or let it begin with other words.`,
    });
    return;
  }
  if (id !== undefined) {
    const remedy = 'Write it as `- [ ] 1.1: text (Builder-1, 2h)`, or remove it.';
    findings.error({ rule: 'task-untitled', at, message: `${says} does not say what is to be done`, remedy });
    return;
  }
  const why =
    isTask && title === ''
      ? 'it does not say what is to be done'
      : 'it has no box, no id and nobody who does it';
  findings.warn({
    rule: 'not-a-task',
    at,
    message: `${says} is not read as a task: ${why}`,
    remedy: 'Write it as `- [ ] 1.1: text (Builder-1, 2h)`, or below a line such as `**Notes**:`.',
  });
}
