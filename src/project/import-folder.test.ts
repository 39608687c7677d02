import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Result } from '../core/result.ts';
import { type ImportedFolder, type ImportProblem, importFolder } from './import-folder.ts';
import { loadPlan } from './load-plan.ts';

const TASK = `---
id: task-001-users
wave: 1
deps: []
tech_spec: TS-0042
owner: ada   # who is asked
---

# task-001: Users

A word before all.

## Scope

CREATE: a.py
BOUNDARY: other/*

## Requirements

Some prose.

- one
  \`\`\`py
  two = 2
  \`\`\`

### How

Like this.

## Checklist

- [x] done before
- [ ] \`pytest\` passes

## Notes

Ask Ann.
`;
const MANIFEST = `{ "tech_spec_id": "TS-0042",  "mine": {"big": 12345678901234567890},
  "waves": [ { "number": 1, "notes": "first", "tasks": [ { "id": "task-001", "prompt_file": "prompts/own.txt", "x": 1 } ] } ],
  "sources": { "prd": "prd.md" }, "metadata": { "generated_at": "2020-01-01T00:00:00Z", "prd": "docs/prd.md" } }
`;
const OLDER = {
  tech_spec: { id: 'TS-0042', title: 'Users', path: 'tech-specs/TS-0042.md', status: 'APPROVED' },
  tasks: { total: 1, waves: 1, files: [{ file: 'tasks/task-001-users.md', notes: 'mind the cat' }] },
  sources: { prd: 'prd.md', tech_spec: 'spec.md' },
  integration: { status: 'passed' },
  mine: [1],
};

let root = '';
let plan = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cox-import-'));
  mkdirSync(join(root, '.git'));
  plan = join(root, 'parallel/TS-0042');
  put('parallel/TS-0042/manifest.json', MANIFEST);
  put('parallel/TS-0042/tasks/task-001-users.md', TASK);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string | Uint8Array): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function imported(path: string, to: string): Promise<Result<ImportedFolder, ImportProblem>> {
  const loaded = await loadPlan({ path: join(root, path) });
  assert.ok(loaded.is === 'read' && loaded.plan !== null, JSON.stringify(loaded));
  const { words, source, format } = loaded;
  return await importFolder({
    plan: loaded.plan,
    ...(words === undefined ? {} : { words }),
    from: { path: source, isManifest: format === 'manifest' },
    folder: join(root, to),
    root,
    shown: to,
    facts: { generatedAt: '2026-01-01T00:00:00.000Z' },
  });
}

async function changesOf(path: string, to: string): Promise<readonly string[]> {
  const made = await imported(path, to);
  assert.ok(made.ok, JSON.stringify(made));
  return made.value.changes;
}

function bytes(path: string): Buffer {
  return readFileSync(join(root, path));
}

describe('a manifest folder that is imported', () => {
  it('keeps every byte of what is in it, and gets what it lacks', async () => {
    const own: Record<string, string | Uint8Array> = {
      'architecture.md': '# By hand\r\n',
      'task-graph.md': '',
      'context.md': '\ufeff# Context\n',
      'contracts/types.py': 'A = 1\n',
      'contracts/latin.py': Uint8Array.of(0x23, 0xe9, 0x0a),
      'prompts/own.txt': 'Do as I say.\n',
      'prompts/notes.md': 'Mine.',
      'notes/picture.bin': Uint8Array.of(0, 255, 1),
      'README.md': '# Read\n',
      'scripts/go.sh': '#!/bin/sh\n',
      'prompts.backup-1/task-001.txt': 'old',
    };
    for (const [path, text] of Object.entries(own)) put(`parallel/TS-0042/${path}`, text);
    chmodSync(join(plan, 'scripts/go.sh'), 0o755);
    assert.deepEqual(await changesOf('parallel/TS-0042', 'parallel/copy'), []);
    for (const path of [...Object.keys(own), 'manifest.json', 'tasks/task-001-users.md'])
      assert.ok(bytes(`parallel/copy/${path}`).equals(bytes(`parallel/TS-0042/${path}`)), path);
    assert.equal(statSync(join(root, 'parallel/copy/scripts/go.sh')).mode & 0o777, 0o755);
    assert.deepEqual(readdirSync(join(root, 'parallel/copy/prompts')).sort(), [
      'agent-prompts.md',
      'notes.md',
      'own.txt',
    ]);
  });

  it('gets diagrams, a context and prompts where it has none, in an empty folder, too', async () => {
    rmSync(join(plan, 'manifest.json'));
    put('parallel/TS-0042/manifest.json', MANIFEST.replace('"prompt_file": "prompts/own.txt", ', ''));
    mkdirSync(join(root, 'parallel/copy'));
    const made = await imported('parallel/TS-0042', 'parallel/copy');
    assert.ok(made.ok);
    assert.deepEqual(made.value.files, [
      'architecture.md',
      'context.md',
      'manifest.json',
      'prompts/agent-prompts.md',
      'prompts/task-001.txt',
      'task-graph.md',
      'tasks/task-001-users.md',
    ]);
    assert.match(bytes('parallel/copy/prompts/task-001.txt').toString(), /Ask Ann\./);
  });

  it('leaves behind what runs have left, and links out of it, and says so', async () => {
    put('secret.txt', 'secret');
    put('parallel/TS-0042/logs/task-001.log', 'x');
    put('parallel/TS-0042/report.json', '{}');
    put('parallel/TS-0042/real.md', 'real');
    symlinkSync('real.md', join(plan, 'link.md'));
    symlinkSync(join(root, 'secret.txt'), join(plan, 'out.md'));
    symlinkSync(root, join(plan, 'folder'));
    const why = 'it cannot be read, or is a link that stands for no file of the plan';
    assert.deepEqual(await changesOf('parallel/TS-0042', 'parallel/copy'), [
      'logs/ is not copied: it is no part of the plan',
      'report.json is not copied: it is no part of the plan',
      `folder is not copied: ${why}`,
      `out.md is not copied: ${why}`,
    ]);
    assert.equal(bytes('parallel/copy/link.md').toString(), 'real');
    assert.ok(!readdirSync(join(root, 'parallel/copy')).includes('out.md'));
  });

  it('that is a whole repository keeps the files of the plan alone', async () => {
    put('manifest.json', MANIFEST);
    put('tasks/task-001-users.md', TASK);
    put('src/a.ts', '');
    const changes = await changesOf('', 'parallel/copy');
    assert.deepEqual(changes, [
      '.git/ is not copied: it is no part of the plan',
      'src/ is not copied: it is no part of the plan',
    ]);
    assert.deepEqual(bytes('parallel/copy/manifest.json'), bytes('manifest.json'));
  });

  it('is not copied into its own files', async () => {
    const made = await imported('parallel/TS-0042', 'parallel/TS-0042/tasks/copy');
    assert.ok(!made.ok && made.error.reason === 'exists');
    assert.deepEqual(await changesOf('parallel/TS-0042', 'parallel/TS-0042/copy'), []);
    assert.ok(!readdirSync(join(plan, 'copy')).includes('copy'));
  });

  it('of the older form has the present one afterwards, and every other key of its manifest', async () => {
    put('parallel/TS-0042/manifest.json', JSON.stringify(OLDER));
    put('parallel/TS-0042/prompts/task-001.txt', 'Do as I say.\n');
    assert.deepEqual(await changesOf('parallel/TS-0042', 'parallel/copy'), []);
    assert.deepEqual(JSON.parse(bytes('parallel/copy/manifest.json').toString()), {
      tech_spec_id: 'TS-0042',
      name: 'Users',
      title: 'Users',
      tech_spec: { status: 'APPROVED' },
      waves: [
        {
          number: 1,
          tasks: [{ id: 'task-001-users', file: 'tasks/task-001-users.md', notes: 'mind the cat' }],
        },
      ],
      metadata: { tech_spec: 'tech-specs/TS-0042.md', total_tasks: 1 },
      sources: { prd: 'prd.md', tech_spec: 'spec.md' },
      integration: { status: 'passed' },
      mine: [1],
    });
    assert.equal(bytes('parallel/copy/tasks/task-001-users.md').toString(), TASK);
    assert.equal(bytes('parallel/copy/prompts/task-001.txt').toString(), 'Do as I say.\n');
    assert.deepEqual(await changesOf('parallel/copy', 'parallel/again'), []);
    assert.ok(bytes('parallel/again/manifest.json').equals(bytes('parallel/copy/manifest.json')));
  });
});

describe('a plan of another family that is imported', () => {
  const ITEM =
    '# Login\n**Status**: pending\n\nA word before.\n\n## Objective\nNobody is let in twice.\n\n## Tasks\n- a form\n\n## Notes\nAsk Ann.\n\n## Acceptance Criteria\n- [ ] it works\n';

  it('says nothing of texts of the repository that are read there again', async () => {
    put('queue/001-pending-login.md', ITEM);
    for (const name of ['CLAUDE.md', 'AGENTS.md', 'messages/decisions.md']) put(name, `# ${name}\n`);
    assert.deepEqual(await changesOf('queue', 'parallel/copy'), [
      'the plan: a manifest has no place for its schedule',
    ]);
    const task = bytes('parallel/copy/tasks/001.md').toString();
    for (const line of ['A word before.', '## Objective', 'Nobody is let in twice.', '- a form', 'Ask Ann.'])
      assert.ok(task.includes(line), line);
  });

  it('says which of them are not found in another place', async () => {
    put('queue/001-pending-login.md', ITEM);
    put('CLAUDE.md', '# Ours\n');
    put('elsewhere/.git/HEAD', '');
    assert.deepEqual(await changesOf('queue', 'elsewhere/parallel/copy'), [
      'the plan: a manifest has no place for its schedule',
      'the text CLAUDE.md is not taken along',
    ]);
  });

  it('takes along whom its agents are', async () => {
    put('.claude/agents/builder.md', 'You build.\n');
    const whole =
      '# Plan\r\n\nUse one database.\n\n## Parallel Group 1: One\n\n- [ ] 1.1: do it (Builder-1, 2h)\n';
    put('MULTI_AGENT_PLAN.md', whole);
    const changes = await changesOf('MULTI_AGENT_PLAN.md', 'parallel/copy');
    assert.deepEqual(changes, [
      'the agent Builder-1 is now builder: a manifest finds its file by that name',
      'group 1: a manifest has no place for the branch that is left where it ends',
      '1.1: a manifest has no place for its branch',
    ]);
    assert.match(bytes('parallel/copy/prompts/1.1.txt').toString(), /You build\./);
    assert.match(bytes('parallel/copy/context.md').toString(), /Use one database\.\n$/);
    assert.equal(bytes('parallel/copy/imported-plan.md').toString(), whole, 'what it says of no task');
  });
});
