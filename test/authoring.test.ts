/** Commands that write plans, with the real binary: what they write is valid, and nothing of the user's is lost. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(): Project {
  const made = makeProject({
    waves: [
      { tasks: { 'task-001': { create: 'one.txt' } } },
      { tasks: { 'task-002': { create: 'two.txt', deps: 'task-001' } } },
    ],
    recipe: 'tasks: {}\n',
  });
  projects.push(made);
  return made;
}

describe('cox prompts', () => {
  it('writes what is missing, finds what is stale, and keeps what was there', {
    timeout: 600_000,
  }, async () => {
    const made = project();
    const folder = join(made.path, made.plan);
    const prompts = join(folder, 'prompts');
    const missing = await made.cox(['prompts', made.plan, '--check']);
    assert.equal(missing.code, 1);
    assert.match(missing.stdout, /prompt-missing[\s\S]*prompt-missing[\s\S]*To be written anew: 2/);
    const both = await made.cox(['prompts', made.plan, '--check', '--fix']);
    assert.equal(both.code, 2, both.stdout);
    assert.match(both.stderr, /option '--check' cannot be used with option '--fix'/);
    assert.ok(!existsSync(prompts));
    assert.equal((await made.cox(['prompts', made.plan])).code, 0);
    assert.deepEqual(readdirSync(prompts).sort(), ['agent-prompts.md', 'task-001.txt', 'task-002.txt']);
    const text = readFileSync(join(prompts, 'task-001.txt'), 'utf8');
    assert.match(text, /^TASK-001: Make one\.txt\n/);
    assert.equal((await made.cox(['prompts', made.plan, '--check'])).code, 0);

    writeFileSync(join(prompts, 'task-001.txt'), `${text}\nAnd mind the cat.\n`);
    writeFileSync(join(prompts, 'task-002.txt'), '\n');
    writeFileSync(join(prompts, 'notes.bin'), Buffer.from([0xff, 0]));
    writeFileSync(join(prompts, 'old.txt'), 'of no task');
    const fixed = await made.cox(['prompts', made.plan, '--fix', '--json']);
    const { backup, written } = JSON.parse(fixed.stdout);
    assert.deepEqual(written, ['task-002']);
    assert.deepEqual(readdirSync(prompts).sort(), [
      'agent-prompts.md',
      'notes.bin',
      'old.txt',
      'task-001.txt',
      'task-002.txt',
    ]);
    assert.deepEqual(readFileSync(join(prompts, 'notes.bin')), Buffer.from([0xff, 0]));
    assert.equal(readFileSync(join(backup, 'task-002.txt'), 'utf8'), '\n');
    assert.match(readFileSync(join(prompts, 'task-001.txt'), 'utf8'), /mind the cat/);
    assert.match(readFileSync(join(prompts, 'task-002.txt'), 'utf8'), /^TASK-002/);

    const left = await made.cox(['prompts', made.plan, '--check']);
    assert.equal(left.code, 1);
    assert.match(left.stdout, /prompt-without-task/);
    assert.doesNotMatch(left.stdout, /written anew/);

    const manifest = join(folder, 'manifest.json');
    const named = readFileSync(manifest, 'utf8').replace(
      /"id": "task-001"/,
      '"id": "task-001", "prompt_file": "prompts/own/one.txt"',
    );
    writeFileSync(manifest, named);
    assert.equal((await made.cox(['prompts', made.plan])).code, 0);
    assert.deepEqual(readdirSync(prompts).sort(), ['agent-prompts.md', 'own', 'task-002.txt']);
    assert.match(readFileSync(join(prompts, 'own/one.txt'), 'utf8'), /^TASK-001/);
    assert.equal((await made.cox(['prompts', made.plan, '--check'])).code, 0);
    assert.equal((await made.cox(['validate', made.plan])).code, 0);
    rmSync(join(prompts, 'own'), { recursive: true });
    writeFileSync(manifest, named.replace(', "prompt_file": "prompts/own/one.txt"', ''));

    assert.equal((await made.cox(['prompts', made.plan])).code, 0);
    assert.doesNotMatch(readFileSync(join(prompts, 'task-001.txt'), 'utf8'), /mind the cat/);
    const backups = readdirSync(folder).filter((name) => name.startsWith('prompts.backup-'));
    assert.equal(backups.length, 3);
    assert.equal((await made.cox(['prompts', 'nowhere'])).code, 2);
    rmSync(join(folder, 'tasks'), { recursive: true });
    const broken = await made.cox(['prompts', made.plan, '--json']);
    assert.equal(broken.code, 1);
    const { valid, findings } = JSON.parse(broken.stdout);
    assert.equal(valid, false);
    assert.ok(findings.length > 0);
    assert.ok(existsSync(join(prompts, 'task-001.txt')));
  });
});

describe('cox import', () => {
  it('writes a folder that is valid, and none over another', { timeout: 600_000 }, async () => {
    const made = project();
    const first = await made.cox(['import', made.plan, 'parallel/other', '--json']);
    assert.equal(first.code, 0, first.stderr);
    assert.deepEqual(JSON.parse(first.stdout).changes, []);
    const valid = await made.cox(['validate', 'parallel/other', '--strict']);
    assert.equal(valid.code, 0, valid.stdout);
    const names = readdirSync(join(made.path, 'parallel/other')).sort();
    assert.deepEqual(names, [
      'architecture.md',
      'context.md',
      'manifest.json',
      'prompts',
      'task-graph.md',
      'tasks',
    ]);
    const [task = ''] = readdirSync(join(made.path, made.plan, 'tasks'));
    const bytesOf = (plan: string): Buffer => readFileSync(join(made.path, plan, 'tasks', task));
    assert.ok(bytesOf('parallel/other').equals(bytesOf(made.plan)));
    const unpinned = await made.cox(['import', made.plan, 'parallel/loose', '--allow-unpinned']);
    assert.match(unpinned.stdout, /cox validate parallel\/loose --allow-unpinned\n/);
    rmSync(join(made.path, 'parallel/loose'), { recursive: true });
    const again = await made.cox(['import', made.plan, 'parallel/other']);
    assert.equal(again.code, 3);
    assert.match(again.stderr, /is there already, and not empty/);
    rmSync(join(made.path, 'parallel/other/tasks'), { recursive: true });
    const broken = await made.cox(['import', 'parallel/other', 'parallel/third', '--json']);
    assert.equal(broken.code, 1);
    assert.partialDeepStrictEqual(JSON.parse(broken.stdout), {
      valid: false,
      findings: [{ severity: 'error' }],
    });
    assert.deepEqual(readdirSync(join(made.path, 'parallel')).sort(), ['TS-0001-sample', 'other']);
  });
});

describe('cox setup, spec and init', () => {
  it('lead from nothing to a folder that is valid, and keep what is there', {
    timeout: 600_000,
  }, async () => {
    const made = project();
    const first = await made.cox(['setup', '--tech', 'python']);
    assert.equal(first.code, 0, first.stderr);
    assert.match(
      first.stdout,
      /made parallel\/README\.md\nmade parallel\/\.gitignore\nkept coxswain\.config\.yaml/,
    );
    const ignored = readFileSync(join(made.path, 'parallel/.gitignore'), 'utf8').split('\n');
    for (const line of ['*/prompts/', '*/scripts/', '*/logs/', '*/report.json', '*/execution-report.md'])
      assert.ok(ignored.includes(line), line);
    assert.ok(ignored.includes('*/integration-report.md'));
    writeFileSync(join(made.path, 'parallel/README.md'), 'mine\n');
    rmSync(join(made.path, 'coxswain.config.yaml'));
    assert.match(
      (await made.cox(['setup'])).stdout,
      /^made coxswain\.config\.yaml\nkept parallel\/README\.md/,
    );
    assert.equal(readFileSync(join(made.path, 'parallel/README.md'), 'utf8'), 'mine\n');
    assert.match(readFileSync(join(made.path, 'coxswain.config.yaml'), 'utf8'), /^# Settings/);
    assert.match(first.stderr, /write `technology: python` into coxswain\.config\.yaml/);
    rmSync(join(made.path, 'coxswain.config.yaml'));
    assert.equal((await made.cox(['setup', '--tech', 'rust'])).code, 0);
    assert.match(readFileSync(join(made.path, 'coxswain.config.yaml'), 'utf8'), /^technology: rust$/m);

    const draft = (await made.cox(['spec', 'new', 'Inventory: all of it'])).stdout.trim();
    assert.equal(draft, 'tech-specs/draft/TS-0001-inventory-all-of-it.md');
    const folder = 'parallel/TS-0001-inventory';
    const early = await made.cox(['init', 'parallel/early', '-t', draft, '-n', 'early']);
    assert.match(early.stderr, /TS-0001 is a DRAFT/);
    const remembered = readFileSync(join(made.path, 'parallel/early/manifest.json'), 'utf8');
    assert.equal(JSON.parse(remembered).technology, 'rust');
    const approval = await made.cox(['spec', 'approve', 'TS-0001']);
    assert.equal(
      approval.stderr,
      ['manifest.json', 'context.md']
        .map((name) => `warning: parallel/early/${name} still names ${draft}\n`)
        .join(''),
    );
    const approved = approval.stdout.trim();
    assert.equal(approved, 'tech-specs/approved/TS-0001-inventory-all-of-it.md');

    const init = await made.cox(['init', folder, '-t', 'TS-0001', '-n', 'inventory', '--tech', 'python']);
    assert.equal(init.code, 0, init.stderr);
    const valid = await made.cox(['validate', folder, '--json']);
    assert.equal(valid.code, 0, valid.stdout);
    const { plan, findings } = JSON.parse(valid.stdout);
    assert.equal(plan.id, 'TS-0001');
    const rules: readonly string[] = findings.map(({ rule }: { readonly rule: string }) => rule);
    assert.deepEqual([...rules].sort(), [
      'agent-missing',
      'boundary-missing',
      'criteria-missing',
      'requirements-missing',
      'scope-missing',
    ]);
    const manifest = JSON.parse(readFileSync(join(made.path, folder, 'manifest.json'), 'utf8'));
    assert.equal(manifest.metadata.tech_spec, approved);
    assert.equal(manifest.title, 'Inventory: all of it');
    assert.ok(existsSync(join(made.path, folder, 'contracts/types.py')));
    assert.equal((await made.cox(['prompts', folder, '--check'])).code, 0);
    assert.equal((await made.cox(['init', folder, '-t', 'TS-0001', '-n', 'x'])).code, 3);
    assert.equal((await made.cox(['init', 'parallel/z', '-t', 'nowhere.md', '-n', 'x'])).code, 2);
    assert.equal((await made.cox(['init', 'parallel/TS-0099-a', '-t', 'TS-0099', '-n', 'a'])).code, 0);
  });
});
