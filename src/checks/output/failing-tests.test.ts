import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';
import { failingTests } from './failing-tests.ts';

describe('names of failing tests', () => {
  let folder = '';
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'cox-names-'));
  });
  after(() => rmSync(folder, { recursive: true }));

  function printed(argv: readonly string[]): string {
    const [program = '', ...args] = argv;
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, NO_COLOR: '1' };
    const { stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', env });
    return `${stdout}${stderr}`;
  }

  it('are read from what node:test prints, in both forms', () => {
    const text = [
      `import { describe, test } from 'node:test';`,
      `test('adds', () => {});`,
      `test('is late', { todo: true }, () => { throw new Error('x'); });`,
      `describe('a group', () => { test('takes away', () => { throw new Error('not ok 9 - no name'); }); });`,
    ];
    writeFileSync(join(folder, 'a.test.mjs'), text.join('\n'));
    for (const reporter of ['tap', 'spec']) {
      const names = failingTests(
        printed([process.execPath, '--test', `--test-reporter=${reporter}`, 'a.test.mjs']),
      );
      assert.ok(names.has('takes away') && !names.has('adds'), `${reporter}: ${[...names].join('; ')}`);
      assert.ok(!names.has('failing tests:') && !names.has('is late'), [...names].join('; '));
    }
  });

  it('are read from what pytest and unittest print', (context) => {
    if (printed(['python3', '-c', 'import pytest; print("here")']) !== 'here\n')
      return context.skip('there is no pytest');
    const text = [
      'import unittest',
      'class Sums(unittest.TestCase):',
      '    def test_adds(self): self.assertEqual(1, 2)',
      '    def test_holds(self): pass',
    ];
    writeFileSync(join(folder, 'test_sums.py'), text.join('\n'));
    writeFileSync(join(folder, 'test_broken.py'), 'import absent_module\n');
    assert.deepEqual(
      [...failingTests(printed(['python3', '-m', 'pytest', '-p', 'no:cacheprovider', 'test_sums.py']))],
      ['test_sums.py::Sums::test_adds'],
    );
    assert.deepEqual(
      [...failingTests(printed(['python3', '-m', 'pytest', '-p', 'no:cacheprovider', 'test_broken.py']))],
      ['test_broken.py'],
    );
    const [name = ''] = failingTests(printed(['python3', '-m', 'unittest', 'test_sums']));
    assert.match(name, /^test_adds \(test_sums\.Sums/);
  });

  it('are read from what others print', () => {
    const output = [
      '  ● Console',
      '  ● sums › adds',
      'FAIL src/broken.test.ts',
      ' × src/a.test.ts > sums > takes away 4ms',
      '--- FAIL: TestSum (0.00s)',
      '    --- FAIL: TestSum/zero (0.00s)',
      'FAIL\texample.org/sum [build failed]',
      'test sums::adds ... FAILED',
      'test sums::holds ... ok',
      '  1) sums adds:',
      'ok 2 - fine',
      'not ok 3 - later # TODO',
    ];
    assert.deepEqual(
      [...failingTests(output.join('\n'))],
      [
        'sums › adds',
        'src/broken.test.ts',
        'src/a.test.ts > sums > takes away',
        'TestSum',
        'TestSum/zero',
        'example.org/sum',
        'sums::adds',
        'sums adds',
      ],
    );
  });

  it('are bounded, whatever is printed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const name of failingTests(`${text}\nnot ok 1 - ${text}`))
          assert.ok(name !== '' && name.length <= 300);
      }),
    );
    const many = Array.from({ length: 5000 }, (_, index) => `not ok ${index} - test ${index}`).join('\n');
    assert.equal(failingTests(many).size, 1000);
  });
});
