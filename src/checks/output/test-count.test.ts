import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';
import { testCount } from './test-count.ts';

describe('the number of tests', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cox-count-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function printed(argv: readonly string[]): string {
    const [program = '', ...args] = argv;
    const { PATH, HOME } = process.env;
    const { stdout, stderr } = spawnSync(program, args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH, HOME, NO_COLOR: '1' },
    });
    return `${stdout}${stderr}`;
  }

  it('is read from what node:test prints, in both forms', () => {
    const text = [
      `import { describe, test } from 'node:test';`,
      `test('adds', () => {});`,
      `test('is left out', { skip: true }, () => {});`,
      `describe('a group', () => { test('takes away', () => { throw new Error('# pass 9'); }); });`,
    ];
    writeFileSync(join(folder, 'a.test.mjs'), text.join('\n'));
    for (const reporter of ['tap', 'spec']) {
      const output = printed([process.execPath, '--test', `--test-reporter=${reporter}`, 'a.test.mjs']);
      assert.equal(testCount(output), 2, output);
    }
  });

  /** What Python prints of three tests by `module`; null where that is not installed. */
  function pythonPrinted(module: string, ...args: readonly string[]): string | null {
    const text = ['import unittest', 'class Sums(unittest.TestCase):'];
    for (const name of ['a', 'b', 'c'])
      text.push(`    def test_${name}(self): self.assertEqual('a', '${name}')`);
    writeFileSync(join(folder, 'test_sums.py'), text.join('\n'));
    const isThere = printed(['python3', '-c', `import ${module}; print("here")`]) === 'here\n';
    return isThere ? printed(['python3', '-m', module, ...args]) : null;
  }

  it('is read from what unittest prints', (context) => {
    const output = pythonPrinted('unittest', 'test_sums');
    if (output === null) return context.skip('there is no Python');
    assert.equal(testCount(output), 3);
  });

  for (const more of [[], ['-q']])
    it(`is read from what ${['pytest', ...more].join(' ')} prints`, (context) => {
      const output = pythonPrinted('pytest', '-p', 'no:cacheprovider', ...more, 'test_sums.py');
      if (output === null) return context.skip('there is no pytest');
      assert.equal(testCount(output), 3);
    });

  it('is read from what others print, summed where several programs ran', () => {
    const outputs: readonly (readonly [output: string, count: number])[] = [
      ['Test Suites: 1 failed, 2 passed, 3 total\nTests:       1 failed, 2 skipped, 23 passed, 26 total', 24],
      [' Test Files  1 passed (1)\n      Tests  1 failed | 23 passed | 4 skipped (28)', 24],
      ['  12 passing (20ms)\n  3 pending\n  1 failing\n\n  1) sums adds:', 13],
      ['=========== 1 failed, 23 passed, 2 skipped in 0.12s ===========', 24],
      [
        'test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\ntest result: FAILED. 1 passed; 1 failed; 0 ignored;',
        5,
      ],
    ];
    for (const [output, count] of outputs) assert.equal(testCount(output), count, output);
  });

  it('is not known where nobody tells it', () => {
    for (const output of [
      '',
      'ok  \texample.org/sum\t0.2s',
      'all 24 tests passed',
      '3 files passed the check',
    ])
      assert.equal(testCount(output), null, output);
  });

  it('is bounded, whatever is printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(), (text, number) => {
        const count = testCount(`${text}\n# pass ${number}${number}\n${text}`);
        assert.ok(count !== null && count >= 0 && count <= 1_000_000);
      }),
    );
  });
});
