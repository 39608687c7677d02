import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSources } from './integration-files.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-sources-'));
after(() => rmSync(root, { recursive: true, force: true }));

function planWith(name: string, manifest: unknown): string {
  const folder = join(root, 'parallel', name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return folder;
}

test('where a plan comes from is read in both forms of a manifest, and its place is of the repository', async () => {
  writeFileSync(join(root, 'spec.md'), '# Spec');
  const present = planWith('TS-1', { metadata: { tech_spec: 'spec.md', prd: 'prd.md' } });
  const path = 'parallel/TS-1';
  assert.deepEqual(await readSources(present, root), {
    path,
    prd: 'prd.md',
    techSpec: 'spec.md',
    hasTechSpec: true,
  });
  const older = planWith('TS-2', { tech_spec: { path: '../out.md' }, sources: { prd: 'old.md' } });
  assert.deepEqual(await readSources(older, root), {
    path: 'parallel/TS-2',
    prd: 'old.md',
    techSpec: '../out.md',
    hasTechSpec: false,
  });
});

test('a plan that is a file, lies outside, or has a manifest elsewhere tells its place alone', async () => {
  const nothing = { prd: null, techSpec: null, hasTechSpec: false };
  const file = join(root, 'PLAN.md');
  writeFileSync(file, '# Plan');
  assert.deepEqual(await readSources(file, root), { path: 'PLAN.md', ...nothing });
  assert.deepEqual(await readSources(root, root), { path: '.', ...nothing });
  const outside = join(root, 'parallel');
  const real = planWith('TS-3', { metadata: { prd: 'x.md' } });
  const linked = join(root, 'linked');
  mkdirSync(linked);
  symlinkSync(join(real, 'manifest.json'), join(linked, 'manifest.json'));
  assert.deepEqual(await readSources(linked, outside), { path: linked, ...nothing });
});
