import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isQueueFile } from '../formats/queue/read-queue.ts';
import { manifestFiles, type TaskText } from '../testing/manifest-files.ts';
import { type LoadedPlan, loadPlan } from './load-plan.ts';
import { readFolder, readText } from './read-folder.ts';

const TASKS: readonly TaskText[] = [
  { id: 'task-001', wave: 1 },
  { id: 'task-002', wave: 2, deps: ['task-001'] },
];

let root = '';
let count = 0;

before(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'cox-load-plan-')));
});

after(async () => {
  await rm(root, { recursive: true, force: true });
});

/** A new folder with these files. */
async function folderWith(files: ReadonlyMap<string, string>): Promise<string> {
  count += 1;
  const folder = join(root, `repository-${count}`, 'parallel', 'TS-0001-sample');
  await mkdir(folder, { recursive: true });
  for (const [path, text] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  return folder;
}

function rules(loaded: LoadedPlan): readonly string[] {
  assert.equal(loaded.is, 'read');
  return loaded.is === 'read' ? loaded.findings.map(({ rule, file }) => `${rule} ${file}`) : [];
}

describe('loadPlan', () => {
  it('reads a manifest folder, also by its manifest.json', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    for (const path of [folder, join(folder, 'manifest.json'), `${folder}/`]) {
      const loaded = await loadPlan({ path });
      assert.ok(loaded.is === 'read', path);
      assert.deepEqual(loaded.findings, []);
      assert.equal(loaded.source, folder);
      assert.deepEqual(
        loaded.plan?.tasks.map(({ id }) => id),
        ['task-001', 'task-002'],
      );
    }
  });

  it('knows a plan by its path without links', async () => {
    const real = join(
      await folderWith(new Map([['plan.md', '## Parallel Group 1: A\n- [ ] 1.1: a\n']])),
      'plan.md',
    );
    const folder = dirname(dirname(real));
    await symlink(dirname(real), join(folder, 'linked'));
    await symlink('plan.md', join(dirname(real), 'PLAN.md'));
    for (const path of [real, join(folder, 'linked', 'plan.md'), join(folder, 'linked', 'PLAN.md')]) {
      const loaded = await loadPlan({ path });
      assert.ok(loaded.is === 'read' && loaded.plan !== null, path);
      assert.equal(loaded.source, real);
      assert.equal(loaded.folder, dirname(path));
    }
  });

  it('gives agents the conventions of the repository around the plan', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const repository = dirname(dirname(folder));
    await mkdir(join(repository, '.git'));
    await writeFile(join(repository, 'CLAUDE.md'), 'Be kind');
    await mkdir(join(repository, 'messages'));
    await writeFile(join(repository, 'messages/decisions.md'), 'Use UTC');
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(loaded.is === 'read' ? loaded.plan?.context : null, [
      { path: 'CLAUDE.md', text: 'Be kind' },
      { path: 'messages/decisions.md', text: 'Use UTC' },
    ]);
  });

  it('names files that describe agents from the folder of the plan, as all others', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const repository = dirname(dirname(folder));
    await mkdir(join(repository, '.git'));
    await mkdir(join(repository, '.claude/agents'), { recursive: true });
    await writeFile(join(repository, '.claude/agents/a.md'), Buffer.from([0xff, 0xfe, 0x00]));
    assert.deepEqual(rules(await loadPlan({ path: folder })), [
      'agent-file-unreadable ../../.claude/agents/a.md',
    ]);
  });

  it('gives agents no file from outside of the repository that a link in it leads to', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const repository = dirname(dirname(folder));
    await mkdir(join(repository, '.git'));
    await writeFile(join(root, 'secret'), 'a key');
    await symlink(join(root, 'secret'), join(repository, 'CLAUDE.md'));
    await writeFile(join(repository, 'rules.md'), 'Be kind');
    await symlink('rules.md', join(repository, 'AGENTS.md'));
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(loaded.is === 'read' ? loaded.plan?.context : null, [
      { path: 'AGENTS.md', text: 'Be kind' },
    ]);
    assert.deepEqual(rules(loaded), ['conventions-unreadable ../../CLAUDE.md']);
  });

  it('tells of conventions of the repository that cannot be read', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const repository = dirname(dirname(folder));
    await mkdir(join(repository, '.git'));
    // No folder: then there are no decisions, and nothing to tell.
    await writeFile(join(repository, 'messages'), '');
    await writeFile(join(repository, 'CLAUDE.md'), Buffer.from([0x43, 0xe9]));
    await symlink('nowhere.md', join(repository, 'AGENTS.md'));
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(rules(loaded), [
      'conventions-unreadable ../../CLAUDE.md',
      'conventions-unreadable ../../AGENTS.md',
    ]);
    assert.deepEqual(
      loaded.is === 'read'
        ? loaded.findings.map(({ severity, message }) => [severity, message.split(': ')[1]])
        : null,
      [
        ['warning', 'it is no UTF-8 text (line 1)'],
        ['warning', 'it is a link to what is not there'],
      ],
    );
  });

  it('tells of folders on the way to the files of agents that are links', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const repository = dirname(dirname(folder));
    await mkdir(join(repository, '.git'));
    await mkdir(join(repository, '.claude', 'plugins'), { recursive: true });
    await mkdir(join(repository, 'elsewhere', 'agents'), { recursive: true });
    await symlink('../../elsewhere', join(repository, '.claude/plugins/plugin'));
    assert.deepEqual(rules(await loadPlan({ path: folder })), [
      'agent-file-unreadable ../../.claude/plugins/plugin',
    ]);
    await rm(join(repository, '.claude'), { recursive: true });
    await symlink('elsewhere', join(repository, '.claude'));
    assert.deepEqual(rules(await loadPlan({ path: folder })), ['agent-file-unreadable ../../.claude']);
  });

  it('tells what is not there from what is no plan', async () => {
    const nothing = await loadPlan({ path: join(root, 'nowhere') });
    assert.ok(nothing.is === 'unreadable' && nothing.reason === 'no-such-path');
    const folder = await folderWith(new Map([['notes.txt', '']]));
    for (const path of [folder, join(folder, 'notes.txt')]) {
      const loaded = await loadPlan({ path });
      assert.ok(loaded.is === 'unreadable' && loaded.reason === 'not-a-plan');
      assert.match(loaded.message, /looked for a folder with a manifest\.json, or /);
    }
    await mkdir(join(folder, 'parallel'));
    await cp(await folderWith(manifestFiles(TASKS)), join(folder, 'parallel/TS-1'), { recursive: true });
    await mkdir(join(folder, 'parallel/notes'));
    for (const [path, named] of [
      ['parallel', 'parallel'],
      ['nowhere.md', undefined],
    ] as const) {
      const request = { path: join(folder, path), from: folder, repository: folder };
      const near = await loadPlan(named === undefined ? request : { ...request, called: named });
      assert.ok(near.is === 'unreadable');
      assert.equal(near.remedy, 'Name the folder or file of a plan. There is: parallel/TS-1');
      assert.equal(near.message.includes(root), named === undefined);
    }
    const elsewhere = join(folder, 'apps', 'plan');
    await cp(join(folder, 'parallel/TS-1'), elsewhere, { recursive: true });
    for (const part of ['tasks', 'tasks/task-001.md']) {
      const within = await loadPlan({ path: join(elsewhere, part), from: folder, repository: folder });
      assert.ok(within.is === 'unreadable');
      assert.match(within.remedy, /There are: apps\/plan, parallel\/TS-1$/);
    }
    await mkdir(join(folder, 'web'));
    await writeFile(join(folder, 'web', 'manifest.json'), '{"name":"a web application"}');
    for (let number = 2; number <= 11; number += 1)
      await cp(elsewhere, join(folder, `parallel/TS-${number}`), { recursive: true });
    const many = await loadPlan({ path: join(folder, 'web', 'x'), from: folder, repository: folder });
    assert.ok(many.is === 'unreadable');
    assert.match(many.remedy, /There are: parallel\/TS-1, .*parallel\/TS-8, and more$/);
    assert.doesNotMatch(many.remedy, /web/);
  });

  it('says what a plan is that is asked for as another, and what to do', async () => {
    const items = await folderWith(new Map([['001-pending-one.md', '# One\n']]));
    for (const [path, format, is, remedy] of [
      [
        await folderWith(manifestFiles(TASKS)),
        'queue',
        'manifest',
        'Leave out --format, or give --format manifest.',
      ],
      [items, 'manifest', 'queue', `Make a manifest folder of it with: cox import plan <folder>`],
    ] as const) {
      const loaded = await loadPlan({ path, format, called: 'plan' });
      assert.ok(loaded.is === 'unreadable' && loaded.reason === 'not-a-plan');
      assert.equal(loaded.message, `plan is a plan of the format ${is}, and not of ${format}`);
      assert.equal(loaded.remedy, remedy);
    }
  });

  it('says of a file that is empty, or no text, that it is', async () => {
    const folder = await folderWith(new Map([['empty.md', ' \n']]));
    await writeFile(join(folder, 'bytes.md'), new Uint8Array([0xff, 0xfe, 0]));
    await writeFile(
      join(folder, 'latin.md'),
      Buffer.concat([Buffer.from('# Café\n'), Buffer.from([0xe9, 10])]),
    );
    await writeFile(join(folder, 'nul.md'), '# A\n\n## Parallel Group 1: A\0\n- [ ] 1.1: a\n');
    await writeFile(join(folder, 'long.md'), '## Parallel Group 1: A\n- [ ] 1.1: a\n'.padEnd(600_000, '\nx'));
    for (const [name, why] of [
      ['empty.md', /is no plan that can be read: it is empty$/],
      ['bytes.md', /is no plan that can be read: it is no UTF-8 text \(line 1\)$/],
      ['latin.md', /is no plan that can be read: it is no UTF-8 text \(line 2\)$/],
      ['nul.md', /is no plan that can be read: the file is no text: there is a NUL in line 3$/],
      ['long.md', /is no plan that can be read: the file is longer than 500000 characters or 10000 lines$/],
    ] as const) {
      const loaded = await loadPlan({ path: join(folder, name) });
      assert.ok(loaded.is === 'unreadable' && loaded.reason === 'not-a-plan');
      assert.match(loaded.message, why);
    }
  });

  it('reads a broken plan with its findings, and without a plan', async () => {
    const loaded = await loadPlan({ path: await folderWith(new Map([['manifest.json', '{']])) });
    assert.ok(loaded.is === 'read' && loaded.plan === null);
    assert.ok(loaded.findings.every(({ rule }) => rule === 'json-syntax'));
  });

  it('reads no link that leads out of the folder, and others', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    const secret = join(root, 'secret.txt');
    await writeFile(secret, 'secret');
    await mkdir(join(folder, 'contracts'));
    await symlink(secret, join(folder, 'contracts', 'types.py'));
    await symlink('nowhere', join(folder, 'contracts', 'gone.py'));
    await symlink('../tasks/task-001.md', join(folder, 'contracts', 'inside.py'));
    await symlink(root, join(folder, 'prompts', 'folder.txt'));
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(rules(loaded), [
      'file-unreadable contracts/gone.py',
      'contract-unused contracts/inside.py',
      'file-unreadable contracts/types.py',
      'file-unreadable prompts/folder.txt',
    ]);
    assert.ok(loaded.is === 'read' && loaded.plan !== null);
    assert.deepEqual(
      loaded.plan.context.map(({ path }) => path),
      ['contracts/inside.py'],
    );
  });

  it('says of a link to a folder that it is not followed, and of one to nothing where it leads', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    await rename(join(folder, 'tasks'), join(root, 'elsewhere'));
    await symlink(join(root, 'elsewhere'), join(folder, 'tasks'));
    await symlink('nowhere', join(folder, 'context.md'));
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(rules(loaded), ['file-unreadable context.md', 'file-unreadable tasks/']);
    assert.ok(loaded.is === 'read');
    assert.deepEqual(
      loaded.findings.map(({ message }) => message),
      [
        'the file cannot be read: it is a link to what is not there',
        'the folder cannot be read: it is a link to a folder, and such links are not followed',
      ],
    );
  });

  it('does not wait for a named pipe, nor take what is no text', async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    await rm(join(folder, 'tasks', 'task-001.md'));
    const makePipe = 'mkfifo';
    execFileSync(makePipe, [join(folder, 'tasks', 'task-001.md')]);
    await writeFile(join(folder, 'context.md'), Buffer.from([0xff, 0xfe, 0x00]));
    const loaded = await loadPlan({ path: folder });
    assert.deepEqual(rules(loaded), ['file-unreadable context.md', 'file-unreadable tasks/task-001.md']);
  });

  it('tells of files it may not read', {
    skip: process.getuid?.() === 0 ? 'root may read all' : false,
  }, async () => {
    const folder = await folderWith(manifestFiles(TASKS));
    await chmod(join(folder, 'tasks', 'task-001.md'), 0);
    assert.deepEqual(rules(await loadPlan({ path: folder })), ['file-unreadable tasks/task-001.md']);
  });
});

describe('readFolder', () => {
  const everything = (): boolean => true;
  const limits = { file: 10, total: 25, names: 100, depth: 2 };

  it('keeps to its bounds of one file and of all files', async () => {
    const folder = await folderWith(
      new Map([
        ['a', '1234567890'],
        ['b', '12345678901'],
        ['c', '1234567890'],
        ['d', '123456'],
      ]),
    );
    const { files, unreadable } = await readFolder(folder, everything, limits);
    assert.deepEqual([...files.keys()], ['a', 'c']);
    assert.deepEqual(Object.fromEntries(unreadable ?? []), {
      b: 'it is larger than 10 bytes',
      d: "the plan's files are together larger than 25 bytes",
    });
  });

  it('keeps to its bounds of names and of folders within folders', async () => {
    const folder = await folderWith(
      new Map([
        ['1/2/3/deep', ''],
        ['1/2/file', ''],
        ['top', ''],
      ]),
    );
    const deep = await readFolder(folder, everything, limits);
    assert.deepEqual([...deep.files.keys()], ['top', '1/2/file']);
    assert.deepEqual([...(deep.unreadable ?? [])], [['1/2/3/', 'it lies deeper than 2 folders']]);
    const few = await readFolder(folder, everything, { ...limits, names: 1 });
    assert.deepEqual([...(few.unreadable?.values() ?? [])], ['the folder holds more than 1 files']);
  });

  it('tells of a folder with the name of a file that is wanted, and of no other', async () => {
    const folder = await folderWith(
      new Map([
        ['001-pending-a.md/notes.md', 'x'],
        ['logs/task.log', 'x'],
        ['002-pending-b.md', 'y'],
      ]),
    );
    const { files, unreadable } = await readFolder(folder, isQueueFile);
    assert.deepEqual([...files.keys()], ['002-pending-b.md']);
    assert.deepEqual([...(unreadable ?? [])], [['001-pending-a.md', 'it is a folder']]);
  });

  it('opens nothing that is not wanted', async () => {
    const folder = await folderWith(
      new Map([
        ['logs/task.log', 'x'],
        ['a.md', 'y'],
      ]),
    );
    const { files } = await readFolder(folder, (path) => path.endsWith('.md'));
    assert.deepEqual([...files], [['a.md', 'y']]);
  });
});

describe('readText', () => {
  it('reads what says of itself that it is empty', { skip: process.platform !== 'linux' }, async () => {
    const status = await readText('/proc/self/status', 100_000);
    assert.ok(status.ok && status.value.includes('Pid:'));
    const bounded = await readText('/dev/zero', 10);
    assert.ok(!bounded.ok && bounded.error === 'it is no regular file');
  });

  it('says why it does not read', async () => {
    assert.deepEqual(await readText(join(root, 'nowhere'), 10), { ok: false, error: 'it is not there' });
    assert.deepEqual(await readText(root, 10), { ok: false, error: 'it is no regular file' });
  });
});
