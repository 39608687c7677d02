import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { printable, printableLine } from './printable.ts';

test('escapes go, the text between them stays', () => {
  assert.equal(printable('\u001b[1;31mred\u001b[0m text'), 'red text');
  assert.equal(printable('\u001b]0;new title\u0007text'), 'text');
  assert.equal(printable('\u001b]8;;http://a.b\u001b\\link\u001b]8;;\u001b\\'), 'link');
  assert.equal(printable('\u009b31mred'), 'red');
  assert.equal(printable('\u001b(Bplain \u001b7\u001b8'), 'plain ');
  assert.equal(printable('bell\u0007 back\u0008 nul\u0000 del\u007f'), 'bell back nul del');
});

test('an escape that never ends hides nothing behind it', () => {
  assert.equal(printable('\u001b]0;never ended: FAILED'), '0;never ended: FAILED');
  assert.equal(printable('\u001bPnever ended\nFAILED'), 'never ended\nFAILED');
  assert.equal(printable('\u001b[31'), '31');
});

test('taking one escape out does not make another', () => {
  assert.equal(printable('\u001b\u001b[31m[32mx'), '[32mx');
});

test('lines and tabs stay, carriage returns are line ends', () => {
  assert.equal(printable('a\tb\r\nc\rd\n'), 'a\tb\nc\nd\n');
  assert.equal(printableLine('  a\tb\r\nc\rd\n'), 'a b c d');
});

test('the direction of writing cannot be turned', () => {
  assert.equal(printable('safe\u202egnp.exe\u2066x\u200f'), 'safegnp.exex');
});

test('two names that look alike are alike', () => {
  assert.equal(printable('task\u200b-0\u00ad01\ufeff\u2060\u{e0041}'), 'task-001');
  // Without the joiner the family is four people, and the Persian word another.
  assert.equal(printable('👩‍👩‍👧‍👦 می\u200cخواهم'), '👩‍👩‍👧‍👦 می\u200cخواهم');
});

test('anything at all comes out printable, and is not changed a second time', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const out = printable(text);
      assert.doesNotMatch(out, UNPRINTABLE);
      assert.ok(out.isWellFormed());
      assert.equal(printable(out), out);
      assert.doesNotMatch(printableLine(text), /[\n\t]/);
    }),
  );
});

test('takes time in proportion to the text', () => {
  const introducers = '\u001b]'.repeat(200_000);
  const strings = `\u001bP${'a'.repeat(200_000)}`.repeat(3);
  const started = performance.now();
  printable(introducers);
  printable(strings);
  assert.ok(performance.now() - started < 5000);
});
