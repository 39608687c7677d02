import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import type { PathChange } from '../../ports/commit-reader.ts';
import type { ProjectFiles } from '../detect/found-check.ts';
import { changedMeasure } from './changed-measure.ts';
import { definingFile, isTestFile } from './defining-files.ts';
import { changedScripts, reachesScript, withPartsOf } from './manifest-parts.ts';
import { weakenedTests } from './weakened-tests.ts';

function files(texts: Readonly<Record<string, string>>): ProjectFiles {
  return { paths: new Set(Object.keys(texts)), texts: new Map(Object.entries(texts)) };
}

function changed(path: string, kind: PathChange['kind'] = 'modified'): PathChange {
  const [was, is] = [kind === 'added' ? null : 'file', kind === 'deleted' ? null : 'file'] as const;
  return { path, kind, was, is, lines: [{ start: 1, end: 9 }], oldLines: [{ start: 1, end: 9 }] };
}

const scripts = (table: Readonly<Record<string, string>>): string => JSON.stringify({ scripts: table });
const NODE = { tool: 'node', script: 'test' };

describe('what decides a check', () => {
  it('is known by its path', () => {
    for (const path of [
      '.npmrc',
      '.yarn/releases/yarn-4.cjs',
      'node_modules/.bin/jest',
      'pytest.py',
      'mypy/__main__.py',
      'sub/.cargo/config.toml',
      'GNUmakefile',
      'rules.mk',
      '.venv/bin/python3',
    ])
      assert.equal(definingFile(path)?.weight, 'command', path);
    for (const path of [
      'jest.config.ts',
      'pkg/vitest.config.mts',
      'tsconfig.build.json',
      '.eslintrc.cjs',
      'tests/conftest.py',
      'tox.ini',
      '.golangci.yml',
    ])
      assert.equal(definingFile(path)?.weight, 'settings', path);
    for (const path of ['src/a.ts', 'package.json', 'docs/npmrc', 'src/pytest.py', 'my.config.js'])
      assert.equal(definingFile(path), null, path);
    for (const path of [
      'test/a.js',
      'src/a.test.tsx',
      'tests/data.json',
      'a_test.go',
      'pkg/test_a.py',
      'x/__tests__/a.js',
    ])
      assert.ok(isTestFile(path), path);
    for (const path of ['src/latest.ts', 'contest/a.js', 'testing.md']) assert.ok(!isTestFile(path), path);
  });

  it('is a script, by way of others and of what runs before it', () => {
    const base = scripts({ test: 'npm run unit && npm run e2e', unit: 'jest', e2e: 'x', lint: 'y' });
    for (const [tip, isReached] of [
      [scripts({ test: 'npm run unit && npm run e2e', unit: 'true', e2e: 'x', lint: 'y' }), true],
      [scripts({ test: 'npm run unit && npm run e2e', unit: 'jest', e2e: 'x', lint: 'z' }), false],
      [
        scripts({ test: 'npm run unit && npm run e2e', unit: 'jest', e2e: 'x', lint: 'y', preunit: 'z' }),
        true,
      ],
      [
        scripts({ test: 'npm run unit && npm run e2e', unit: 'jest', e2e: 'x', lint: 'y', build: 'z' }),
        false,
      ],
      ['not JSON', true],
      [undefined, true],
    ] as const) {
      const measure = changedMeasure({
        base: files({ 'package.json': base }),
        tip: files(tip === undefined ? {} : { 'package.json': tip }),
        changes: [changed('package.json')],
        checks: [NODE],
      });
      assert.equal(measure.isReplaced(NODE), isReached, tip);
      assert.equal(measure.isReplaced({ tool: 'python' }), false);
    }
    // A command of the user's own may call any script.
    assert.equal(reachesScript(base, 'test', changedScripts(base, base)), false);
  });

  it('concerns the checks of its own kind, where the base has some', () => {
    const sides = {
      base: files({}),
      tip: files({}),
      changes: [changed('.npmrc', 'added'), changed('tox.ini')],
    };
    const measure = changedMeasure({ ...sides, checks: [NODE, { tool: 'settings' }] });
    assert.deepEqual(measure.restored, ['.npmrc', 'tox.ini']);
    assert.ok(measure.isReplaced(NODE) && !measure.isReset(NODE));
    assert.ok(measure.isReplaced({ tool: 'settings' }) && measure.isReset({ tool: 'settings' }));
    assert.ok(!measure.isReplaced({ tool: 'mypy' }) && measure.isReset({ tool: 'mypy' }));
    assert.deepEqual(changedMeasure({ ...sides, checks: [{ tool: 'rust' }] }).findings, []);
  });

  it('is changed with a program that a script of a check runs', () => {
    const scripts = {
      test: 'npm run all',
      all: 'node --no-warnings ./check.js && sh tools/x.sh',
      start: 'node app.js',
    };
    const base = JSON.stringify({ scripts: { ...scripts, lint: 'node --test a.test.js; cp src/a.js b.js' } });
    const names = ['check.js', 'tools/x.sh', 'app.js', 'a.test.js', 'src/a.js'];
    const measure = changedMeasure({
      base: files({ 'package.json': base }),
      tip: files({ 'package.json': base }),
      changes: names.map((name) => changed(name)),
      checks: [NODE, { tool: 'npm', script: 'lint' }],
    });
    assert.deepEqual(measure.findings, [
      { path: 'check.js', message: 'is run as a check, and was changed' },
      { path: 'tools/x.sh', message: 'is run as a check, and was changed' },
    ]);
    assert.deepEqual(measure.restored, ['check.js', 'tools/x.sh']);
    assert.ok(measure.isReset(NODE) && !measure.isReplaced(NODE));
  });

  it('is put back in package.json, and the rest of it stays as the work has it', () => {
    const base = JSON.stringify({ name: 'a', scripts: { test: 'jest' }, jest: { verbose: true } });
    const tip = JSON.stringify({
      name: 'b',
      scripts: { test: 'true' },
      mocha: {},
      dependencies: { ws: '1' },
    });
    assert.deepEqual(JSON.parse(withPartsOf(base, tip)), {
      name: 'b',
      dependencies: { ws: '1' },
      scripts: { test: 'jest' },
      jest: { verbose: true },
    });
    assert.equal(withPartsOf(base, 'broken'), base);
  });

  it('is compared without a failure, whatever the files hold', () => {
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.constant('{"scripts":{"__proto__":"x","a":"a b","b":"a"}}'),
    );
    fc.assert(
      fc.property(text, text, (base, tip) => {
        const measure = changedMeasure({
          base: files({ 'package.json': base, 'pyproject.toml': base }),
          tip: files({ 'package.json': tip, 'pyproject.toml': tip }),
          changes: [],
          checks: [NODE, { tool: 'python' }],
        });
        assert.equal(measure.findings.length > 0, measure.restored.length > 0);
        reachesScript(base, 'a', changedScripts(base, tip));
      }),
    );
  });
});

describe('tests that lose strength', () => {
  const inText = (base: string, tip: string): readonly string[] =>
    weakenedTests([changed('a.test.ts')], new Map([['a.test.ts', { base, tip }]])).map(
      ({ message }) => message,
    );

  it('are those that are switched off, in each language', () => {
    for (const line of [
      'it.skip("a", f)',
      'describe.only("a", f)',
      'xit("a", f)',
      'test("a", { skip: true }, f)',
      '@pytest.mark.skip',
      '@unittest.skipIf(x)',
      't.Skip("x")',
      '#[ignore]',
    ])
      assert.deepEqual(inText('', line), ['a test is switched off here'], line);
    for (const line of ['it("skips", f)', 'exit("x")', 'list.skip(1)', 'const only = 1;'])
      assert.deepEqual(inText('', line), [], line);
    assert.deepEqual(inText('it.skip("a", f)', 'it.skip("b", f)'), []);
  });

  it('are those that assert less, and not those that are written anew', () => {
    assert.deepEqual(inText('expect(1)\nexpect(2)\nassert x', 'expect(1)'), [
      'the tests in this file have 2 lines that assert less',
    ]);
    assert.deepEqual(inText('assert.equal(a, b)', 'expect(a).toBe(b)'), []);
  });
});
