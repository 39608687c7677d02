/** A plan's packages, by the real package managers that a project's lock file names, from a registry on loopback. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { PackageInstaller } from '../src/checks/packages/installer.ts';
import type { PackageChange } from '../src/core/plan.ts';
import { type FileMap, type GitFixture, makeRepository } from '../src/testing/git-fixture.ts';
import { openRegistry } from '../src/testing/package-registry.ts';
import { NOT_CONFINED } from '../src/testing/plans.ts';
import { NO_SANDBOX } from '../src/testing/sandboxes.ts';
import { openPool } from '../src/testing/slot-pools.ts';

interface Manager {
  readonly name: string;
  readonly program: string;
  /** From the folder of packages. */
  readonly script: string;
  readonly lock: string;
  files(registry: string): FileMap;
  /** Writes the lock file of a project that has none. */
  readonly begin: readonly string[];
  /** It puts the packages that a user of the project brings among its own for development, too. */
  readonly hasPeersForDevelopment?: true;
  /** Fails when the lock file is not what package.json asks for. */
  readonly frozen: readonly string[];
}

const run = promisify(execFile);
const LONGEST_MS = 60_000;

const npmrc = (registry: string): FileMap => ({ '.npmrc': `registry=${registry}\n` });

const MANAGERS: readonly Manager[] = [
  {
    name: 'pnpm',
    program: 'pnpm',
    script: 'pnpm/bin/pnpm.cjs',
    lock: 'pnpm-lock.yaml',
    hasPeersForDevelopment: true,
    files: npmrc,
    begin: ['install', '--lockfile-only'],
    frozen: ['install', '--frozen-lockfile'],
  },
  {
    name: 'Yarn 1',
    program: 'yarn',
    script: 'yarn/bin/yarn.js',
    lock: 'yarn.lock',
    files: npmrc,
    begin: ['install'],
    frozen: ['install', '--frozen-lockfile'],
  },
  {
    name: 'Yarn',
    program: 'yarn',
    script: '@yarnpkg/cli-dist/bin/yarn.js',
    lock: 'yarn.lock',
    files: (registry) => ({
      '.yarnrc.yml': `npmRegistryServer: "${registry}"\nunsafeHttpWhitelist: ["127.0.0.1"]\nenableTelemetry: false\n`,
      'yarn.lock': '',
    }),
    begin: ['install', '--mode=update-lockfile'],
    frozen: ['install', '--immutable'],
  },
  {
    name: 'Bun',
    program: 'bun',
    script: 'bun/bin/bun.exe',
    lock: 'bun.lock',
    files: npmrc,
    begin: ['install', '--lockfile-only'],
    frozen: ['install', '--frozen-lockfile'],
  },
];

const CHANGES: readonly PackageChange[] = [
  { ecosystem: 'node', action: 'remove', packages: ['old@1.0.0'] },
  { ecosystem: 'node', action: 'add', packages: ['left@1.2.3'] },
  { ecosystem: 'node', action: 'add-dev', packages: ['tool@3.0.0'] },
  { ecosystem: 'node', action: 'upgrade', packages: ['stale@2.0.0', 'extra@2.0.0', 'host@2.0.0'] },
];

/** `scripts/test.ts` installs them, and says where. */
const programs = process.env['COX_TEST_PACKAGE_MANAGERS'];

describe("a plan's packages", {
  timeout: 1_200_000,
  skip: programs === undefined && 'package managers are not installed',
}, () => {
  for (const manager of MANAGERS)
    it(`are put into the project by ${manager.name}`, async () => {
      const registry = await openRegistry({
        extra: ['1.0.0', '2.0.0'],
        host: ['1.0.0', '2.0.0'],
        left: ['1.0.0', '1.2.3', '2.0.0'],
        old: ['1.0.0'],
        stale: ['1.0.0', '2.0.0'],
        tool: ['3.0.0'],
      });
      const repository = makeRepository({
        files: {
          'package.json': JSON.stringify({
            name: 'app',
            version: '1.0.0',
            private: true,
            dependencies: { old: '1.0.0', stale: '1.0.0' },
            optionalDependencies: { extra: '1.0.0' },
            peerDependencies: { host: '1.0.0' },
          }),
          '.gitignore': 'node_modules\n.yarn\n.pnp.*\n',
          ...manager.files(registry.url),
        },
      });
      const host = { ...repository.env, ...homeWith(manager, repository) };
      const tell = (args: readonly string[]): Promise<unknown> =>
        run(manager.program, args, { cwd: repository.path, env: host, timeout: LONGEST_MS });
      const opened = await openPool(repository);
      try {
        await tell(manager.begin);
        repository.git(['add', '--all']);
        repository.git(['commit', '--quiet', '-m', 'Locked']);
        const installer = new PackageInstaller({
          sandbox: NO_SANDBOX,
          worktrees: opened.pool,
          host,
          reader: opened.reader,
          folder: () => join(repository.root, 'checks'),
        });
        const result = await installer.install(
          {
            run: 'run-1',
            key: '1-dependencies',
            base: repository.git(['rev-parse', 'HEAD']),
            changes: CHANGES,
            timeoutMs: LONGEST_MS,
            isolation: NOT_CONFINED,
          },
          new AbortController().signal,
        );
        assert.ok(result?.is === 'installed', result?.is === 'failed' ? result.result.output : '');
        assert.deepEqual([...result.files.keys()].sort(), ['package.json', manager.lock].sort());
        const { dependencies, devDependencies, optionalDependencies, peerDependencies } = JSON.parse(
          result.files.get('package.json') ?? '',
        );
        assert.deepEqual(dependencies, { left: '1.2.3', stale: '2.0.0' });
        const peers = manager.hasPeersForDevelopment ? { host: '2.0.0' } : {};
        assert.deepEqual(devDependencies, { ...peers, tool: '3.0.0' });
        assert.deepEqual(optionalDependencies, { extra: '2.0.0' });
        assert.deepEqual(peerDependencies, { host: '2.0.0' });
        repository.write(Object.fromEntries(result.files));
        await tell(manager.frozen);
      } finally {
        await registry.close();
        await opened.close();
      }
    });
});

/** A home of its own, with the one program first in the path. */
function homeWith({ program, script }: Manager, { root }: GitFixture): { HOME: string; PATH: string } {
  const home = join(root, 'home');
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  const file = join(dirname(programs ?? ''), script);
  const node = script.endsWith('.exe') ? '' : `'${process.execPath}' `;
  writeFileSync(join(bin, program), `#!/bin/sh\nexec ${node}'${file}' "$@"\n`);
  chmodSync(join(bin, program), 0o755);
  return { HOME: home, PATH: [bin, dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter) };
}
