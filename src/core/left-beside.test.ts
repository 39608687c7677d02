import assert from 'node:assert/strict';
import { test } from 'node:test';

import { describeFailure } from './failure.ts';
import { besideWords, leftBeside } from './left-beside.ts';

const LEFT = {
  aside: ['wt'],
  unnameable: ['.git ', 'a\n\u001b[1mb'],
  submodules: [{ path: 'lib', commit: 'd1' }],
  beside: ['c1'],
  stash: 's1',
};

test('each kind is said with its reason, or with the command that shows it', () => {
  assert.deepEqual(besideWords({}), []);
  assert.deepEqual(besideWords(LEFT), [
    'what lies in the further worktree wt is no part of its work',
    'no part of its work, for git takes no file of such a name: ".git ", "a\\n\\u001b[1mb"',
    'what it has not committed in the submodule lib (commit d1 there) is no part of its work',
    'its branch does not hold what is kept as commit c1 (`git show c1`)',
    'what it has stashed is commit s1 (`git stash apply s1`)',
  ]);
});

test('of thousands only some are named', () => {
  const unnameable = Array.from({ length: 5_000 }, (_, at) => `${at}/git~1`);
  const [words = ''] = besideWords({ unnameable });
  assert.match(words, /"19\/git~1" and 4980 more$/);
});

test('who has changed nothing is told all of it, and nothing else of the work', () => {
  const work = { ...LEFT, tip: 'b', commits: 0, files: [], linesAdded: 0, linesRemoved: 0 };
  const failure = { reason: 'nothing-changed', ...leftBeside(work) } as const;
  assert.deepEqual(failure, { reason: 'nothing-changed', ...LEFT });
  for (const words of besideWords(LEFT)) assert.ok(describeFailure(failure).includes(`; ${words}`), words);
});
