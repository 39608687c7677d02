/** An item in the list of a group that is not read as a task. */

import { quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import type { Reading } from './group-reading.ts';
import { readTaskLine } from './task-line.ts';

/** One that has an id was meant as a task: without it the group would be called complete. */
export function reportNoTask(
  { findings, number }: Pick<Reading, 'findings' | 'number'>,
  at: Place,
  text: string,
): void {
  const { id, isTask, title } = readTaskLine(text);
  const says = quoted(text);
  // Behind a box it would be the id of a task.
  const meant =
    id === undefined ? readTaskLine(`[ ] ${text.replace(/^[`*_[(]+|(?<=\d)[`*_\])]+/g, '')}`).id : id;
  if (id === undefined && meant !== undefined && number !== '' && meant.startsWith(`${number}.`)) {
    findings.error({
      rule: 'task-unclear',
      at,
      message: `${says} begins with ${meant}, as the tasks of Group ${number} do, and is not read as a task: it has no box, no colon behind its id and nobody who does it`,
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
