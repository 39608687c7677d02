import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { hostileText, UNPRINTABLE } from '../testing/hostile-text.ts';
import { subject } from './subject.ts';

test('a title adds no line, no trailer and no escape', () => {
  assert.equal(subject('task-001: Users'), 'task-001: Users');
  assert.equal(
    subject('task-001: Users\n\nSigned-off-by: Nobody\u001b[2J'),
    'task-001: Users Signed-off-by: Nobody',
  );
  fc.assert(
    fc.property(hostileText, (text) => {
      const line = subject(`task-001: ${text}`);
      assert.doesNotMatch(line, UNPRINTABLE);
      assert.doesNotMatch(line, /[\n\t]/);
      assert.ok(line.length <= 200 && line.isWellFormed() && line.startsWith('task-001:'));
    }),
  );
});
