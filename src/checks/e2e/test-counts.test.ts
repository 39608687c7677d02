import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { testCounts } from './test-counts.ts';

describe('the number of interactive tests', () => {
  const cases: Readonly<Record<string, readonly [output: string, passed: number, total: number]>> = {
    "Playwright's list": ['Running 5 tests using 1 worker\n  ✓ 1 a (1s)\n\n  5 passed (3.2s)\n', 5, 5],
    "Playwright's list with failures": [
      '  1 failed\n    [chromium] › a.spec.ts:3:1 › a\n  1 flaky\n  2 skipped\n  4 passed (3.2s)',
      5,
      6,
    ],
    "Playwright's JSON, its beginning lost": [
      '"suites": []},\n  "stats": {\n    "duration": 1.5,\n    "expected": 4,\n    "skipped": 1,\n    "unexpected": 1,\n    "flaky": 0\n  }\n}',
      4,
      5,
    ],
    Jest: ['Tests:       1 failed, 1 skipped, 4 passed, 6 total\nTime: 2 s', 4, 5],
    Vitest: [' Test Files  1 passed (1)\n      Tests  5 passed (5)\n', 5, 5],
    "Jest's JSON": ['> test\n{"numFailedTests":2,"numPassedTests":3,"testResults":[]}', 3, 5],
    'Node.js': ['ℹ tests 5\nℹ pass 4\nℹ fail 1\n', 4, 5],
    TAP: ['# tests 2\n# pass 2\n# fail 0\n', 2, 2],
    'Cypress and Mocha': ['  5 passing (2s)\n  1 failing\n', 5, 6],
    pytest: ['===== 1 failed, 4 passed in 2.1s =====', 4, 5],
  };
  for (const [name, [output, passed, total]] of Object.entries(cases)) {
    it(`is read from ${name}`, () => assert.deepEqual(testCounts(output), { passed, total }));
  }

  it('is not known from other output', () => {
    for (const output of [
      '',
      'done',
      'all 5 passed without a hitch',
      '0 passed',
      '{"stats": {"expected": "4"}}',
    ])
      assert.equal(testCounts(output), null, output);
  });

  it('takes any output, and does not go over long ones again and again', () => {
    fc.assert(fc.property(fc.string(), (text) => testCounts(text) !== undefined));
    for (const text of ['= passed ', '"stats": {', '{', 'Tests: passed ', ' ', '5 passed'])
      testCounts(text.repeat(20_000));
  });
});
