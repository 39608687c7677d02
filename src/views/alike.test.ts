import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failureSignature } from '../core/failure.ts';
import { alikeWords } from './alike.ts';

test('a signature is said in words, and one that is not known as it is', () => {
  assert.equal(
    alikeWords(failureSignature({ reason: 'exit-code', code: 7, tail: '' })),
    'their agents exited with 7',
  );
  assert.equal(
    alikeWords(failureSignature({ reason: 'setup', detail: 'x' })),
    'their worktrees could not be set up',
  );
  assert.equal(alikeWords('constructor:x'), 'constructor:x');
  assert.equal(alikeWords('from-the-future'), 'from-the-future');
});
