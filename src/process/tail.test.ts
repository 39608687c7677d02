import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { CUT_MARK } from './lines.ts';
import { eachRound } from './rounds.ts';
import { Tail } from './tail.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-tail-'));
after(() => rmSync(folder, { recursive: true, force: true }));

interface Followed {
  readonly path: string;
  readonly lines: string[];
  readonly tail: Tail;
  /** Resolves when all lines were given. */
  end(): Promise<void>;
}

let files = 0;

/** Looked at all the time. */
function follow(maxLineBytes = 1_000, content?: string): Followed {
  files += 1;
  const path = join(folder, `${files}.log`);
  if (content !== undefined) writeFileSync(path, content);
  const lines: string[] = [];
  const tail = new Tail({ path, maxLineBytes, logBytes: 1_000_000, onLine: (line) => lines.push(line) });
  const leave = eachRound({ everyMs: 5, most: 1 }, () => tail.look());
  return {
    path,
    lines,
    tail,
    end: () => {
      leave();
      return tail.finish();
    },
  };
}

async function until(condition: () => boolean): Promise<void> {
  for (let tries = 0; !condition(); tries += 1) {
    assert.ok(tries < 6_000, 'waited too long');
    await sleep(10);
  }
}

test('gives lines as they are completed', async () => {
  const { path, lines, end } = follow(1_000, 'one\ntw');
  await until(() => lines.length === 1);
  appendFileSync(path, 'o\nthree');
  await until(() => lines.length === 2);
  assert.deepEqual(lines, ['one', 'two']);
  await end();
  assert.deepEqual(lines, ['one', 'two', 'three']);
});

test('what was written just before the end is still read', async () => {
  for (let round = 0; round < 20; round += 1) {
    const { path, lines, end } = follow(1_000, '');
    await sleep(round);
    appendFileSync(path, 'last words\n'.repeat(10_000));
    await end();
    assert.equal(lines.length, 10_000);
  }
});

test('waits for a log that is not there yet', async () => {
  const { path, lines, end } = follow();
  await sleep(20);
  writeFileSync(path, 'here\n');
  await until(() => lines.length === 1);
  await end();
});

test('a log that cannot be opened for want of files is read when there are some', async () => {
  const path = join(folder, 'many-files.log');
  writeFileSync(path, 'one\ntwo\n');
  const program = `
    const { closeSync, openSync } = require('node:fs');
    const path = ${JSON.stringify(path)};
    import(${JSON.stringify(new URL('tail.ts', import.meta.url).href)}).then(async ({ Tail }) => {
      const options = { path, maxLineBytes: 100, logBytes: 100, onLine: (line) => lines.push(line) };
      const lines = [];
      const tails = [new Tail(options), new Tail(options)];
      const taken = [];
      const give = (count) => taken.splice(0, count).forEach((file) => closeSync(file));
      try {
        for (;;) taken.push(openSync(path));
      } catch {}
      tails[0].look();
      const ends = tails.map((tail) => tail.finish());
      setTimeout(() => give(Infinity), 100);
      await Promise.all(ends);
      console.log(lines.join());
    });`;
  const shell = ['-c', 'ulimit -n 200; exec "$0" --eval "$1"', process.execPath, program];
  assert.equal(execFileSync('sh', shell, { encoding: 'utf8' }), 'one,two,one,two\n');
});

test('a job without a log ends without a line', async () => {
  const { lines, end } = follow();
  await end();
  assert.deepEqual(lines, []);
});

test('bytes of one character that come apart stay together; long lines are cut', async () => {
  const { path, lines, end } = follow(20, '');
  const bytes = Buffer.from('漢字\n');
  for (const byte of bytes) {
    appendFileSync(path, Buffer.from([byte]));
    await sleep(15);
  }
  appendFileSync(path, `${'x'.repeat(300_000)}\nnext\n`);
  await end();
  assert.deepEqual(lines, ['漢字', `${'x'.repeat(20)}${CUT_MARK}`, 'next']);
});

test('close ends it at once', async () => {
  const { path, lines, tail, end } = follow(1_000, 'one\n');
  await until(() => lines.length === 1);
  tail.close();
  appendFileSync(path, 'two\n');
  await sleep(50);
  await end();
  assert.deepEqual(lines, ['one']);
});

test('knows when the log last grew, also before this process', async () => {
  const { path, tail, end } = follow(1_000, 'old\n');
  utimesSync(path, 1_000, 1_000);
  tail.look();
  assert.equal(tail.lastGrowth, 1_000_000);
  const before = Date.now();
  appendFileSync(path, 'new\n');
  tail.look();
  // The kernel's clock for files is coarser than ours.
  assert.ok(tail.lastGrowth > before - 1_000);
  await end();
});

test('a log at its bound is not known to be idle', async () => {
  const { path, tail, end } = follow(1_000, 'x'.repeat(1_000_000));
  utimesSync(path, 1_000, 1_000);
  tail.look();
  assert.equal(tail.isFull, true);
  assert.ok(tail.lastGrowth > 1_000_000);
  await end();
});

test('without a log there is no growth', async () => {
  const { tail, end } = follow();
  tail.look();
  assert.equal(tail.lastGrowth, 0);
  assert.equal(tail.isFull, false);
  await end();
});

test('a line may close it', async () => {
  const path = join(folder, 'closing.log');
  writeFileSync(path, 'one\ntwo\nthree');
  const lines: string[] = [];
  const onLine = (line: string): void => {
    lines.push(line);
    tail.close();
  };
  const tail = new Tail({ path, maxLineBytes: 1_000, logBytes: 1_000_000, onLine });
  tail.look();
  await tail.finish();
  assert.deepEqual(lines, ['one']);
});

test('what is much is given in pieces, between which others have their turn', async () => {
  const { path, lines, end } = follow(1_000, '');
  appendFileSync(path, 'a line of a flood\n'.repeat(500_000));
  let turns = 0;
  const leave = eachRound({ everyMs: 1, most: 1 }, () => {
    if (lines.length > 0 && lines.length < 500_000) turns += 1;
  });
  await until(() => lines.length === 500_000);
  leave();
  assert.ok(turns > 0);
  await end();
});

test('neither a link is followed nor a pipe waited for', async () => {
  symlinkSync('closing.log', join(folder, 'link.log'));
  execFileSync('mkfifo', [join(folder, 'pipe.log')]);
  for (const name of ['link.log', 'pipe.log']) {
    const lines: string[] = [];
    const path = join(folder, name);
    const tail = new Tail({ path, maxLineBytes: 10, logBytes: 10, onLine: (line) => lines.push(line) });
    tail.look();
    await tail.finish();
    assert.deepEqual(lines, []);
  }
});
