import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { CUT_MARK, LineSplitter } from './lines.ts';

function split(chunks: readonly Buffer[], maxBytes: number): string[] {
  const splitter = new LineSplitter(maxBytes);
  const lines = chunks.flatMap((chunk) => splitter.push(chunk));
  const rest = splitter.flush();
  return rest === null ? lines : [...lines, rest];
}

function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % (bytes.length + 1)))].sort((a, b) => a - b);
  const bounds = [0, ...sorted, bytes.length];
  return bounds.slice(1).map((end, index) => bytes.subarray(bounds[index], end));
}

test('any bytes in any chunks give the same lines as in one', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc
      .string({ unit: fc.constantFrom('a', 'ä', '漢', '😀', '\n', '\r\n'), maxLength: 80 })
      .map((text) => Buffer.from(text)),
  );
  fc.assert(
    fc.property(bytes, fc.array(fc.nat()), fc.integer({ min: 1, max: 40 }), (whole, places, maxBytes) => {
      assert.deepEqual(split(cutAt(whole, places), maxBytes), split([whole], maxBytes));
    }),
  );
});

test('lines within the bound are given whole', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', 'ä', '漢', '😀', '\t', '\0') })), (lines) => {
      const text = lines.map((line) => `${line}\n`).join('');
      assert.deepEqual(split([Buffer.from(text)], 10_000), lines);
    }),
  );
});

test('no line is longer than the bound and its mark', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 0, max: 20 }), (array, maxBytes) => {
      for (const line of split([Buffer.from(array)], maxBytes)) {
        assert.ok(line.length <= maxBytes + CUT_MARK.length);
      }
    }),
  );
});

test('a long line is cut at a whole character', () => {
  assert.deepEqual(split([Buffer.from('aää\nb\n')], 4), [`aä${CUT_MARK}`, 'b']);
  assert.deepEqual(split([Buffer.from('aä'), Buffer.from('ääää'), Buffer.from('\nb')], 3), [
    `aä${CUT_MARK}`,
    'b',
  ]);
  assert.deepEqual(split([Buffer.from('😀😀\n')], 7), [`😀${CUT_MARK}`]);
});

test('line ends of both kinds, empty lines, and a last line without one', () => {
  assert.deepEqual(split([Buffer.from('a\r\n\n\rb\nc')], 100), ['a', '', '\rb', 'c']);
  assert.deepEqual(split([Buffer.from('a\r'), Buffer.from('\nb')], 100), ['a', 'b']);
  assert.deepEqual(split([], 100), []);
});
