import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lacksCgroups } from '../../testing/cgroups.ts';
import { groupFiles } from './cgroup-limits.ts';
import { findCgroupParents, type GroupKernel, makeGroup, tryPlaces } from './cgroup-parents.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-cgroup-'));
after(() => rmSync(root, { recursive: true, force: true }));

const V2_FILES = ['memory.max', 'memory.swap.max', 'memory.oom.group', 'pids.max', 'cpu.max'];

/** Groups of version 2 as a kernel would show them. A group that is `busy` has processes of its own. */
class FakeKernel implements GroupKernel {
  readonly written = new Map<string, string>();
  readonly made: string[] = [];
  readonly folder: string;
  readonly refusesMove: boolean;

  constructor(name: string, refusesMove = false) {
    this.folder = join(root, name);
    this.refusesMove = refusesMove;
  }

  group(path: string, files: Readonly<Record<string, string>>): string {
    const folder = join(this.folder, path);
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  }

  make(group: string): void {
    mkdirSync(group);
    for (const name of V2_FILES) writeFileSync(join(group, name), '');
  }

  async move(group: string): Promise<boolean> {
    this.made.push(group);
    for (const name of V2_FILES) this.written.set(name, readFileSync(join(group, name), 'utf8'));
    // The kernel removes the files with the folder.
    for (const name of V2_FILES) rmSync(join(group, name));
    return !this.refusesMove;
  }

  place(own: string) {
    return { version: 2 as const, controllers: [], top: this.folder, own: join(this.folder, own) };
  }
}

const ALL = 'cpu io memory pids\n';

test('version 2: the nearest group above that gives its controllers to groups in it', async () => {
  const kernel = new FakeKernel('delegated');
  kernel.group('', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': ALL });
  kernel.group('user', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': ALL });
  kernel.group('user/app', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': 'memory pids\n' });
  // Ours has us in it, so its controllers are not given on.
  kernel.group('user/app/own', { 'cgroup.controllers': 'memory pids\n', 'cgroup.subtree_control': '' });
  const { parents, detail } = await tryPlaces([kernel.place('user/app/own')], kernel);
  const folder = join(kernel.folder, 'user/app');
  assert.deepEqual(parents, [{ version: 2, folder, controllers: ['memory', 'pids'] }]);
  assert.match(detail, /no control groups for cpu/);
  assert.ok(kernel.made.every((group) => group.startsWith(`${folder}/coxswain-`) && !existsSync(group)));
});

test('version 2: a group that is limited itself is not left', async () => {
  const kernel = new FakeKernel('limited');
  kernel.group('', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': ALL });
  kernel.group('own', {
    'cgroup.controllers': ALL,
    'cgroup.subtree_control': '',
    'memory.max': '4000000000\n',
  });
  const { parents, detail } = await tryPlaces([kernel.place('own')], kernel);
  assert.deepEqual(parents, []);
  assert.match(detail, /no control groups for memory, pids, cpu: .*own is limited/);
});

test('version 2: where a process cannot be moved, there is no place for it', async () => {
  const kernel = new FakeKernel('unmovable', true);
  kernel.group('', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': ALL });
  const { parents, detail } = await tryPlaces([kernel.place('')], kernel);
  assert.deepEqual(parents, []);
  assert.match(detail, /processes cannot be moved/);
  assert.deepEqual(
    readdirSync(kernel.folder).filter((name) => name.startsWith('coxswain-')),
    [],
  );
});

test('version 2: limits are written as it reads them', async () => {
  const kernel = new FakeKernel('written');
  kernel.group('', { 'cgroup.controllers': ALL, 'cgroup.subtree_control': ALL });
  await tryPlaces([kernel.place('')], kernel);
  assert.deepEqual(Object.fromEntries(kernel.written), {
    'memory.max': '268435456',
    'memory.swap.max': '0',
    'memory.oom.group': '1',
    'pids.max': '64',
    'cpu.max': '100000 100000',
  });
});

test('each version has its own files, and nothing is written for what is not limited', () => {
  const names = (version: 1 | 2, limits: object): string[] =>
    groupFiles(version, ['memory', 'pids', 'cpu'], limits).map(({ name, value }) => `${name}=${value}`);
  assert.deepEqual(names(1, {}), []);
  assert.deepEqual(names(2, {}), ['memory.oom.group=1']);
  assert.deepEqual(names(1, { memoryBytes: 1000.4, processes: 5, cpus: 0.001 }), [
    'memory.limit_in_bytes=1000',
    'memory.memsw.limit_in_bytes=1000',
    'memory.swappiness=0',
    'pids.max=5',
    'cpu.cfs_period_us=100000',
    'cpu.cfs_quota_us=1000',
  ]);
});

test('a group whose limits the kernel refuses is not left behind', { skip: lacksCgroups }, async () => {
  const { parents } = await findCgroupParents();
  const parent = parents.find(({ controllers }) => controllers.includes('pids'));
  assert.ok(parent !== undefined);
  // Others may make groups there at the same time.
  const groups: string[] = [];
  const made = makeGroup(parent, { processes: -5 }, (group) => {
    groups.push(group);
    mkdirSync(group);
  });
  assert.ok(!made.ok && made.error.includes(parent.folder));
  assert.deepEqual([groups.length, groups.filter((group) => existsSync(group))], [1, []]);
});
