import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ScopeEntry } from '../../core/plan.ts';
import { isInScope, matching, rulesOf, rulesText, ruleText } from './paths.ts';

const entry = (pattern: string, symbol?: string): ScopeEntry =>
  symbol === undefined ? { pattern } : { pattern, symbol };
const scope = (modify: readonly ScopeEntry[], create: readonly ScopeEntry[] = []) => ({
  create,
  modify,
  boundary: [],
});

test('a scope that names no path, or every path, is no limit; one that only verifies is', () => {
  assert.equal(rulesOf(scope([]), false).isUnlimited, true);
  assert.equal(rulesOf(scope([entry('**/*')]), false).isUnlimited, true);
  assert.equal(rulesOf(scope([], [entry('**')]), false).isUnlimited, true);
  assert.equal(rulesOf(scope([entry('**/*', 'App')]), false).isUnlimited, false, 'a part of each file');
  assert.equal(rulesOf(scope([entry('src/**')]), false).isUnlimited, false);
  assert.equal(rulesOf(scope([]), true).isUnlimited, false);
  assert.equal(rulesOf({ ...scope([]), boundary: [entry('src/')] }, false).isUnlimited, true);
});

test('a path is in scope by what may be created and by what may be changed', () => {
  const rules = rulesOf(
    { ...scope([entry('src/*.ts')], [entry('docs/')]), boundary: [entry('lib/**')] },
    false,
  );
  for (const path of ['src/a.ts', 'docs/a/b.md']) assert.equal(isInScope(rules, path), true, path);
  for (const path of ['src/a/b.ts', 'src/a.js', 'lib/a.ts', 'doc'])
    assert.equal(isInScope(rules, path), false, path);
  assert.deepEqual(matching(rules.boundary, 'lib/deep/a.ts').map(ruleText), ['lib/**']);
});

test('the scope is told line by line, as it stands in the plan', () => {
  const rules = rulesOf(scope([entry('a.ts', 'App.run'), entry('b/')]), false);
  assert.equal(
    rulesText(rules),
    'This task may create: nothing\nThis task may change: a.ts::App.run, b/\nThis task must leave alone: nothing',
  );
});
