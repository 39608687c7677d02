/** Headings above tasks that seem to say how these stand, or in which order they are done: neither is read there. */

import { type FindingList, quoted } from '../finding-list.ts';
import { headingSaysOrder, laterStages, saysOrder } from '../said-order.ts';
import { saysStateOfAll } from '../said-state.ts';
import type { OuterHeading } from './found-task.ts';

interface Read {
  readonly id: string;
  readonly number: string;
  readonly done: boolean;
  readonly dependencies: readonly unknown[];
  /** It says what it depends on, be it on none. */
  readonly saysDependencies: boolean;
  readonly below: readonly OuterHeading[];
}

/** Each is told once. */
export function warnOfHeadings(tasks: readonly Read[], findings: FindingList): void {
  const headings = new Set(tasks.flatMap(({ below }) => below));
  const later = laterStages([...headings].map(({ title }) => title));
  for (const heading of headings) {
    const { title, at } = heading;
    const own = tasks.filter(({ below, done }) => below.includes(heading) && !done);
    const [first] = own;
    if (first !== undefined && saysStateOfAll(title))
      findings.warn({
        rule: 'state-unread',
        at,
        message: `${quoted(title)} seems to say how the tasks below it stand, and only a ticked box is read: Task ${first.number} is run`,
        remedy:
          'Tick the boxes of what is done (`Task 1: [x] name`); take out of the plan what is not to be run.',
        tasks: own.map(({ id }) => id).slice(0, 20),
      });
    const saysSo = headingSaysOrder(title);
    const isOpen = ({ dependencies, saysDependencies }: Read): boolean =>
      dependencies.length === 0 && (saysSo || !saysDependencies);
    const open = own.filter(isOpen);
    const last = open.at(-1);
    // The first one of an order waits for nothing; of what comes after others each one does.
    const isKept = open.length < (saysOrder(title) ? 2 : 1) || tasks.length < 2;
    if (last === undefined || isKept || !(saysSo || later.has(title))) continue;
    findings.warn({
      rule: 'order-unread',
      at,
      message: `${quoted(title)} seems to say an order, and none is read there: Task ${last.number} waits for no other`,
      remedy: 'Write `- Depends on: Task 1` below each task that is to wait.',
      tasks: open.map(({ id }) => id).slice(0, 20),
    });
  }
}
