/** Joins what items say they block with what others say they wait for. */

import type { FindingList } from '../finding-list.ts';
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
  return items.map((item) => ({ ...item, dependencies: dependencies.get(item.number) ?? new Map() }));
}
