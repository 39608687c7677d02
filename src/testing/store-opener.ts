/** Opens the SQLite store in a process of the store's contract suite. */

import type { EventStore } from '../ports/store.ts';
import { openEventStore } from '../store/open.ts';

/** What the contract suite asks of a module that opens a store for it. Throws when it cannot be opened. */
export type OpenStore = (
  where: string,
  options?: { readonly leaseTtlMs?: number },
) => EventStore | Promise<EventStore>;

export const openStore: OpenStore = (where, options = {}) => {
  const opened = openEventStore({ file: where, ...options });
  if (!opened.ok) throw new Error(opened.error.detail);
  return opened.value;
};
