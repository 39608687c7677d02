/** What every event store must do, whatever stands behind it. Run by the tests of each implementation. */

import { after, before, describe } from 'node:test';

import { FixtureBench, type StoreFixture } from './store-bench.ts';
import { leaseContract } from './store-contract-lease.ts';
import { logContract } from './store-contract-log.ts';
import { wakeContract } from './store-contract-wake.ts';

export function storeContract(name: string, makeStore: () => Promise<StoreFixture>): void {
  describe(`${name} as an event store`, () => {
    const bench = new FixtureBench(makeStore);
    before(() => bench.start());
    after(() => bench.end());
    logContract(bench);
    leaseContract(bench);
    wakeContract(bench);
  });
}
