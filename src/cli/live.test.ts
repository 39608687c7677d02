import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startLive } from './live.ts';

/** A terminal that only remembers; it can be resized, and be closed like a window. */
class PaperTerminal extends Writable {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  output = '';
  gone: 'no' | 'emits' | 'throws' = 'no';

  constructor() {
    super({ decodeStrings: false });
  }

  override write(chunk: unknown, ...rest: never[]): boolean {
    if (this.gone === 'throws') throw Object.assign(new Error('write EIO'), { code: 'EIO', errno: -5 });
    return super.write(chunk, ...rest);
  }

  override _write(chunk: string, _encoding: string, done: (error?: Error) => void): void {
    if (this.gone === 'emits')
      return done(Object.assign(new Error('write EPIPE'), { code: 'EPIPE', errno: -32 }));
    this.output += chunk;
    done();
  }
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 6000; tries += 1) {
    if (condition()) return;
    await sleep(10);
  }
  assert.fail('it did not come about');
}

function countOf(text: string, part: string): number {
  return text.split(part).length - 1;
}

test('draws at once, and the last state stays at the end', () => {
  const stream = new PaperTerminal();
  let frame = 'first';
  const live = startLive({ stream, render: () => [frame] });
  assert.match(stream.output, /first/);
  frame = 'last';
  live.close();
  assert.match(stream.output, /last\n/);
  frame = 'too late';
  live.changed();
  live.note('too late');
  assert.doesNotMatch(stream.output, /too late/);
});

test('many changes are few drawings, and the newest state is drawn', async () => {
  const stream = new PaperTerminal();
  let drawings = 0;
  let value = 0;
  const render = () => {
    drawings += 1;
    return [`value ${value}`];
  };
  const live = startLive({ stream, render, everyMs: 50 });
  const started = performance.now();
  for (value = 1; value <= 10_000; value += 1) live.changed();
  value = 10_000;
  assert.ok(drawings <= 2 + (performance.now() - started) / 50, `${drawings} drawings`);
  await until(() => stream.output.includes('value 10000'));
  live.close();
});

test('lines stand above the block, once each', () => {
  const stream = new PaperTerminal();
  const live = startLive({ stream, render: () => ['block'] });
  live.note('task-001 failed');
  live.note('task-002 failed');
  live.close();
  assert.equal(countOf(stream.output, 'task-001 failed'), 1);
  assert.ok(stream.output.lastIndexOf('block') > stream.output.indexOf('task-002 failed'));
});

test('a new size is drawn with', () => {
  const stream = new PaperTerminal();
  const live = startLive({ stream, render: ({ width, height }) => [`size ${width}x${height}`] });
  stream.columns = 40;
  stream.rows = 10;
  stream.emit('resize');
  assert.match(stream.output, /size 80x24[\s\S]*size 40x10/);
  live.close();
  assert.equal(stream.listenerCount('resize'), 0);
});

test('the clock goes on without any change', async () => {
  const stream = new PaperTerminal();
  let drawings = 0;
  const live = startLive({
    stream,
    render: () => {
      drawings += 1;
      return [`drawing ${drawings}`];
    },
  });
  await until(() => drawings >= 2);
  live.close();
});

test('the cursor is never hidden', () => {
  const stream = new PaperTerminal();
  startLive({ stream, render: () => ['block'] }).close();
  assert.ok(!stream.output.includes('\u001b[?25l'));
});

for (const how of ['emits', 'throws'] as const) {
  test(`a terminal that is gone (${how} its error) ends the drawing and nothing else`, async () => {
    const stream = new PaperTerminal();
    let drawings = 0;
    const render = () => {
      drawings += 1;
      return [`drawing ${drawings}`];
    };
    const live = startLive({ stream, render, everyMs: 1 });
    stream.gone = how;
    live.note('into the void');
    await sleep(20);
    const before = drawings;
    live.changed();
    live.note('again');
    live.close();
    assert.equal(drawings, before);
  });
}

test('a mistake of ours is not taken for a terminal that is gone', () => {
  const stream = new PaperTerminal();
  let broken = false;
  const render = () => {
    if (broken) throw new TypeError('bug');
    return ['block'];
  };
  const live = startLive({ stream, render });
  broken = true;
  assert.throws(() => live.note('x'), TypeError);
  broken = false;
  live.close();
});
