import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { EventStore, NewEvent } from '../ports/store.ts';
import type { StoreBench } from './store-bench.ts';

export function request(text: string, at = 1_700_000_000_000): NewEvent {
  return { type: 'requested.answer', task: 'task-001', text, at };
}

/** An event that only informs, which a store may write in a cheaper way. */
function report(step: string, at = 1_700_000_000_000): NewEvent {
  return { type: 'attempt.progress', task: 'task-001', attempt: 1, step, at };
}

export function logContract(bench: StoreBench): void {
  describe('append and read', () => appendContract(bench));
  describe('several writers', () => writersContract(bench));
  describe('a writer that is killed', () => crashContract(bench));
}

function appendContract(bench: StoreBench): void {
  it('gives events back in order, with run and dense seq', async () => {
    const { store } = bench;
    const run = bench.newRun();
    assert.deepEqual(await store.append(run, 0, null, [request('a', 1), report('b', 2)]), {
      is: 'appended',
      seq: 2,
    });
    assert.deepEqual(await store.append(run, 2, null, [request('c', 3)]), { is: 'appended', seq: 3 });
    const expected = [request('a', 1), report('b', 2), request('c', 3)].map((event, index) => ({
      ...event,
      run,
      seq: index + 1,
    }));
    assert.deepEqual(await store.read(run, 0), expected);
    assert.deepEqual(await store.read(run, 2), expected.slice(2));
    assert.deepEqual(await store.read(run, 3), []);
    assert.deepEqual(await (await bench.open()).read(run, 1), expected.slice(1));
  });

  it('knows nothing of a run without events', async () => {
    const run = bench.newRun();
    assert.deepEqual(await bench.store.read(run, 0), []);
    assert.deepEqual(await bench.store.append(run, 0, null, []), { is: 'appended', seq: 0 });
    assert.equal((await bench.store.runs()).includes(run), false);
  });

  it('names runs newest first, by their creation', async () => {
    const [first, second] = [bench.newRun(), bench.newRun()];
    await bench.store.append(first, 0, null, [request('', 2_000)]);
    await bench.store.append(second, 0, null, [request('', 1_000)]);
    await bench.store.append(first, 1, null, [request('', 3_000)]);
    assert.deepEqual((await bench.store.runs()).slice(0, 2), [second, first]);
  });

  it('keeps runs apart', async () => {
    const [one, other] = [bench.newRun(), bench.newRun()];
    await bench.store.append(one, 0, null, [request('one')]);
    assert.deepEqual(await bench.store.append(other, 0, null, [request('other')]), {
      is: 'appended',
      seq: 1,
    });
    assert.deepEqual((await bench.store.read(one, 0)).length, 1);
  });

  it('writes nothing on a conflict, and says where the log ends', async () => {
    const run = bench.newRun();
    await bench.store.append(run, 0, null, [request('a'), request('b')]);
    for (const wrong of [0, 1, 3, 99]) {
      assert.deepEqual(await bench.store.append(run, wrong, null, [request('x')]), {
        is: 'conflict',
        seq: 2,
      });
    }
    assert.equal((await bench.store.read(run, 0)).length, 2);
  });

  it('reads many events, from any place', async () => {
    const run = bench.newRun();
    const count = 1_000;
    await bench.store.append(
      run,
      0,
      null,
      Array.from({ length: count }, (_, index) => request(`event ${index + 1}`)),
    );
    for (const start of [0, 1, 63, 64, 65, 255, 256, 257, 512, 999, count]) {
      const events = await bench.store.read(run, start);
      assert.deepEqual(
        events.map((event) => event.seq),
        Array.from({ length: count - start }, (_, index) => start + index + 1),
      );
    }
  });

  it('keeps every text as it is', async () => {
    const texts = fc.array(
      fc.string({
        unit: fc.constantFrom('\0', '"', '\\', ',', '[', ']}', '\ud800', '\u2028', '😀', 'é', "'"),
      }),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (words) => {
        const run = bench.newRun();
        await bench.store.append(
          run,
          0,
          null,
          words.map((word) => request(word)),
        );
        const read = await bench.store.read(run, 0);
        assert.deepEqual(
          read.map((event) => (event.type === 'requested.answer' ? event.text : null)),
          words,
        );
      }),
      { numRuns: 50 },
    );
  });

  it('keeps an event of megabytes', async () => {
    const run = bench.newRun();
    const text = 'x'.repeat(4 * 1024 * 1024);
    await bench.store.append(run, 0, null, [request('before'), request(text), request('after')]);
    const [, large] = await bench.store.read(run, 0);
    assert.ok(large?.type === 'requested.answer' && large.text === text);
  });
}

interface Step {
  readonly handle: 0 | 1;
  readonly count: number;
  /** How far behind the log's end the writer is. */
  readonly behind: number;
  readonly informs: boolean;
}

const steps = fc.array(
  fc.record({
    handle: fc.constantFrom<0 | 1>(0, 1),
    count: fc.nat({ max: 4 }),
    behind: fc.oneof(
      { weight: 3, arbitrary: fc.constant(0) },
      { weight: 1, arbitrary: fc.integer({ min: -2, max: 2 }) },
    ),
    informs: fc.boolean(),
  }),
  { maxLength: 20 },
);

function eventsOf(step: Step, label: string): readonly NewEvent[] {
  return Array.from({ length: step.count }, (_, index) =>
    (step.informs ? report : request)(`${label}.${index}`),
  );
}

function writersContract(bench: StoreBench): void {
  it('behaves as a list does, whichever handle writes', async () => {
    const handles = [bench.store, await bench.open()] as const;
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        const run = bench.newRun();
        const model: NewEvent[] = [];
        for (const [index, step] of plan.entries()) {
          const events = eventsOf(step, String(index));
          const expectedSeq = model.length - step.behind;
          const result = await handles[step.handle].append(run, expectedSeq, null, events);
          if (step.behind === 0) model.push(...events);
          assert.deepEqual(result, { is: step.behind === 0 ? 'appended' : 'conflict', seq: model.length });
        }
        const expected = model.map((event, index) => ({ ...event, run, seq: index + 1 }));
        assert.deepEqual(await handles[0].read(run, 0), expected);
        assert.deepEqual(await handles[1].read(run, 0), expected);
      }),
      { numRuns: 40 },
    );
  });

  it('loses nothing when two handles write at once', async () => {
    const handles = [bench.store, await bench.open()] as const;
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.tuple(steps, steps), async (scheduler, plans) => {
        const run = bench.newRun();
        const written = plans.map((plan, index) =>
          writeAll(handles[index === 0 ? 0 : 1], { run, plan, label: `w${index}`, scheduler }),
        );
        await scheduler.waitFor(Promise.all(written));
        const log = await handles[0].read(run, 0);
        assert.deepEqual(
          log.map((event) => event.seq),
          log.map((_, index) => index + 1),
        );
        for (const [index, events] of (await Promise.all(written)).entries()) {
          const own = log.map(labelOf).filter((label) => label.startsWith(`w${index}`));
          assert.deepEqual(own, events.map(labelOf), 'each writer finds its own, in its order');
        }
      }),
      { numRuns: 30 },
    );
  });

  it('loses nothing when processes write at once', async () => {
    const run = bench.newRun();
    const each = 40;
    const children = await Promise.all([1, 2, 3].map(() => bench.child('request', run, String(each))));
    for (const child of children) child.go();
    const here = await requestAll(bench.store, run, each);
    const codes = await Promise.all(children.map((child) => child.exited));
    assert.deepEqual(codes, [0, 0, 0]);
    const log = await bench.store.read(run, 0);
    assert.deepEqual(
      log.map((event) => event.seq),
      Array.from({ length: each * 4 }, (_, index) => index + 1),
    );
    assert.equal(here, each);
    const writers = Map.groupBy(log, (event) => ('task' in event ? event.task : ''));
    assert.equal(writers.size, 4);
    for (const events of writers.values()) {
      assert.deepEqual(
        events.map(labelOf),
        Array.from({ length: each }, (_, index) => String(index)),
      );
    }
  });
}

function crashContract(bench: StoreBench): void {
  it('has every event that was acknowledged before SIGKILL, and none by halves', async () => {
    for (const acknowledged of [1, 17, 60]) {
      const run = bench.newRun();
      const child = await bench.child('request', run, '100000');
      child.go();
      for (let count = 0; count < acknowledged; count += 1) await child.next();
      await child.kill();
      const log = await bench.store.read(run, 0);
      assert.ok(log.length >= acknowledged, `${log.length} of ${acknowledged}`);
      assert.deepEqual(
        log.map(labelOf),
        log.map((_, index) => String(index)),
      );
      assert.deepEqual(await bench.store.append(run, log.length, null, [request('next')]), {
        is: 'appended',
        seq: log.length + 1,
      });
    }
  });
}

interface Writing {
  readonly run: string;
  readonly plan: readonly Step[];
  readonly label: string;
  readonly scheduler: fc.Scheduler;
}

/** Writes each step's events, again after a conflict, with other work in between as the scheduler has it. */
async function writeAll(
  store: EventStore,
  { run, plan, label, scheduler }: Writing,
): Promise<readonly NewEvent[]> {
  const written: NewEvent[] = [];
  let seen = 0;
  for (const [index, step] of plan.entries()) {
    const events = eventsOf(step, `${label}.${index}`);
    for (let done = false; !done; ) {
      const result = await scheduler.schedule(store.append(run, seen, null, events));
      assert.ok(result.is === 'appended' || result.is === 'conflict');
      done = result.is === 'appended';
      seen = result.seq;
    }
    written.push(...events);
  }
  return written;
}

async function requestAll(store: EventStore, run: string, count: number): Promise<number> {
  let seen = 0;
  let done = 0;
  while (done < count) {
    const result = await store.append(run, seen, null, [request(String(done))]);
    assert.ok(result.is === 'appended' || result.is === 'conflict');
    if (result.is === 'appended') done += 1;
    seen = result.seq;
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

function labelOf(event: NewEvent): string {
  if (event.type === 'requested.answer') return event.text;
  return event.type === 'attempt.progress' ? (event.step ?? '') : '';
}
