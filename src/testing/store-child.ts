/**
 * Another process on the same log. Arguments: the URL of a module that exports `openStore`, where the log is,
 * and what to do. It prints `ready` when the store is open and one line of JSON for each thing done.
 *
 *   request RUN COUNT [GAP_MS]   appends so many requests, as a second terminal would
 *   hold RUN                     takes the lease and keeps it until it is killed
 */

import { setTimeout as sleep } from 'node:timers/promises';

import type { EventStore } from '../ports/store.ts';
import { ownIdentity } from '../process/identity.ts';
import type { OpenStore } from './store-opener.ts';

async function request(store: EventStore, run: string, count: number, gapMs: number): Promise<void> {
  let seq = 0;
  for (let done = 0; done < count; ) {
    if (gapMs > 0) await sleep(gapMs);
    const at = Date.now();
    const result = await store.append(run, seq, null, [
      { type: 'requested.answer', task: `t-${process.pid}`, text: String(done), at },
    ]);
    if (result.is !== 'appended' && result.is !== 'conflict') throw new Error(JSON.stringify(result));
    seq = result.seq;
    if (result.is === 'conflict') continue;
    done += 1;
    print(result);
  }
}

async function hold(store: EventStore, run: string): Promise<void> {
  print(await store.takeLease(run, ownIdentity()));
  await sleep(2 ** 30);
}

function print(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

const [module = '', where = '', what = '', run = '', count = '1', gapMs = '0'] = process.argv.slice(2);
const { openStore }: { readonly openStore: OpenStore } = await import(module);
const store = await openStore(where);
print('ready');
// The test lets several go at once.
for await (const _line of process.stdin) break;
if (what === 'request') await request(store, run, Number(count), Number(gapMs));
else if (what === 'hold') await hold(store, run);
else throw new Error(`unknown: ${what}`);
await store.close();
