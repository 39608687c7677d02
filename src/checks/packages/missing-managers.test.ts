import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PackageChange } from '../../core/plan.ts';
import { missingManagers } from './missing-managers.ts';

test('a package manager is missing that has something to do and is not there', async (t) => {
  const root = mkdtempSync(join(tmpdir(), 'cox-managers-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const programs = join(root, 'bin');
  mkdirSync(programs);
  const put = (name: string, text: string): void => writeFileSync(join(root, name), text, { mode: 0o755 });
  const missing = (...changes: readonly PackageChange[]) => missingManagers(root, changes, programs);
  const python: PackageChange = { ecosystem: 'python', action: 'add', packages: ['left==1.0'] };
  const node: PackageChange = { ecosystem: 'node', action: 'add', packages: ['left@1.0.0'] };
  assert.deepEqual(await missing(python, node), [
    'uv was not found; install it or mend PATH',
    'npm was not found; install it or mend PATH',
  ]);
  put('bin/uv', '');
  put('pnpm-lock.yaml', '');
  assert.deepEqual(await missing(python, node), ['pnpm was not found; install it or mend PATH']);
  put('package.json', '{"dependencies":{"left":"1.0.0"}}');
  assert.deepEqual(await missing(node), [], 'it has nothing to do');
});
