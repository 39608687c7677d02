import assert from 'node:assert/strict';
import { chmodSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import type { Scope, ScopeEntry } from '../../core/plan.ts';
import type { CheckResult } from '../../core/proof.ts';
import { type CommitBench, openCommitBench } from '../../testing/commit-bench.ts';
import type { FileMap } from '../../testing/git-fixture.ts';
import { boundaryCheck } from './boundary-check.ts';

/** `path::symbol` as plans have it. */
function entries(texts: readonly string[] = []): ScopeEntry[] {
  return texts.map((text) => {
    const [pattern = '', symbol] = text.split('::');
    return symbol === undefined ? { pattern } : { pattern, symbol };
  });
}

interface ScopeTexts {
  readonly create?: readonly string[];
  readonly modify?: readonly string[];
  readonly boundary?: readonly string[];
}

function scopeOf({ create, modify, boundary }: ScopeTexts): Scope {
  return { create: entries(create), modify: entries(modify), boundary: entries(boundary) };
}

const BASE: FileMap = {
  'src/a.ts': 'export const a = 1;\n',
  'src/b.ts': 'export const b = 1;\n',
  'package.json': '{}\n',
  'package-lock.json': '{}\n',
};

describe('the boundaries of a task', () => {
  let bench: CommitBench;
  before(async () => {
    bench = await openCommitBench();
  });
  after(() => bench.close());

  async function check(scope: ScopeTexts, changes: FileMap, base: FileMap = BASE): Promise<CheckResult> {
    return boundaryCheck(
      { scope: scopeOf(scope), verifyOnly: false, ...bench.pair(base, changes) },
      bench.reader,
    );
  }

  it('passes work within the scope', async () => {
    const result = await check(
      { create: ['src/c.ts', 'tests/'], modify: ['src/a.ts'], boundary: ['src/b.ts'] },
      { 'src/a.ts': 'export const a = 2;\n', 'src/c.ts': 'c\n', 'tests/c.txt': 'c\n' },
    );
    assert.deepEqual(result.findings, []);
    assert.equal(result.status, 'passed');
    assert.equal(result.name, 'boundaries');
    assert.equal(result.critical, true);
    assert.equal(result.detail, '3 changed paths within the scope');
  });

  it('names each path outside, its first line, and what the scope allows', async () => {
    const result = await check(
      { modify: ['src/a.ts'], boundary: ['lib/*'] },
      {
        'src/a.ts': 'a\n',
        'src/b.ts': 'export const b = 1;\nmore\n',
        'lib/x.js': 'x\n',
        'src/new.ts': 'n\n',
      },
    );
    assert.equal(result.status, 'failed');
    assert.deepEqual(result.findings, [
      {
        path: 'lib/x.js',
        line: 1,
        message: 'was added, but lies in the BOUNDARY lib/*, which this task must leave alone',
      },
      { path: 'src/b.ts', line: 2, message: "was changed, but lies outside of the task's scope" },
      { path: 'src/new.ts', line: 1, message: "was added, but lies outside of the task's scope" },
    ]);
    assert.match(result.output, /^This task may create: nothing\nThis task may change: src\/a\.ts\n/);
    assert.match(result.output, /must leave alone: lib\/\*/);
  });

  it('takes the deletion of a file of others, and a rename, for changes', async () => {
    const gone = await check({ modify: ['src/a.ts'] }, { 'src/b.ts': null });
    assert.equal(gone.status, 'failed');
    assert.deepEqual(gone.findings, [
      { path: 'src/b.ts', message: "was deleted, but lies outside of the task's scope" },
    ]);
    const moved = await check(
      { create: ['src/c.ts'] },
      { 'src/b.ts': null, 'src/c.ts': 'export const b = 1;\n' },
    );
    assert.equal(moved.status, 'failed');
    assert.deepEqual(
      moved.findings.map(({ path }) => path),
      ['src/b.ts'],
    );
  });

  it('shows a deletion of what may be changed, and refuses one of what may only be created', async () => {
    const shown = await check({ modify: ['src/b.ts'] }, { 'src/b.ts': null });
    assert.equal(shown.status, 'warning');
    assert.deepEqual(shown.findings, [{ path: 'src/b.ts', message: 'warning: was deleted' }]);
    const refused = await check({ create: ['src/*.ts'] }, { 'src/b.ts': null });
    assert.equal(refused.status, 'failed');
  });

  it('takes a changed mode, a link and a submodule for changes', async () => {
    const { base } = bench.pair(BASE, {});
    chmodSync(join(bench.fixture.path, 'src/b.ts'), 0o755);
    symlinkSync('/etc/passwd', join(bench.fixture.path, 'src/link'));
    bench.fixture.git(['add', '--all']);
    bench.fixture.git(['update-index', '--add', '--cacheinfo', `160000,${base},src/sub`]);
    bench.fixture.git(['commit', '-q', '-m', 'odd']);
    const tip = bench.fixture.git(['rev-parse', 'HEAD']);
    const ask = (scope: ScopeTexts): Promise<CheckResult> =>
      boundaryCheck({ scope: scopeOf(scope), verifyOnly: false, base, tip }, bench.reader);
    const outside = await ask({ modify: ['src/a.ts'] });
    assert.deepEqual(
      outside.findings.map(({ path, message }) => `${path} ${message}`),
      [
        "src/b.ts was made a file that may be executed of a plain file, but lies outside of the task's scope",
        "src/link was added as a symbolic link, but lies outside of the task's scope",
        "src/sub was added as a submodule, but lies outside of the task's scope",
      ],
    );
    const byGlob = await ask({ modify: ['src/**'] });
    assert.deepEqual(
      byGlob.findings.map(({ path }) => path),
      ['src/sub', 'src/link'],
    );
    const byName = await ask({ modify: ['src/**', 'src/sub'] });
    assert.equal(byName.status, 'warning');
    const bySymbol = await ask({ modify: ['src/b.ts::b', 'src/link', 'src/sub'] });
    assert.equal(bySymbol.status, 'failed');
  });

  it('asks for the files that were to be created', async () => {
    const result = await check({ create: ['src/c.ts', 'docs/', 'tests/*.ts'] }, { 'docs/a.md': 'a\n' });
    assert.equal(result.status, 'failed');
    assert.deepEqual(result.findings, [
      { path: 'src/c.ts', message: 'was not created, as the task was to do' },
      { path: 'tests/*.ts', message: 'warning: nothing was created that tests/*.ts stands for' },
    ]);
  });

  it('warns of a file that was to be created and was there; a glob that creates changes none', async () => {
    const named = await check({ create: ['src/b.ts'] }, { 'src/b.ts': 'b\n' });
    assert.equal(named.status, 'warning');
    assert.match(named.findings[0]?.message ?? '', /was there on the base already/);
    const byGlob = await check({ create: ['src/*.ts'] }, { 'src/b.ts': 'b\n', 'src/c.ts': 'c\n' });
    assert.equal(byGlob.status, 'failed');
    assert.deepEqual(
      byGlob.findings.map(({ path }) => path),
      ['src/b.ts'],
    );
  });

  it('has nothing to compare with when the plan limits nothing', async () => {
    for (const scope of [{}, { modify: ['**/*'] }]) {
      const result = await check(scope, { 'src/b.ts': 'b\n' });
      assert.equal(result.status, 'not run');
      assert.match(
        result.detail,
        /limits this task to no path, so there is nothing to compare 1 changed path/,
      );
    }
  });

  it('keeps to a BOUNDARY when the plan limits nothing else', async () => {
    const kept = await check({ boundary: ['src/a.ts'] }, { 'src/b.ts': 'b\n' });
    assert.equal(kept.status, 'passed');
    assert.match(kept.detail, /1 changed path compared with the BOUNDARY alone/);
    const bound = await check({ boundary: ['src/b.ts'] }, { 'src/b.ts': 'b\n' });
    assert.equal(bound.status, 'failed');
  });

  it('holds a task that only verifies to changing nothing', async () => {
    const pair = bench.pair(BASE, { 'src/b.ts': 'b\n' });
    const scope = scopeOf({});
    const changed = await boundaryCheck({ scope, verifyOnly: true, ...pair }, bench.reader);
    assert.equal(changed.status, 'failed');
    const same = { base: pair.tip, tip: pair.tip };
    const unchanged = await boundaryCheck({ scope, verifyOnly: true, ...same }, bench.reader);
    assert.equal(unchanged.status, 'passed');
    assert.equal(unchanged.detail, 'nothing was changed');
  });

  it('lets files come that belong to those in the scope', async () => {
    const result = await check(
      { modify: ['package.json'], create: ['app/users/models.py', 'test/a.test.ts'] },
      {
        'package.json': '{"a":1}\n',
        'package-lock.json': '{"a":1}\n',
        'app/__init__.py': '',
        'app/users/__init__.py': '\n',
        'app/users/models.py': 'm\n',
        'test/a.test.ts': 't\n',
        'test/__snapshots__/a.test.ts.snap': 's\n',
      },
    );
    assert.deepEqual(result.findings, []);
    assert.equal(result.status, 'passed');
  });

  it('lets no lock file come alone, no package file with content, no test of another file', async () => {
    const result = await check(
      { modify: ['src/a.ts'], create: ['app/x.py'] },
      {
        'src/a.ts': 'a\n',
        'src/a.test.ts': 'test\n',
        'src/b.test.ts': 'test\n',
        'app/x.py': 'x\n',
        'app/__init__.py': 'import os\n',
        'package-lock.json': '{"a":1}\n',
      },
    );
    assert.deepEqual(
      result.findings.map(({ path, message }) => `${path} ${message}`),
      [
        "app/__init__.py was added, but lies outside of the task's scope",
        "package-lock.json was changed, but lies outside of the task's scope",
        "src/b.test.ts was added, but lies outside of the task's scope",
        'src/a.test.ts warning: is a new test of src/a.ts that the scope does not name',
      ],
    );
  });

  it('shows no control character of a path', async () => {
    const result = await check({ modify: ['src/a.ts'] }, { 'src/\u001b[31mred\u202e.ts': 'x\n' });
    assert.equal(result.findings[0]?.path, 'src/red.ts');
  });

  it('bounds what it lists', async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`out/${index}.txt`, 'x\n']));
    const result = await check({ modify: ['src/a.ts'] }, many);
    assert.equal(result.findings.length, 50);
    assert.equal(
      result.detail,
      '60 breaches of the scope in 60 changed paths: out/0.txt, out/1.txt, out/10.txt and 57 more',
    );
  });
});
