import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { PackageChange } from '../../core/plan.ts';
import { installCommands, notDone } from './install-commands.ts';

type Texts = Readonly<Record<string, string>>;

function commands(changes: readonly PackageChange[], texts: Texts): readonly string[] {
  const files = { paths: new Set(Object.keys(texts)), texts: new Map(Object.entries(texts)) };
  return installCommands(changes, files).map((argv) => argv.join(' '));
}

function node(action: PackageChange['action'], ...packages: readonly string[]): PackageChange {
  return { ecosystem: 'node', action, packages };
}

function python(action: PackageChange['action'], ...packages: readonly string[]): PackageChange {
  return { ecosystem: 'python', action, packages };
}

const MANIFEST = JSON.stringify({
  dependencies: { old: '1.0.0', same: '1.0.0' },
  devDependencies: { tool: '1.0.0' },
});
const ALL = [
  node('remove', 'old'),
  node('upgrade', 'same@2.0.0', 'tool@2.0.0'),
  node('add', '@scope/new@1.2.3'),
  node('add-dev', 'checker@3.0.0'),
];

describe('packages of Node.js', () => {
  test('go by npm where nothing else is told', () => {
    const flags = '--package-lock-only --ignore-scripts --no-audit --no-fund';
    assert.deepEqual(commands(ALL, { 'package.json': MANIFEST }), [
      `npm uninstall ${flags} old`,
      `npm install --save-exact ${flags} --save-prod same@2.0.0`,
      `npm install --save-exact ${flags} --save-dev tool@2.0.0`,
      `npm install --save-exact ${flags} --save-prod @scope/new@1.2.3`,
      `npm install --save-exact ${flags} --save-dev checker@3.0.0`,
    ]);
  });

  test('go by the lock file', () => {
    const first = (texts: Texts): string | undefined => commands(ALL.slice(2, 3), texts)[0];
    assert.equal(
      first({ 'pnpm-lock.yaml': '' }),
      'pnpm add --save-exact --lockfile-only --ignore-scripts --save-prod @scope/new@1.2.3',
    );
    assert.equal(
      first({ 'pnpm-lock.yaml': '', 'pnpm-workspace.yaml': '' }),
      'pnpm add --save-exact --lockfile-only --ignore-scripts --workspace-root --save-prod @scope/new@1.2.3',
    );
    assert.equal(
      first({ 'yarn.lock': '' }),
      'yarn add --exact --ignore-scripts --non-interactive --ignore-workspace-root-check @scope/new@1.2.3',
    );
    assert.equal(
      first({ 'yarn.lock': '', '.yarnrc.yml': '' }),
      'yarn add --exact --mode=update-lockfile @scope/new@1.2.3',
    );
    assert.equal(
      first({ 'bun.lock': '' }),
      'bun add --exact --lockfile-only --ignore-scripts @scope/new@1.2.3',
    );
  });

  test('go by what package.json names before any lock file', () => {
    const texts = { 'package.json': '{"packageManager":"yarn@4.1.0"}', 'pnpm-lock.yaml': '' };
    assert.deepEqual(commands([node('add-dev', 'a@1.0.0')], texts), [
      'yarn add --exact --mode=update-lockfile --dev a@1.0.0',
    ]);
  });

  test('are removed by name, whatever version is named with them', () => {
    const changes = [node('remove', 'old@1.0.0', '@scope/a@2.0.0')];
    const texts = { 'package.json': '{"dependencies":{"old":"1.0.0","@scope/a":"2.0.0"}}', 'bun.lock': '' };
    assert.deepEqual(commands(changes, texts), ['bun remove --lockfile-only --ignore-scripts old @scope/a']);
  });

  test('stay of the kind that they are when they are upgraded', () => {
    const manifest = JSON.stringify({
      devDependencies: { both: '1.0.0' },
      optionalDependencies: { extra: '1.0.0' },
      peerDependencies: { both: '^1 || ^2', host: '1.0.0' },
    });
    const changes = [node('upgrade', 'both@2.0.0', 'extra@2.0.0', 'host@2.0.0', 'unknown@1.0.0')];
    const of = (texts: Texts): readonly string[] =>
      commands(changes, { 'package.json': manifest, ...texts }).map((line) =>
        line.replace(
          / --(?:save-exact|package-lock-only|ignore-scripts|no-audit|no-fund|exact|mode=\S+)/g,
          '',
        ),
      );
    assert.deepEqual(of({}), [
      'npm install --save-prod unknown@1.0.0',
      'npm install --save-dev both@2.0.0',
      'npm install --save-optional extra@2.0.0',
      'npm install --save-peer host@2.0.0',
    ]);
    assert.deepEqual(of({ 'yarn.lock': '', '.yarnrc.yml': '' }), [
      'yarn add unknown@1.0.0',
      'yarn add --dev both@2.0.0',
      'yarn add --optional extra@2.0.0',
      'yarn add --peer host@2.0.0',
    ]);
  });

  test('that are there as wanted are left out', () => {
    const texts = { 'package.json': MANIFEST };
    const done = [node('remove', 'gone'), node('add', 'same@1.0.0'), node('add-dev', 'tool@1.0.0')];
    assert.deepEqual(commands(done, texts), []);
    // In the other place, or without a version, they are not.
    assert.equal(commands([node('add', 'tool@1.0.0'), node('add', 'same')], texts).length, 2);
  });

  test('that an earlier command has changed are not taken for what they were', () => {
    const changes = [node('remove', 'same'), node('add', 'same@1.0.0')];
    assert.equal(commands(changes, { 'package.json': MANIFEST }).length, 2);
  });

  test('are fine with a package.json that says nothing', () => {
    for (const text of ['', '[]', '{"dependencies": []}', '{"dependencies": {"a": 1}}'])
      assert.equal(commands([node('add', 'a@1.0.0')], { 'package.json': text }).length, 1);
  });
});

const PROJECT = `
[project]
dependencies = ["requests == 2.0", "Old_Lib==1.0", "sqlalchemy[asyncio]==2.0.25"]
[dependency-groups]
dev = ["pytest==7.0", {include-group = "x"}]
`;

describe('packages of Python', () => {
  test('go by uv', () => {
    const changes = [
      python('remove', 'old-lib', 'pytest'),
      python('upgrade', 'requests==2.31.0'),
      python('add', 'pydantic[email]==2.5.3'),
      python('add-dev', 'mypy==1.0.0'),
    ];
    assert.deepEqual(commands(changes, { 'pyproject.toml': PROJECT }), [
      'uv remove --no-sync old-lib',
      'uv remove --no-sync --dev pytest',
      'uv add --no-sync --upgrade-package requests requests==2.31.0',
      'uv add --no-sync pydantic[email]==2.5.3',
      'uv add --no-sync --dev mypy==1.0.0',
    ]);
  });

  test('of a development group stay there when they are upgraded', () => {
    assert.deepEqual(commands([python('upgrade', 'pytest==8.0')], { 'pyproject.toml': PROJECT }), [
      'uv add --no-sync --dev --upgrade-package pytest pytest==8.0',
    ]);
  });

  test('of other groups and extras are found there', () => {
    const project = `
[project]
dependencies = ["a==1.0"]
[project.optional-dependencies]
mail = ["b==1.0", "a==1.0"]
[dependency-groups]
docs = ["c==1.0"]
`;
    const of = (...changes: readonly PackageChange[]): readonly string[] =>
      commands(changes, { 'pyproject.toml': project });
    assert.deepEqual(of(python('remove', 'B==1.0', 'c', 'gone')), [
      'uv remove --no-sync --group docs c',
      'uv remove --no-sync --optional mail b',
    ]);
    assert.deepEqual(of(python('upgrade', 'a==2.0', 'c==2.0', 'new==1.0')), [
      'uv add --no-sync --upgrade-package a --upgrade-package new a==2.0 new==1.0',
      'uv add --no-sync --group docs --upgrade-package c c==2.0',
      'uv add --no-sync --optional mail --upgrade-package a a==2.0',
    ]);
    assert.deepEqual(of(python('upgrade', 'b==1.0')), []);
  });

  test('that another tool keeps are not called gone: uv says that it has none', () => {
    const project =
      '[tool.poetry.dependencies]\nold = "^1"\n[tool.poetry.group.x.dependencies]\nLint_er = "1"\n';
    assert.deepEqual(commands([python('remove', 'old', 'lint-er')], { 'pyproject.toml': project }), [
      'uv remove --no-sync old lint-er',
    ]);
  });

  test('that are there as wanted are left out, however they are spelled', () => {
    const changes = [
      python('remove', 'flask'),
      python('add', 'Requests==2.0', 'SQLAlchemy[asyncio]==2.0.25'),
      python('upgrade', 'pytest==7.0'),
    ];
    assert.deepEqual(commands(changes, { 'pyproject.toml': PROJECT }), []);
    assert.equal(commands([python('add', 'requests==2.31.0')], { 'pyproject.toml': 'no = [toml' }).length, 1);
  });
});

describe('what the files do not say in the end', () => {
  const files = (texts: Texts) => ({
    paths: new Set(Object.keys(texts)),
    texts: new Map(Object.entries(texts)),
  });
  const texts = { 'package.json': MANIFEST, 'pyproject.toml': PROJECT };

  test('is told by name, whatever version was written', () => {
    const changes = [
      node('remove', 'old@1.0.0'),
      node('add', 'same@^9', 'absent@1.0.0'),
      python('remove', 'pytest'),
      python('upgrade', 'Requests==3.0', 'nowhere==1.0'),
    ];
    assert.deepEqual(notDone(changes, files(texts)), [
      'old is still in package.json',
      'absent is not in package.json',
      'pytest is still in pyproject.toml',
      'nowhere is not in pyproject.toml',
    ]);
  });

  test('goes by the last word on a package, and not by addresses', () => {
    const changes = [
      node('remove', 'same'),
      node('add', 'same@1.0.0', 'git+https://example.org/x.git', 'github:a/b', './here'),
      python('remove', 'requests'),
      python('add', 'requests==2.0', 'git+https://example.org/x.git'),
    ];
    assert.deepEqual(notDone(changes, files(texts)), []);
  });
});
