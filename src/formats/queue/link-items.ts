/** Joins what items say they block with what others say they wait for. */

import { directDependents, reach } from '../../core/graph.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, Place } from '../located-text.ts';
import type { QueueItem } from './item-file.ts';

export interface LinkedItem extends QueueItem {
  /** Numbers of the items it waits for, each with where that is written. */
  readonly dependencies: ReadonlyMap<string, Place>;
}

/** `others`: those whose number another item has, too. */
export function linkItems(
  items: readonly QueueItem[],
  others: readonly QueueItem[],
  findings: FindingList,
): readonly LinkedItem[] {
  const dependencies = new Map<string, Map<string, Place>>(items.map(({ number }) => [number, new Map()]));
  const add = (item: string, waitsFor: string, at: Place): void => {
    const known = dependencies.get(item);
    if (known !== undefined && !known.has(waitsFor)) known.set(waitsFor, at);
  };
  const isKnown = ({ number }: QueueItem, { value, at }: Located<string>): boolean => {
    if (dependencies.has(value)) return true;
    findings.error({
      rule: 'unknown-dependency',
      at,
      message: `${number} names ${value}, and the queue has no such item`,
      remedy: 'Name an item of the queue by its number, or write none.',
      tasks: [number],
    });
    return false;
  };
  for (const item of items)
    for (const each of item.blockedBy) if (isKnown(item, each)) add(item.number, each.value, each.at);
  for (const item of items)
    for (const each of item.blocks) if (isKnown(item, each)) add(each.value, item.number, each.at);
  for (const item of others) for (const each of [...item.blockedBy, ...item.blocks]) isKnown(item, each);
  const linked = items.map((item) => ({ ...item, dependencies: dependencies.get(item.number) ?? new Map() }));
  tellUnread(linked, findings);
  return linked;
}

/** Of two items of which neither waits for the other, although one says so in words of its own. */
function tellUnread(items: readonly LinkedItem[], findings: FindingList): void {
  const isOpen = ({ status }: LinkedItem): boolean => status !== 'completed';
  const open = new Set(items.filter(isOpen).map(({ number }) => number));
  const edges = directDependents(
    items.map(({ number, dependencies }) => ({ id: number, dependsOn: [...dependencies.keys()] })),
  );
  for (const { number, saidOrder } of items.filter(isOpen)) {
    for (const { value, at } of saidOrder) {
      const { words, number: other } = value;
      const isApart = !reach(edges, number).has(other) && !reach(edges, other).has(number);
      if (other === number || !open.has(other) || !isApart) continue;
      findings.warn({
        rule: 'order-unread',
        at,
        message: `${quoted(words)} is read as words alone: neither of ${number} and ${other} waits for the other`,
        remedy: 'Say it in a field below the title, such as `**BlockedBy**: 001` or `**Blocks**: 002`.',
        tasks: [number],
      });
    }
  }
}
