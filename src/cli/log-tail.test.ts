import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { GrowingFile, ReadableLines } from './log-tail.ts';

test('each byte of a growing file is given once, and a file may come late', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cox-tail-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'log');
  const file = new GrowingFile(path);
  let seen = '';
  const read = () =>
    file.readMore(async (bytes) => {
      seen += Buffer.from(bytes).toString();
    });
  assert.equal(await read(), 0);
  appendFileSync(path, 'one');
  assert.equal(await read(), 3);
  appendFileSync(path, 'x'.repeat(200_000));
  assert.equal(await read(), 200_000);
  assert.equal(await read(), 0);
  assert.equal(seen, `one${'x'.repeat(200_000)}`);
  await file.close();
});

test('lines come out the same however the bytes are cut', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '🚣', '\n', '\t', ' ') });
  fc.assert(
    fc.property(text, fc.array(fc.nat({ max: 60 })), (whole, cuts) => {
      const bytes = Buffer.from(whole);
      const lines = new ReadableLines({ show: ({ text }) => `> ${text}` });
      let shown = '';
      let from = 0;
      for (const cut of [
        ...cuts.map((each) => Math.min(each, bytes.length)).sort((a, b) => a - b),
        bytes.length,
      ]) {
        shown += lines.add(bytes.subarray(from, cut));
        from = cut;
      }
      shown += lines.end();
      const wanted =
        whole === ''
          ? ''
          : `${(whole.endsWith('\n') ? whole.slice(0, -1) : whole)
              .split('\n')
              .map((line) => `> ${line}\n`)
              .join('')}`;
      assert.equal(shown, wanted);
    }),
  );
});

test('a line without an end does not fill the memory, and nothing in it acts on a terminal', () => {
  const lines = new ReadableLines({ show: ({ text }) => text });
  const chunk = Buffer.from('x'.repeat(64 * 1024));
  let shown = 0;
  for (let index = 0; index < 40; index += 1) shown += lines.add(chunk).length;
  assert.ok(shown > 1_000_000);
  assert.equal(lines.add(Buffer.from('\u001b]0;title\u0007\u001b[2Jok\n')).endsWith('ok\n'), true);
});
