/** The rules for packages, and what `npm audit` and `npm sbom` say, as the checks read them. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readAudit } from '../scripts/lib/audit.ts';
import { billOfMaterials } from '../scripts/lib/bill-of-materials.ts';
import {
  type Lock,
  type LockedPackage,
  type Manifest,
  packageProblems,
  publishedLock,
} from '../scripts/lib/packages.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const HASH = `sha512-${'A'.repeat(86)}==`;
const NODE: LockedPackage = { version: '24.0.0', integrity: HASH, dev: true, hasInstallScript: true };
const FINE: LockedPackage = { version: '1.0.0', integrity: HASH, license: 'MIT' };
const MANIFEST: Manifest = {
  dependencies: { a: '1.0.0' },
  devDependencies: { node: '24.0.0', t: 'npm:@types/t@1.2.3' },
  allowScripts: { node: true },
};

function lock(packages: Readonly<Record<string, LockedPackage>>): Lock {
  return { lockfileVersion: 3, packages: { '': {}, 'node_modules/node': NODE, ...packages } };
}

function problems(changed: LockedPackage, manifest: Manifest = MANIFEST): readonly string[] {
  return packageProblems(manifest, lock({ 'node_modules/@x/a': changed }));
}

describe('the packages', () => {
  it('are fine when pinned, hashed and of an allowed licence', () => {
    assert.deepEqual(problems(FINE), []);
    assert.deepEqual(problems({ ...FINE, license: '(GPL-3.0-only OR MIT)' }), []);
    assert.deepEqual(problems({ ...FINE, license: 'GPL-3.0-only', dev: true }), []);
  });

  it('are refused without a hash, with a host, with another licence', () => {
    const { integrity: _, ...unhashed } = FINE;
    assert.match(problems(unhashed).join(), /node_modules\/@x\/a has no SHA-512 hash/);
    assert.match(problems({ ...FINE, integrity: 'sha1-x' }).join(), /no SHA-512 hash/);
    assert.match(problems({ ...FINE, resolved: 'https://mirror.example/a.tgz' }).join(), /mirror\.example/);
    assert.match(problems({ ...FINE, link: true }).join(), /no package of the registry/);
    for (const license of ['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'UNLICENSED', ''])
      assert.match(problems({ ...FINE, license }).join(), /not on the list/, license);
  });

  it('must be exact in package.json', () => {
    for (const version of [
      '^1.0.0',
      '~1.0.0',
      '*',
      'latest',
      '1.x',
      'git+https://x/y.git',
      'file:../a',
      'npm:b@^1',
    ])
      assert.match(
        problems(FINE, { ...MANIFEST, dependencies: { a: version } }).join(),
        /no exact version/,
        version,
      );
  });

  it('run no script at their installation that is not on both lists', () => {
    assert.match(problems({ ...FINE, hasInstallScript: true }).join(), /@x\/a runs a script .* no reason/);
    assert.match(problems(FINE, { ...MANIFEST, allowScripts: {} }).join(), /do not agree on node/);
    assert.match(
      problems(FINE, { ...MANIFEST, allowScripts: { node: true, a: true } }).join(),
      /do not agree on a/,
    );
    const { 'node_modules/node': _, ...others } = lock({}).packages;
    assert.match(
      packageProblems(MANIFEST, { lockfileVersion: 3, packages: others }).join(),
      /runs no script/,
    );
  });

  it('of the project itself are as they should be', () => {
    const read = (name: string) => JSON.parse(readFileSync(new URL(`../${name}`, import.meta.url), 'utf8'));
    assert.deepEqual(packageProblems(read('package.json'), read('package-lock.json')), []);
  });

  it('that are published are those that are installed with it', () => {
    const published = publishedLock({
      lockfileVersion: 3,
      packages: {
        '': { devDependencies: { node: '1.0.0' } },
        'node_modules/node': NODE,
        'node_modules/a': FINE,
      },
    });
    assert.deepEqual(published.packages, { '': {}, 'node_modules/a': FINE });
  });
});

describe('npm audit', () => {
  const report = (vulnerabilities: unknown) => JSON.stringify({ auditReportVersion: 2, vulnerabilities });

  it('passes with nothing grave, fails with a high one', () => {
    assert.deepEqual(readAudit(report({})), { is: 'clean', lower: 0 });
    assert.deepEqual(readAudit(report({ a: { severity: 'moderate' } })), { is: 'clean', lower: 1 });
    assert.deepEqual(readAudit(report({ a: { severity: 'high' }, b: { severity: 'critical' } })), {
      is: 'found',
      advisories: ['a: high', 'b: critical'],
    });
  });

  it('that got no answer is neither', () => {
    for (const output of [
      '',
      'no JSON',
      'null',
      '[]',
      '{}',
      JSON.stringify({ vulnerabilities: {} }),
      JSON.stringify({ message: '405 Method Not Allowed', method: 'POST' }),
      JSON.stringify({ error: { code: 'ENOTFOUND', summary: 'getaddrinfo' } }),
    ])
      assert.equal(readAudit(output).is, 'not-run', output);
  });
});

describe('the step `audit` of the check', () => {
  /** Runs it with an npm that prints this. */
  function check(t: TestContext, printed: string) {
    const folder = mkdtempSync(join(tmpdir(), 'cox-audit-'));
    t.after(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'npm'), `#!/bin/sh\ncat <<'END'\n${printed}\nEND\nexit 1\n`, { mode: 0o755 });
    const { status, stdout } = spawnSync(process.execPath, [join(ROOT, 'scripts/check.ts'), 'audit'], {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' },
      encoding: 'utf8',
    });
    return { status, stdout };
  }

  it('is shown as not run, never as passed, when the registry does not answer', (t) => {
    const { status, stdout } = check(t, '{"message": "405 Method Not Allowed"}');
    assert.equal(status, 0);
    assert.match(stdout, /^﹣ audit .* not run: .*\n405 Method Not Allowed\n/);
    assert.match(stdout, /check: 0 of 1 steps passed; not run: audit\n$/);
  });

  it('fails on a high advisory, and passes without', (t) => {
    const report = (severity: string) =>
      JSON.stringify({ auditReportVersion: 2, vulnerabilities: { a: { severity } } });
    const failed = check(t, report('high'));
    assert.equal(failed.status, 1);
    assert.match(failed.stdout, /a: high/);
    assert.match(check(t, report('low')).stdout, /check: all 1 steps passed\n$/);
  });
});

it('the bill of materials is the same each time, under the name of the package', () => {
  const made = (time: string) =>
    JSON.stringify({
      bomFormat: 'CycloneDX',
      serialNumber: `urn:${time}`,
      metadata: { timestamp: time, component: { name: 'folder', version: '1.0.0' } },
      components: [],
    });
  assert.equal(billOfMaterials(made('1'), 'coxswain'), billOfMaterials(made('2'), 'coxswain'));
  assert.deepEqual(JSON.parse(billOfMaterials(made('1'), 'coxswain')).metadata, {
    component: { name: 'coxswain', version: '1.0.0' },
  });
  assert.throws(() => billOfMaterials('{}', 'coxswain'));
});
