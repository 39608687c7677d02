import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cgroupPlaces } from './cgroup-places.ts';

test('version 2 alone, as most systems have it', () => {
  const mounts = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n';
  assert.deepEqual(cgroupPlaces(mounts, '0::/user.slice/user-1000.slice/a.scope\n'), [
    {
      version: 2,
      controllers: [],
      top: '/sys/fs/cgroup',
      own: '/sys/fs/cgroup/user.slice/user-1000.slice/a.scope',
    },
  ]);
});

test('version 1 has a place for each controller, some share one, and version 2 may lie beside it', () => {
  const mounts = [
    '31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755',
    '32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct',
    '35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory',
    '39 31 0:36 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids',
    '36 31 0:33 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices',
    '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw',
  ].join('\n');
  const memberships = '8:pids:/\n5:devices:/x\n4:memory:/api/it\n2:cpu,cpuacct:/c\n1:name=systemd:/\n0::/\n';
  assert.deepEqual(
    cgroupPlaces(mounts, memberships).map(({ version, controllers, own }) => [version, controllers, own]),
    [
      [1, ['pids'], '/sys/fs/cgroup/pids'],
      [1, ['memory'], '/sys/fs/cgroup/memory/api/it'],
      [1, ['cpu'], '/sys/fs/cgroup/cpu,cpuacct/c'],
      [2, [], '/sys/fs/cgroup/unified'],
    ],
  );
});

test('in a container the path counts from what the mount shows, and odd names are read', () => {
  const mount = (root: string): string => `35 31 0:32 ${root} /sys/fs/c\\040g rw - cgroup cgroup rw,memory`;
  const own = (root: string, path: string): string | undefined =>
    cgroupPlaces(mount(root), `4:memory:${path}`)[0]?.own;
  assert.equal(own('/docker/abc', '/docker/abc'), '/sys/fs/c g');
  assert.equal(own('/docker/abc', '/docker/abc/in'), '/sys/fs/c g/in');
  assert.equal(own('/docker/abc', '/elsewhere'), '/sys/fs/c g');
  assert.equal(own('/', '/a:b'), '/sys/fs/c g/a:b');
});

test('what is not mounted, or cannot be read, is no place', () => {
  assert.deepEqual(cgroupPlaces('', '4:memory:/x\n0::/\n'), []);
  assert.deepEqual(cgroupPlaces('garbage - \n - cgroup', 'garbage\n::\n'), []);
});
