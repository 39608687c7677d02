import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { PackageChange } from '../../core/plan.ts';
import type { Installation, InstallRequest } from '../../ports/installer.ts';
import { findProgram } from '../../process/find-program.ts';
import { eventually } from '../../testing/agent-bench.ts';
import { UV_CHANGES } from '../../testing/fake-uv.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { openRegistry, type PackageRegistry } from '../../testing/package-registry.ts';
import { NOT_CONFINED } from '../../testing/plans.ts';
import { NO_SANDBOX } from '../../testing/sandboxes.ts';
import { type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { PackageInstaller } from './installer.ts';

const MANIFEST = { name: 'app', version: '1.0.0', dependencies: { old: '1.0.0' } };
const PROJECT = '[project]\nname = "app"\nversion = "1"\ndependencies = ["old==1.0"]\n';

/** Plays uv: records what it is told, and changes the files that uv would change. */
const UV = `#!/bin/sh
printf '%s\\n' "uv $*" >> "$HOME/told"
case "$(cat "$HOME/uv-mode" 2>/dev/null)" in
  fails) echo "error: Failed to fetch: dns error: failed to lookup address"; exit 2 ;;
  links) ln -sf /etc/hostname uv.lock; exit 0 ;;
  sleeps) exit 0 ;;
  waits) touch "$HOME/waiting"; until [ -e "$HOME/go-on" ]; do sleep 0.05; done ;;
esac
${UV_CHANGES}mkdir -p .venv && echo binary > .venv/python
`;

describe('an installer', () => {
  const repository = makeRepository({
    files: {
      'package.json': `${JSON.stringify(MANIFEST, null, 2)}\n`,
      'pyproject.toml': PROJECT,
      'README.md': 'x\n',
    },
  });
  const home = join(repository.root, 'home');
  const checks = join(repository.root, 'checks');
  let registry: PackageRegistry;
  let opened: OpenedPool;
  let installer: PackageInstaller;
  let base: string;
  let keys = 0;
  before(async () => {
    registry = await openRegistry({ left: ['1.0.0', '1.2.3', '2.0.0'], old: ['1.0.0'], tool: ['3.0.0'] });
    base = repository.commit({ '.npmrc': `registry=${registry.url}\n` }, 'Registry');
    const programs = join(home, 'bin');
    mkdirSync(programs, { recursive: true });
    writeFileSync(join(programs, 'uv'), UV);
    chmodSync(join(programs, 'uv'), 0o755);
    opened = await openPool(repository);
    const host = {
      ...repository.env,
      HOME: home,
      PATH: [programs, process.env['PATH'] ?? ''].join(delimiter),
    };
    installer = new PackageInstaller({
      sandbox: NO_SANDBOX,
      worktrees: opened.pool,
      host,
      reader: opened.reader,
      folder: () => checks,
    });
  });
  after(async () => {
    await registry.close();
    await opened.close();
  });

  function request(changes: readonly PackageChange[], change: Partial<InstallRequest> = {}): InstallRequest {
    keys += 1;
    return {
      run: 'run-1',
      key: `${keys}-dependencies`,
      base,
      changes,
      timeoutMs: 60_000,
      isolation: NOT_CONFINED,
      ...change,
    };
  }

  async function install(
    changes: readonly PackageChange[],
    change: Partial<InstallRequest> = {},
  ): Promise<Installation> {
    const wanted = request(changes, change);
    const result = await installer.install(wanted, new AbortController().signal);
    assert.ok(result !== null);
    assert.equal(
      await opened.pool.find({ run: wanted.run, key: `check/${wanted.key}` }),
      null,
      'slot is kept',
    );
    return result;
  }

  function filesOf(result: Installation): ReadonlyMap<string, string | null> {
    assert.equal(result.is, 'installed', result.is === 'failed' ? result.result.output : '');
    return result.is === 'installed' ? result.files : new Map();
  }

  test('has npm write exact versions and the lock file, and takes nothing else', async () => {
    const files = filesOf(
      await install([
        { ecosystem: 'node', action: 'remove', packages: ['old'] },
        { ecosystem: 'node', action: 'add', packages: ['left@1.2.3'] },
        { ecosystem: 'node', action: 'add-dev', packages: ['tool@3.0.0'] },
      ]),
    );
    assert.deepEqual([...files.keys()], ['package.json', 'package-lock.json']);
    const manifest: unknown = JSON.parse(files.get('package.json') ?? '');
    assert.partialDeepStrictEqual(manifest, {
      dependencies: { left: '1.2.3' },
      devDependencies: { tool: '3.0.0' },
    });
    assert.doesNotMatch(files.get('package.json') ?? '', /old/);
    const lock: unknown = JSON.parse(files.get('package-lock.json') ?? '');
    assert.partialDeepStrictEqual(lock, {
      packages: { 'node_modules/left': { version: '1.2.3' }, 'node_modules/tool': { version: '3.0.0' } },
    });
    assert.ok(registry.asked.includes('left'));
  });

  test('fails with the command and what it printed', async () => {
    const result = await install([{ ecosystem: 'node', action: 'add', packages: ['left@9.9.9'] }]);
    assert.partialDeepStrictEqual(result, { is: 'failed', result: { passed: false, exitCode: 1 } });
    assert.ok(result.is === 'failed');
    assert.match(result.result.command, /^npm install --save-exact .*left@9\.9\.9$/);
    assert.match(result.result.output, /ETARGET|No matching version/);
  });

  test('runs nothing when the base has all that is wanted', async () => {
    const before = registry.asked.length;
    assert.equal(
      filesOf(await install([{ ecosystem: 'node', action: 'add', packages: ['old@1.0.0'] }])).size,
      0,
    );
    assert.equal(registry.asked.length, before);
  });

  const python: readonly PackageChange[] = [
    { ecosystem: 'python', action: 'remove', packages: ['old'] },
    { ecosystem: 'python', action: 'upgrade', packages: ['requests==2.31.0'] },
    { ecosystem: 'python', action: 'add', packages: ["pydantic==2.5.3; python_version < '4'"] },
    { ecosystem: 'python', action: 'add-dev', packages: ['pytest==7.4.3'] },
  ];
  const told = (): readonly string[] => readFileSync(join(home, 'told'), 'utf8').trim().split('\n');
  const mode = (name: string): void => writeFileSync(join(home, 'uv-mode'), name);

  test('tells uv what to do, in order, and takes its two files', async () => {
    const files = filesOf(await install(python));
    assert.deepEqual(told(), [
      'uv remove --no-sync old',
      'uv add --no-sync --upgrade-package requests requests==2.31.0',
      "uv add --no-sync pydantic==2.5.3; python_version < '4'",
      'uv add --no-sync --dev pytest==7.4.3',
    ]);
    assert.deepEqual([...files.keys()], ['pyproject.toml', 'uv.lock']);
    assert.equal(files.get('uv.lock'), 'locked\n');
  });

  test('does not believe a package manager that has done nothing', async () => {
    writeFileSync(join(home, 'bin', 'pnpm'), '#!/bin/sh\nexit 0\n', { mode: 0o755 });
    const result = await install(
      [
        { ecosystem: 'node', action: 'add', packages: ['left@1.0.0'] },
        { ecosystem: 'node', action: 'remove', packages: ['old'] },
      ],
      { base: repository.commit({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, 'Another manager') },
    );
    repository.commit({ 'pnpm-lock.yaml': null }, 'No other manager');
    assert.ok(result.is === 'failed' && !result.result.passed);
    assert.match(
      result.result.output,
      /all is done, but left is not in package\.json, old is still in package\.json$/,
    );
  });

  test('believes uv, which may keep a package elsewhere, and says what it does not see', async () => {
    mode('sleeps');
    const result = await install(python);
    rmSync(join(home, 'uv-mode'));
    assert.deepEqual([...filesOf(result).keys()], []);
    assert.ok(result.is === 'installed');
    assert.ok(result.unconfirmed.includes('pydantic is not in pyproject.toml'), result.unconfirmed.join());
  });

  test('removes a package that is named with its version', async () => {
    const files = filesOf(await install([{ ecosystem: 'node', action: 'remove', packages: ['old@1.0.0'] }]));
    assert.doesNotMatch(files.get('package.json') ?? '', /old/);
  });

  test('upgrades an optional package where it is', async () => {
    const manifest = { ...MANIFEST, optionalDependencies: { left: '1.0.0' } };
    const files = filesOf(
      await install([{ ecosystem: 'node', action: 'upgrade', packages: ['left@2.0.0'] }], {
        base: repository.commit({ 'package.json': JSON.stringify(manifest) }, 'An optional package'),
      }),
    );
    const { dependencies, optionalDependencies } = JSON.parse(files.get('package.json') ?? '');
    assert.deepEqual(dependencies, { old: '1.0.0' });
    assert.deepEqual(optionalDependencies, { left: '2.0.0' });
  });

  test('leaves a lock file out that the repository ignores, and takes one that it holds', async () => {
    const add = [{ ecosystem: 'node', action: 'add', packages: ['left@1.2.3'] }] as const;
    const ignoring = repository.commit({ '.gitignore': 'package-lock.json\n' }, 'Ignore the lock file');
    assert.deepEqual([...filesOf(await install(add, { base: ignoring })).keys()], ['package.json']);
    repository.write({ 'package-lock.json': '{"lockfileVersion":3,"packages":{}}\n' });
    repository.git(['add', '--force', 'package-lock.json']);
    const holding = repository.commit({ 'README.md': 'y\n' }, 'Hold it all the same');
    const both = filesOf(await install(add, { base: holding }));
    assert.deepEqual([...both.keys()], ['package.json', 'package-lock.json']);
  });

  test('says what to allow when a registry was not reached', async () => {
    mode('fails');
    const confined = { ...NOT_CONFINED, checkNetwork: { is: 'none' } } as const;
    const result = await install(python, { isolation: confined });
    assert.ok(result.is === 'failed');
    assert.match(result.result.output, /dns error[\s\S]*sandbox\.checkNetwork, e\.g\. \[pypi\.org, files/);
    rmSync(join(home, 'uv-mode'));
  });

  test('says what is not installed here', async (context) => {
    if (findProgram('bun', process.env['PATH'] ?? '', '/').ok) return context.skip('bun is installed');
    const missing = await install([{ ecosystem: 'node', action: 'add', packages: ['a@1.0.0'] }], {
      base: repository.commit({ 'package.json': '{"packageManager":"bun@1.0.0"}' }, 'Bun'),
    });
    assert.ok(missing.is === 'failed');
    assert.match(missing.result.output, /bun is not installed on this machine/);
  });

  test('follows no link that is left in the place of a file', async () => {
    mode('links');
    const result = await install(python);
    rmSync(join(home, 'uv-mode'));
    assert.ok(result.is === 'failed');
    assert.match(result.result.output, /uv\.lock cannot be taken over: it is a link/);
  });

  test('goes on where it was when it is asked again, and does nothing twice', async () => {
    mode('waits');
    rmSync(join(home, 'told'));
    const wanted = request(python);
    const first = new AbortController();
    const cut = installer.install(wanted, first.signal);
    await eventually(() => existsSync(join(home, 'waiting')));
    first.abort();
    assert.equal(await cut, null);
    rmSync(join(home, 'uv-mode'));
    const files = filesOf((await installer.install(wanted, new AbortController().signal)) ?? fail());
    const again = filesOf((await installer.install(wanted, new AbortController().signal)) ?? fail());
    assert.deepEqual(again, files);
    // The command that was stopped, and then each of the four once.
    assert.equal(told().length, 5);
  });

  test('does not take a lock file that is no text', async () => {
    const binary = repository.commit({ 'bun.lockb': 'x', 'package.json': '{}' }, 'Binary');
    const wanted = [{ ecosystem: 'node', action: 'add', packages: ['a@1.0.0'] }] as const;
    const result = await install(wanted, { base: binary });
    assert.ok(result.is === 'failed');
    assert.match(result.result.output, /bun install --save-text-lockfile/);
  });
});

function fail(): never {
  throw new Error('it was given up');
}
