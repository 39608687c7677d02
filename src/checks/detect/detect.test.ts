import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { planChecks } from '../plan-checks.ts';
import { detectChecks } from './detect.ts';
import { isReadForDetection, type ProjectFiles } from './found-check.ts';

function filesOf(texts: Readonly<Record<string, string>>): ProjectFiles {
  const entries = Object.entries(texts);
  return {
    paths: new Set(Object.keys(texts)),
    texts: new Map(entries.filter(([path]) => isReadForDetection(path))),
  };
}

function commandsOf(texts: Readonly<Record<string, string>>): Record<string, string> {
  const found = detectChecks(filesOf(texts));
  return Object.fromEntries(
    planChecks({ base: found, tip: found, commands: {} }).map(({ name, command }) => [name, command ?? '']),
  );
}

function manifest(value: unknown): string {
  return JSON.stringify(value);
}

describe('checks are found', () => {
  it('in the scripts of package.json, for the package manager of the lockfile', () => {
    const scripts = { build: 'x', 'type-check': 'x', lint: 'x', test: 'x', 'test:coverage': 'x', start: 'x' };
    const text = manifest({ scripts });
    for (const [lockfile, manager] of [
      ['package-lock.json', 'npm'],
      ['pnpm-lock.yaml', 'pnpm'],
      ['yarn.lock', 'yarn'],
      ['bun.lock', 'bun'],
      ['other', 'npm'],
    ] as const) {
      const { 'security-audit': audit, ...others } = commandsOf({ 'package.json': text, [lockfile]: '' });
      assert.deepEqual(others, {
        build: `${manager} run build`,
        'type-check': `${manager} run type-check`,
        lint: `${manager} run lint`,
        tests: `${manager} run test`,
        coverage: `${manager} run test:coverage`,
      });
      assert.equal(audit?.startsWith(`${manager} audit`) ?? false, !['bun.lock', 'other'].includes(lockfile));
    }
    const told = manifest({ packageManager: 'pnpm@9.1.0', scripts: { test: 'x' } });
    assert.deepEqual(commandsOf({ 'package.json': told, 'yarn.lock': '' }), { tests: 'pnpm run test' });
  });

  it('but not where a script says that there is none', () => {
    const test = 'echo "Error: no test specified" && exit 1';
    assert.deepEqual(commandsOf({ 'package.json': manifest({ scripts: { test, lint: ' ' } }) }), {});
  });

  it('in TypeScript without a script, unless the build does it', () => {
    const devDependencies = { typescript: '^5' };
    const typed = { 'package.json': manifest({ devDependencies }), 'tsconfig.json': '{}' };
    assert.deepEqual(commandsOf(typed), { 'type-check': 'npx --no-install tsc --noEmit' });
    const built = manifest({ devDependencies, scripts: { build: 'tsc -b' } });
    assert.deepEqual(commandsOf({ ...typed, 'package.json': built }), { build: 'npm run build' });
  });

  it('in a Python project', () => {
    assert.deepEqual(
      commandsOf({
        'pyproject.toml': '[tool.mypy]\nfiles = ["app"]\n[tool.ruff]\n[tool.pytest.ini_options]\n',
      }),
      {
        'type-check': 'python3 -m mypy',
        lint: 'python3 -m ruff check .',
        tests: 'python3 -m pytest',
        'security-audit': 'pip-audit --format json --progress-spinner off . 2>/dev/null',
      },
    );
    assert.deepEqual(
      Object.keys(commandsOf({ 'setup.cfg': '[mypy]\n[flake8]\n', 'manage.py': '', 'ruff.toml': '' })),
      ['type-check', 'lint-ruff', 'lint-flake8', 'lint-django', 'tests'],
    );
    assert.equal(commandsOf({ 'manage.py': '' })['tests'], 'python3 manage.py test');
    assert.equal(commandsOf({ 'setup.py': '', 'pkg/tests/test_a.py': '' })['tests'], 'python3 -m pytest');
    assert.equal(commandsOf({ 'setup.py': '' })['tests'], undefined);
  });

  it('in Rust, Go and Makefiles, and named by their tool where several are of a kind', () => {
    assert.deepEqual(commandsOf({ 'Cargo.toml': '', 'Cargo.lock': '' }), {
      build: 'cargo build',
      lint: 'cargo clippy',
      tests: 'cargo test',
      'security-audit': 'cargo audit --json 2>/dev/null',
    });
    assert.deepEqual(
      Object.keys(commandsOf({ 'go.mod': '', 'package.json': manifest({ scripts: { test: 'x' } }) })),
      ['build', 'lint-go-vet', 'lint-gofmt', 'tests-node', 'tests-go'],
    );
    const makefile = '# lint: no\nX := check: 1\nall: lint\nlint test: dep\n\tcheck: no\n';
    assert.deepEqual(commandsOf({ Makefile: makefile }), { lint: 'make lint', tests: 'make test' });
    assert.deepEqual(commandsOf({ Makefile: 'check:\n\ttrue\n' }), { tests: 'make check' });
    assert.deepEqual(commandsOf({ Makefile: makefile, 'Cargo.toml': '' })['tests'], 'cargo test');
  });

  it('nowhere in a project that has none', () => {
    assert.deepEqual(commandsOf({ 'README.md': '# Sample' }), {});
  });
});

describe('any files', () => {
  it('give commands of our own words, and unique names', () => {
    const names = [
      'package.json',
      'pyproject.toml',
      'setup.cfg',
      'Makefile',
      'tox.ini',
      'go.mod',
      'manage.py',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record({ scripts: fc.object(), packageManager: fc.string() }).map((value) => JSON.stringify(value)),
      fc.constant(
        '{"scripts":{"test":"; rm -rf /","__proto__":"x","constructor":"x"},"packageManager":"npm;x@1"}',
      ),
      fc.constant('[tool]\npytest = 1\nmypy = "x"\n'),
    );
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text), (texts) => {
        const found = detectChecks(filesOf(texts));
        const planned = planChecks({ base: [], tip: found, commands: {} });
        assert.equal(new Set(planned.map(({ name }) => name)).size, found.length);
        for (const { name, command = '' } of planned) {
          assert.match(name, /^[a-z][a-z0-9-]*$/);
          assert.doesNotMatch(command, /rm -rf|;/);
        }
      }),
    );
  });
});
