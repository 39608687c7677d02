import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { type Judged, judgeRed, type Sight } from './judge-run.ts';
import type { CommandRun } from './session.ts';

const TESTS: Judged = { name: 'tests', kind: 'tests', critical: true };
const LINT: Judged = { name: 'lint', kind: 'lint', critical: false };
const AUDIT: Judged = { name: 'security-audit', kind: 'security-audit', critical: false };

function sight(text: string, change: Partial<CommandRun> = {}): Sight {
  return { text, run: { command: 'x', exitCode: 1, durationMs: 1, output: text, ...change } };
}

const GREEN = sight('', { exitCode: 0 });
const MISSING = sight('sh: x: not found', { exitCode: 127 });
const NO_SLOT = sight('the set-up command failed', { exitCode: null, obstacle: 'the set-up command failed' });

describe('a red check', () => {
  it('is the work’s where the base is green, or has no such check', () => {
    assert.partialDeepStrictEqual(judgeRed(TESTS, sight('not ok 1 - a'), GREEN), {
      status: 'failed',
      onBase: 'passed',
      findings: [{ message: 'a' }],
    });
    assert.equal(judgeRed(TESTS, sight(''), null).onBase, undefined);
    assert.equal(judgeRed(TESTS, sight(''), null).status, 'failed');
  });

  it('that cannot be run is the work’s where the base runs', () => {
    for (const tip of [MISSING, NO_SLOT])
      assert.partialDeepStrictEqual(judgeRed(TESTS, tip, GREEN), { status: 'failed', onBase: 'passed' });
    assert.partialDeepStrictEqual(judgeRed(TESTS, MISSING, sight('not ok 1 - a')), {
      status: 'failed',
      onBase: 'warning',
    });
    for (const base of [MISSING, NO_SLOT])
      assert.partialDeepStrictEqual(judgeRed(TESTS, NO_SLOT, base), { status: 'not run', onBase: 'not run' });
    assert.partialDeepStrictEqual(judgeRed(TESTS, sight('not ok 1 - a'), MISSING), {
      status: 'failed',
      onBase: 'not run',
    });
  });

  it('is the base’s where all that fails failed there', () => {
    const base = sight('not ok 1 - a\nnot ok 2 - b');
    assert.partialDeepStrictEqual(judgeRed(TESTS, sight('not ok 2 - b'), base), {
      status: 'failed',
      onBase: 'failed',
    });
    assert.partialDeepStrictEqual(judgeRed(LINT, sight('x'), sight('y')), { onBase: 'failed' });
    const moved = sight('a.py:9: bad', { exitCode: 1 });
    assert.partialDeepStrictEqual(judgeRed(LINT, moved, sight('a.py:2: bad')), { onBase: 'failed' });
  });

  it('is the work’s where something else fails as well, or all of it without a word', () => {
    const base = sight('not ok 1 - a');
    const more = judgeRed(TESTS, sight('not ok 1 - a\nnot ok 2 - new'), base);
    assert.partialDeepStrictEqual(more, { onBase: 'warning', findings: [{ message: 'new' }] });
    assert.equal(more.findings.length, 1);
    for (const tip of [sight('crashed'), sight('', { exitCode: null }), sight('', { exitCode: 2 })])
      assert.equal(judgeRed(TESTS, tip, base).onBase, 'warning');
    assert.equal(judgeRed(LINT, sight('', { exitCode: 2 }), sight('')).onBase, 'warning');
  });

  it('names places from the repository’s root, whatever slot it ran in', () => {
    const tip = sight('/pool/slot-2/src/a.js:3:1: bad', { worktree: '/pool/slot-2' });
    const base = sight('/pool/slot-1/src/a.js:1:1: bad', { worktree: '/pool/slot-1' });
    assert.partialDeepStrictEqual(judgeRed(LINT, tip, base), {
      onBase: 'failed',
      findings: [{ path: 'src/a.js', line: 3 }],
    });
  });

  it('that is an audit without an answer was not run', () => {
    const refused = sight('{"message":"405 Method Not Allowed"}');
    const result = judgeRed(AUDIT, refused, GREEN);
    assert.equal(result.status, 'not run');
    assert.match(result.detail, /405/);
    assert.equal(judgeRed(AUDIT, MISSING, MISSING).status, 'not run');
    const flawed = sight('{"vulnerabilities":{"ws":{},"qs":{}}}');
    assert.partialDeepStrictEqual(judgeRed(AUDIT, flawed, sight('{"vulnerabilities":{"ws":{}}}')), {
      status: 'failed',
      onBase: 'warning',
      findings: [{ message: 'qs has a known flaw' }],
    });
  });

  it('names a few findings in its line, and keeps a bounded number', () => {
    const text = Array.from({ length: 80 }, (_, index) => `not ok ${index} - test ${index}`).join('\n');
    const result = judgeRed(TESTS, sight(text), GREEN);
    assert.equal(result.findings.length, 50);
    assert.match(result.detail, /test 0, .*test 4 and 75 more$/);
  });
});
