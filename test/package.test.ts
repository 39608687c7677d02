/** The package as it is published: packed from a copy of the sources, installed elsewhere, and started there. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type Lock, nameOf } from '../scripts/lib/packages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const NOT_COPIED: ReadonlySet<string> = new Set(['node_modules', '.git', 'dist', 'coverage', 'bench']);

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'cox-package-')));
const copy = join(folder, 'copy');
const app = join(folder, 'app');
after(() => rmSync(folder, { recursive: true, force: true }));

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
}

let packed: Packed;
let installed: string;

function npm(
  args: readonly string[],
  cwd: string,
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...process.env, npm_config_audit: 'false', npm_config_fund: 'false' };
  return spawnSync('npm', args, { cwd, env, encoding: 'utf8' });
}

function read(path: string) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/** What is installed with the program, by place. */
function production(): readonly (readonly [place: string, version: string, integrity: string])[] {
  const lock: Lock = read(join(ROOT, 'package-lock.json'));
  return Object.entries(lock.packages).flatMap(([place, { dev, version = '', integrity = '' }]) =>
    place === '' || dev === true ? [] : [[place, version, integrity] as const],
  );
}

before(() => {
  cpSync(ROOT, copy, { recursive: true, filter: (path) => !NOT_COPIED.has(path.slice(ROOT.length)) });
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  const done = npm(['pack', '--json', '--pack-destination', folder], copy);
  assert.equal(done.status, 0, done.stdout + done.stderr);
  // Scripts of the package print before it.
  [packed] = JSON.parse(done.stdout.slice(done.stdout.search(/^\[\n? *\{/m)));
  mkdirSync(app);
  const { stderr, status } = npm(['install', '--prefer-offline', join(folder, packed.filename)], app);
  installed = status === 0 ? '' : stderr;
});

/** Without the registry and a cache nothing can be installed; every other failure is ours. */
function isInstalled(t: TestContext): boolean {
  if (/EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ETIMEDOUT|ENETUNREACH/.test(installed)) {
    t.skip('the package registry cannot be reached');
    return false;
  }
  assert.equal(installed, '');
  return true;
}

describe('the published package', () => {
  it('holds what it needs, and neither tests nor sources', () => {
    const paths = packed.files.map(({ path }) => path);
    for (const path of [
      'bin/cox',
      'dist/main.js',
      'dist/process/shim.sh',
      'dist/checks/e2e/driver-main.js',
      'dist/checks/e2e/measure-page.js',
      'npm-shrinkwrap.json',
      'sbom.cdx.json',
      'plugin/scripts/lib/find-cox.sh',
    ])
      assert.ok(paths.includes(path), path);
    for (const path of ['LICENSE', 'README.md', 'SECURITY.md']) assert.ok(paths.includes(path), path);
    const scripts = packed.files.filter(({ path }) => /^plugin\/scripts\/[^/]+$/.test(path));
    assert.equal(scripts.length, 5);
    for (const { path, mode } of scripts) assert.equal(mode & 0o111, 0o111, path);
    const strange = paths.filter(
      (path) =>
        /\.test\.|^src\/|^test\/|^scripts\/|\.env/.test(path) ||
        (path.endsWith('.ts') && !path.includes('/sample/')),
    );
    assert.deepEqual(strange, []);
    assert.ok(!existsSync(join(copy, 'npm-shrinkwrap.json')), 'nothing is left in the checkout');
  });

  it('starts where it is installed', (t) => {
    if (!isInstalled(t)) return;
    for (const name of ['cox', 'cpo']) {
      const ran = spawnSync(join(app, 'node_modules/.bin', name), ['--version'], {
        env: { PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}`, HOME: folder },
        encoding: 'utf8',
      });
      assert.equal(ran.status, 0, ran.stderr);
      assert.equal(ran.stdout.trim(), read(join(ROOT, 'package.json')).version);
    }
  });

  it('brings exactly the packages of the lock file', (t) => {
    if (!isInstalled(t)) return;
    const own = join(app, 'node_modules/coxswain');
    for (const [place, version] of production()) {
      const there = [join(own, place), join(app, place)].find((path) =>
        existsSync(join(path, 'package.json')),
      );
      assert.ok(there !== undefined, place);
      assert.equal(read(join(there, 'package.json')).version, version, place);
    }
    const lock: Lock = read(join(app, 'package-lock.json'));
    const scripts = Object.entries(lock.packages).filter(([, { hasInstallScript }]) => hasInstallScript);
    assert.deepEqual(scripts, [], 'nothing runs when it is installed');
  });

  it('says in its bill of materials what it brings, with versions and hashes', (t) => {
    if (!isInstalled(t)) return;
    const bom = read(join(app, 'node_modules/coxswain/sbom.cdx.json'));
    assert.equal(bom.bomFormat, 'CycloneDX');
    assert.equal(bom.metadata.component.name, 'coxswain');
    assert.equal(bom.serialNumber, undefined);
    const said: string[] = bom.components.map(
      (part: { name: string; version: string; hashes: readonly { alg: string; content: string }[] }) =>
        [part.name, part.version, part.hashes.find(({ alg }) => alg === 'SHA-512')?.content].join(' '),
    );
    const known = production().map(([place, version, integrity]) => {
      const hash = Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
      return [nameOf(place), version, hash].join(' ');
    });
    assert.deepEqual([...new Set(known).symmetricDifference(new Set(said))], []);
  });
});
