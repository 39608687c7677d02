import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { isBranchName } from '../../core/names.ts';
import { hostileText } from '../../testing/hostile-text.ts';
import { attemptPin, besidePin, branchRef, candidatePin, replacedPin } from './ref-names.ts';

const COMMIT = 'a'.repeat(40);

function gitTakes(...args: readonly string[]): boolean {
  return spawnSync('git', ['check-ref-format', ...args]).status === 0;
}

test('every ref of ours is one that git takes, whatever a run, a task and a branch are called', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (run, task) => {
      const id = { run, task, number: 1 };
      for (const ref of [
        attemptPin(id),
        besidePin(id, COMMIT),
        replacedPin(run, task, COMMIT),
        candidatePin(run, COMMIT),
      ]) {
        assert.match(ref, /^refs\/cox\/[a-z0-9/-]+$/);
        assert.ok(gitTakes(ref), ref);
      }
    }),
    { numRuns: 20 },
  );
});

const branch = fc.oneof(
  hostileText,
  fc
    .array(
      fc.constantFrom('a', '-', '.', '..', '/', '@', '@{', '~1', '^', ':', ' ', '.lock', 'HEAD', '\\', '*'),
      {
        maxLength: 6,
      },
    )
    .map((parts) => parts.join('')),
);

test('what passes as a branch is one for git, and none of its words or options', () => {
  for (const name of [
    '',
    '-d',
    '@',
    'HEAD',
    'a..b',
    'a@{u}',
    'a.lock',
    'a/.b',
    'a//b',
    '/a',
    'a/',
    'a b',
    'a\u001b',
  ])
    assert.ok(!isBranchName(name), name);
  fc.assert(
    fc.property(branch, (name) => {
      fc.pre(isBranchName(name));
      // No process takes a NUL.
      assert.ok(!name.includes('\0') && gitTakes(branchRef(name)) && gitTakes('--branch', name), name);
    }),
    { numRuns: 60 },
  );
});
