import assert from 'node:assert/strict';
import { test } from 'node:test';
import { markersIn } from './conflict-markers.ts';

test('markers of any length and with any name are found, with either end of line', () => {
  const text = 'a\n<<<<<<< ours\nb\n||||||| base\n=======\r\nc\r\n>>>>>>>>> theirs\nd\n';
  assert.deepEqual(markersIn(text, []), [2, 4, 5, 7]);
});

test('what only looks like one is none', () => {
  assert.deepEqual(markersIn('a << b\n<<<<<< six\n<<<<<<<x\n======= x\n==\n', []), []);
});

test('lines that a side has as its own text are left alone', () => {
  const heading = 'Title\n=======\n';
  assert.deepEqual(markersIn(heading, [heading, '']), []);
  assert.deepEqual(markersIn(`${heading}<<<<<<< a\n`, ['', heading]), [3]);
});
