import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readManifest } from '../formats/manifest/read-manifest.ts';
import type { IntegrationView } from '../views/integration-view.ts';
import { readSources, writeIntegration } from './integration-files.ts';

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

test('where the manifest names a tech spec is decided once, for the plan and for its report', async () => {
  const task = '---\nid: task-001\nwave: 1\n---\n\n# task-001: One\n';
  for (const named of [{ path: 'a.md' }, { path: ' ' }, {}]) {
    const manifest = {
      tech_spec: { id: 'TS-4', title: 'Four', ...named },
      sources: { tech_spec: 'b.md' },
      tasks: { files: ['tasks/task-001.md'] },
    };
    const { plan } = readManifest({
      files: new Map([
        ['manifest.json', JSON.stringify(manifest)],
        ['tasks/task-001.md', task],
      ]),
    });
    const { techSpec } = await readSources(planWith('TS-4', manifest), root);
    assert.equal(techSpec, named.path === 'a.md' ? 'a.md' : 'b.md');
    assert.equal(plan?.techSpec, techSpec);
  }
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

/** Somebody saves the manifest whenever the time is asked for behind the report: after it was read. */
function whileEditing(folder: string, times: number): IntegrationView {
  let edits = 0;
  return {
    run_id: 'run-1',
    plan_id: 'TS-4',
    name: 'sample',
    status: 'passed',
    get generated_at() {
      if (existsSync(join(folder, 'integration-report.md')) && edits < times) {
        edits += 1;
        writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ name: `mine ${edits}` }));
      }
      return '2026-01-02T03:04:05.000Z';
    },
    plan_path: folder,
    source_prd: null,
    tech_spec: null,
    tasks_integrated: 0,
    tasks: 0,
    integration_branch: 'integration/run-1',
    base: 'a',
    tip: 'b',
    summary: [],
    checks: [],
    boundary_violations: [],
    criteria: [],
    guilty: null,
    into: null,
    must_fix: [],
    should_fix: [],
    next_steps: [],
  };
}

test('what the user saves in a manifest meanwhile is kept', async () => {
  const folder = planWith('TS-4', { name: 'before' });
  const written = await writeIntegration(folder, whileEditing(folder, 1));
  assert.deepEqual(written.problems, []);
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'));
  assert.partialDeepStrictEqual(manifest, { name: 'mine 1', integration: { status: 'passed' } });
  const busy = planWith('TS-5', { name: 'before' });
  const given = await writeIntegration(busy, whileEditing(busy, 100));
  assert.equal(given.manifest, null);
  assert.match(given.problems.join(), /manifest\.json was left as it is: it changes all the time/);
  assert.equal(readFileSync(join(busy, 'manifest.json'), 'utf8'), '{"name":"mine 3"}');
});
