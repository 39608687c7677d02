import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

import { removeCgroups } from '../../process/cgroup.ts';
import { lacksCgroups } from '../../testing/cgroups.ts';
import { GroupSigns } from './group-signs.ts';
import { ResourceLimiter } from './resource-limiter.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-signs-'));
after(() => rmSync(root, { recursive: true, force: true }));

test('a count that has changed is a sign, once', () => {
  const group = join(root, 'group');
  mkdirSync(group);
  writeFileSync(join(group, 'pids.events'), 'max 0\n');
  const signs = new GroupSigns([group, join(root, 'absent')]);
  assert.equal(signs.haveChanged(), true);
  assert.equal(signs.haveChanged(), false);
  writeFileSync(join(group, 'pids.events'), 'max 3\n');
  assert.equal(signs.haveChanged(), true);
  assert.equal(signs.haveChanged(), false);
  signs.close();
});

test("so is the end of a group of the kernel's, and no file stays open", { skip: lacksCgroups }, async () => {
  const open = (): number => readdirSync('/proc/self/fd').length;
  const granted = await new ResourceLimiter().open({ limits: { processes: 10, memoryBytes: 50_000_000 } });
  assert.ok(granted.ok);
  const { cgroups } = granted.value;
  const before = open();
  const signs = new GroupSigns(cgroups);
  assert.equal(signs.haveChanged(), true);
  assert.equal(signs.haveChanged(), false);
  assert.ok(open() > before);
  removeCgroups(cgroups);
  assert.deepEqual(
    cgroups.filter((group) => existsSync(group)),
    [],
  );
  assert.equal(signs.haveChanged(), true);
  assert.equal(open(), before);
  signs.close();
});
