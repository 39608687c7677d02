/** A net below the reader: headings, notes and prose that say an order in which tasks are not run. */

import { type FindingList, quoted } from '../finding-list.ts';
import { behindAll, headingSaysOrder, laterStages, saysOrder } from '../said-order.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';
import type { RawGroup } from './raw-group.ts';

/** No text is read further. */
const LONGEST = 5000;

export function warnOfUnreadOrder({ groups, tasks }: LinkedPlan, prose: string, findings: FindingList): void {
  for (const { raw, number, at, tasks: needed } of groups) {
    const own = tasks.filter(({ group, isDone }) => group === number && !isDone);
    const isOpen = ({ dependsOn }: LinkedTask): boolean => dependsOn.every((id) => needed.includes(id));
    const tell = (said: string, of: readonly LinkedTask[], least: number): void => {
      // Where each waits for another one the order may well be kept.
      const open = of.filter(isOpen);
      if (own.length < 2 || open.length < least) return;
      findings.warn({
        rule: 'order-unread',
        at: open.at(-1)?.raw.at ?? at,
        message: `${quoted(said)} seems to say an order, and none is read there: ${open.at(-1)?.id ?? ''} waits for no other task of Group ${number}`,
        remedy: 'Write `depends on 1.1` into the parentheses of each task that is to wait.',
        tasks: open.map(({ id }) => id).slice(0, 20),
      });
    };
    const titles = new Set(own.flatMap(({ raw: task, row }) => task.below ?? row?.below ?? []));
    const later = laterStages([...titles]);
    for (const title of titles) {
      const below = own.filter(({ raw: task, row }) => (task.below ?? row?.below ?? []).includes(title));
      // The first one of an order waits for nothing; of what comes after others each one does.
      if (headingSaysOrder(title) || later.has(title)) tell(title, below, saysOrder(title) ? 2 : 1);
    }
    const beside = `${raw?.notes ?? ''}\n${prose}`.slice(0, LONGEST).split(/\r\n?|\n/);
    for (const task of own) {
      const said =
        behindAll(`${task.raw.title}\n${task.raw.details.slice(0, LONGEST)}`) ??
        beside.find((each) => behindAll(each) !== null && names(each, task));
      if (said !== undefined) tell(said.trim(), [task], 1);
    }
    const line = linesOf(raw).find(saysOrder);
    if (line !== undefined) tell(line, own, 2);
  }
}

/** In the parentheses of its heading, and beside its tasks. */
function linesOf(raw: RawGroup | undefined): readonly string[] {
  if (raw === undefined) return [];
  const { name, notes } = raw;
  const beside = notes.split(/\r\n?|\n/).filter((line) => !line.startsWith('#'));
  return [...(name.match(/\([^()]*\)/g) ?? []), ...beside];
}

function names(line: string, { id }: LinkedTask): boolean {
  return line
    .split(/[\s,;:()[\]`*_]+/)
    .some((word) => word.replace(/\.$/, '').toLowerCase() === id.toLowerCase());
}
