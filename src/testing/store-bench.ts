/** What the parts of the store's contract suite work with. */

import type { EventStore } from '../ports/store.ts';
import type { OpenStore } from './store-opener.ts';
import { type Child, startChild } from './store-process.ts';

/** An empty log of its own. */
export interface StoreFixture {
  /** URL of a module that exports `openStore: OpenStore`; other processes import it too. */
  readonly opener: string;
  /** What `openStore` is given: a path, or a URL with everything in it. */
  readonly where: string;
  dispose(): Promise<void>;
}

/** For the parts of the suite: handles and processes on one log, closed and ended with the suite. */
export interface StoreBench {
  /** A store that stays open for the whole suite. */
  readonly store: EventStore;
  /** Another handle, as another process would have. */
  open(options?: { readonly leaseTtlMs?: number }): Promise<EventStore>;
  /** A process on the same log; see `store-child.ts` for what it can be told to do. */
  child(...what: readonly string[]): Promise<Child>;
  /** A name that no other test has. */
  newRun(): string;
}

export class FixtureBench implements StoreBench {
  readonly #makeStore: () => Promise<StoreFixture>;
  readonly #stores: EventStore[] = [];
  readonly #children: Child[] = [];
  #fixture: StoreFixture | undefined;
  #runs = 0;

  constructor(makeStore: () => Promise<StoreFixture>) {
    this.#makeStore = makeStore;
  }

  get store(): EventStore {
    const [store] = this.#stores;
    if (store === undefined) throw new Error('not started');
    return store;
  }

  async start(): Promise<void> {
    this.#fixture = await this.#makeStore();
    await this.open();
  }

  async open(options: { readonly leaseTtlMs?: number } = {}): Promise<EventStore> {
    const { opener, where } = this.#log();
    const { openStore }: { readonly openStore: OpenStore } = await import(opener);
    const store = await openStore(where, options);
    this.#stores.push(store);
    return store;
  }

  async child(...what: readonly string[]): Promise<Child> {
    const { opener, where } = this.#log();
    const child = await startChild([opener, where, ...what]);
    this.#children.push(child);
    return child;
  }

  newRun(): string {
    this.#runs += 1;
    return `run-${this.#runs}`;
  }

  async end(): Promise<void> {
    await Promise.all(this.#children.map((child) => child.kill()));
    await Promise.all(this.#stores.map((store) => store.close()));
    await this.#fixture?.dispose();
  }

  #log(): StoreFixture {
    if (this.#fixture === undefined) throw new Error('not started');
    return this.#fixture;
  }
}
