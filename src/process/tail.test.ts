import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { CUT_MARK } from './lines.ts';
import { followLines, type Tail } from './tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-tail-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Followed {
  readonly path: string;
  readonly lines: string[];
  readonly tail: Tail;
  end(): void;
}

let files = 0;

function follow(maxLineBytes = 1_000, content?: string): Followed {
  files += 1;
  const path = join(folder, `${files}.log`);
  if (content !== undefined) writeFileSync(path, content);
  const lines: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const tail = followLines({
    path,
    ended: promise,
    maxLineBytes,
    logBytes: 1_000_000,
    onLine: (line) => lines.push(line),
  });
  return { path, lines, tail, end: resolve };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 2_000, 'waited too long');
    await sleep(10);
  }
}

test('gives lines as they are completed', async () => {
  const { path, lines, tail, end } = follow(1_000, 'one\ntw');
  await until(() => lines.length === 1);
  appendFileSync(path, 'o\nthree');
  await until(() => lines.length === 2);
  assert.deepEqual(lines, ['one', 'two']);
  end();
  await tail.done;
  assert.deepEqual(lines, ['one', 'two', 'three']);
});

test('what was written just before the end is still read', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { path, lines, tail, end } = follow(1_000, '');
    await sleep(round);
    appendFileSync(path, 'last words\n'.repeat(10_000));
    end();
    await tail.done;
    assert.equal(lines.length, 10_000);
  }
});

test('waits for a log that is not there yet', async () => {
  const { path, lines, tail, end } = follow();
  await sleep(20);
  writeFileSync(path, 'here\n');
  await until(() => lines.length === 1);
  end();
  await tail.done;
});

test('a job without a log ends without a line', async () => {
  const { lines, tail, end } = follow();
  end();
  await tail.done;
  assert.deepEqual(lines, []);
});

test('bytes of one character that come apart stay together; long lines are cut', async () => {
  const { path, lines, tail, end } = follow(20, '');
  const bytes = Buffer.from('漢字\n');
  for (const byte of bytes) {
    appendFileSync(path, Buffer.from([byte]));
    await sleep(15);
  }
  appendFileSync(path, `${'x'.repeat(300_000)}\nnext\n`);
  end();
  await tail.done;
  assert.deepEqual(lines, ['漢字', `${'x'.repeat(20)}${CUT_MARK}`, 'next']);
});

test('close ends it at once', async () => {
  const { path, lines, tail } = follow(1_000, 'one\n');
  await until(() => lines.length === 1);
  tail.close();
  await tail.done;
  appendFileSync(path, 'two\n');
  await sleep(50);
  assert.deepEqual(lines, ['one']);
});

test('knows when the log last grew, also before this process', async () => {
  const { path, tail, end } = follow(1_000, 'old\n');
  utimesSync(path, 1_000, 1_000);
  assert.equal(tail.lastGrowth(), 1_000_000);
  const before = Date.now();
  appendFileSync(path, 'new\n');
  // The kernel's clock for files is coarser than ours.
  assert.ok(tail.lastGrowth() > before - 1_000);
  end();
  await tail.done;
});

test('a log at its bound is not known to be idle', async () => {
  const { path, tail, end } = follow(1_000, 'x'.repeat(1_000_000));
  utimesSync(path, 1_000, 1_000);
  assert.ok(tail.lastGrowth() > 1_000_000);
  end();
  await tail.done;
});

test('without a log, growth counts from the beginning', async () => {
  const before = Date.now();
  const { tail, end } = follow();
  assert.ok(tail.lastGrowth() >= before && tail.lastGrowth() <= Date.now());
  end();
  await tail.done;
});
