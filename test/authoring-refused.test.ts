/** Commands that write plans, given what they must refuse: nothing is written elsewhere, nothing half, no escape shown. */

import assert from 'node:assert/strict';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';
import { makeProject } from './lib/project.ts';

const made = makeProject({
  waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
  recipe: 'tasks: {}\n',
});
after(() => made.remove());

it('what makes folders follows no link out of the repository', { timeout: 600_000 }, async () => {
  const outside = join(made.root, 'outside');
  mkdirSync(outside);
  renameSync(join(made.path, 'parallel', 'TS-0001-sample'), join(made.path, 'plan'));
  rmSync(join(made.path, 'parallel'), { recursive: true });
  for (const name of ['parallel', 'tech-specs']) symlinkSync(outside, join(made.path, name));
  const setup = await made.cox(['setup']);
  assert.equal(setup.code, 3);
  assert.match(setup.stderr, /parallel is a link that leads out of .*\n {5}Put a folder in its place/);
  assert.equal((await made.cox(['spec', 'new', 'Mine'])).code, 3);
  const spec = ['-t', 'TS-0001'];
  for (const args of [
    ['init', 'parallel/y', ...spec],
    ['init', 'parallel', ...spec],
    ['import', 'plan', 'parallel/y'],
  ]) {
    const refused = await made.cox(args);
    assert.equal(refused.code, 3, args.join(' '));
    assert.match(refused.stderr, /parallel is a link that leads out of .*\n {5}Put a folder in its place/);
  }
  assert.equal(
    (await made.cox(['init', '../mine', ...spec])).code,
    0,
    'a folder elsewhere may be wished for',
  );
  assert.deepEqual(readdirSync(outside), []);
  for (const name of ['parallel', 'tech-specs']) rmSync(join(made.path, name));
});

it('a spec has a title, of characters that can be shown', { timeout: 600_000 }, async () => {
  assert.equal((await made.cox(['spec', 'new', ' \n'])).code, 2);
  const draft = await made.cox(['spec', 'new', 'In\u001b[31mven\ntory']);
  assert.equal(draft.stdout, 'tech-specs/draft/TS-0001-inven-tory.md\n');
  const missing = await made.cox(['spec', 'approve', 'tech-specs']);
  assert.match(missing.stderr, /^cox: there is no tech spec tech-specs\n/);
  writeFileSync(join(made.path, 'notes.md'), '# Notes\n');
  const init = await made.cox(['init', 'parallel/notes', '-t', 'notes.md']);
  assert.equal(init.code, 0, init.stderr);
  assert.match(init.stderr, /warning: notes\.md has no tech_spec_id/);
});

it('a folder that is reached through a link is the repository all the same', {
  timeout: 600_000,
}, async () => {
  const link = join(made.root, 'link');
  symlinkSync(made.path, link);
  const draft = (await made.cox(['-C', link, 'spec', 'new', 'Linked'])).stdout.trim();
  const approved = await made.cox(['-C', link, 'spec', 'approve', draft]);
  assert.equal(approved.stdout.trim(), draft.replace('draft', 'approved'), approved.stderr);
  const init = await made.cox([
    '-C',
    link,
    'init',
    'parallel/linked',
    '-t',
    join(link, approved.stdout.trim()),
  ]);
  assert.equal(init.code, 0, init.stderr);
  const manifest: unknown = JSON.parse(
    readFileSync(join(made.path, 'parallel/linked/manifest.json'), 'utf8'),
  );
  assert.partialDeepStrictEqual(manifest, { metadata: { tech_spec: approved.stdout.trim() } });
});

it('a plan of which all is done is not imported', { timeout: 600_000 }, async () => {
  writeFileSync(join(made.path, 'DONE.md'), '# D\n## Parallel Group 1: A\n- [x] 1.1: a (Ada-1)\n');
  const { code, stderr } = await made.cox(['import', 'DONE.md', 'parallel/done']);
  assert.equal(code, 1);
  assert.match(stderr, /every task of this plan is done/);
  rmSync(join(made.path, 'DONE.md'));
});

it('an empty name is told of as one', { timeout: 600_000 }, async () => {
  for (const args of [
    ['validate', ''],
    ['import', '', 'x'],
    ['prompts', ''],
    ['init', 'parallel/x', '-t', 'TS-0001', '-n', ' '],
  ]) {
    const { code, stderr } = await made.cox(args);
    assert.equal(code, 2, args.join(' '));
    assert.match(stderr, /the name of the plan is empty/);
  }
});

it('names with line breaks and escapes are shown without them', { timeout: 600_000 }, async () => {
  const name = 'parallel/a\n\u001b[31mb';
  assert.equal((await made.cox(['init', name, '-t', 'TS-0001'])).code, 0);
  rmSync(join(made.path, name, 'prompts'), { recursive: true });
  for (const args of [['validate'], ['prompts', '--check'], ['prompts'], ['plan']]) {
    const { stdout, stderr } = await made.cox([...args, name]);
    assert.ok(!`${stdout}${stderr}`.includes('\u001b'), args.join(' '));
  }
});
