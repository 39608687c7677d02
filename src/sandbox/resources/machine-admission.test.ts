import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mountTmpfs } from '../../testing/mount.ts';
import { type AdmissionRules, MachineAdmission, type Readings } from './machine-admission.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-admission-'));
after(() => rmSync(root, { recursive: true, force: true }));

const GB = 1e9;

class Machine implements Readings {
  available: number | null = 20 * GB;
  total = 24 * GB;
  free: number | null = 100 * GB;
  time = 0;

  memory() {
    return { totalBytes: this.total, availableBytes: this.available };
  }

  async disk() {
    return this.free;
  }

  now() {
    return this.time;
  }
}

function admission(machine: Machine, rules: Partial<AdmissionRules> = {}): MachineAdmission {
  return new MachineAdmission(
    { memoryBytes: undefined, diskBytes: GB, folders: ['/state'], ...rules },
    machine,
  );
}

test('with room for all, all are started', async () => {
  assert.deepEqual(await admission(new Machine()).admit(20, 0), { starts: 20, shortage: null });
});

test('while memory is short nothing is started, and there must be a little more before it is enough', async () => {
  const machine = new Machine();
  const held = admission(machine, { memoryBytes: GB });
  machine.available = 0.9 * GB;
  const { starts, shortage } = await held.admit(3, 0);
  assert.equal(starts, 0);
  assert.match(shortage ?? '', /900 MB are available.*from 1 GB on.*admission\.memory/);
  machine.available = 1.05 * GB;
  assert.equal((await held.admit(3, 0)).starts, 0);
  machine.available = 2 * GB;
  assert.deepEqual(await held.admit(3, 0), { starts: 3, shortage: null });
});

test('while the disk is short nothing is started either', async () => {
  const machine = new Machine();
  machine.free = 5e8;
  const { starts, shortage } = await admission(machine).admit(1, 0);
  assert.equal(starts, 0);
  assert.match(shortage ?? '', /\/state is short of room: 500 MB are free.*from 1 GB on.*admission\.disk/);
});

test('what is short by default depends on the machine, and a small one can be used', async () => {
  const least = async (total: number, available: number): Promise<number> => {
    const machine = new Machine();
    Object.assign(machine, { total, available });
    return (await admission(machine).admit(1, 0)).starts;
  };
  assert.deepEqual([await least(1 * GB, 0.3 * GB), await least(1 * GB, 0.2 * GB)], [1, 0]);
  assert.deepEqual([await least(8 * GB, 0.6 * GB), await least(8 * GB, 0.5 * GB)], [1, 0]);
  assert.deepEqual([await least(24 * GB, 1.3 * GB), await least(24 * GB, 1.1 * GB)], [1, 0]);
  assert.deepEqual([await least(512 * GB, 2.1 * GB), await least(512 * GB, 1.9 * GB)], [1, 0]);
});

test('where there is little, a few are started, and more when these have shown what they take', async () => {
  const machine = new Machine();
  machine.available = 2 * GB;
  const held = admission(machine, { memoryBytes: GB });
  assert.deepEqual(await held.admit(9, 0), { starts: 3, shortage: null });
  assert.deepEqual(await held.admit(9, 3), { starts: 0, shortage: null });
  machine.time = 11_000;
  assert.equal((await held.admit(9, 3)).starts, 3);
});

test('agents that have ended hold no memory for their first seconds', async () => {
  const machine = new Machine();
  machine.available = 2 * GB;
  const held = admission(machine, { memoryBytes: GB });
  assert.equal((await held.admit(3, 0)).starts, 3);
  assert.equal((await held.admit(9, 1)).starts, 2);
  assert.equal((await held.admit(9, 0)).starts, 3);
});

test('rules can be switched off, and what cannot be asked is not held against anybody', async () => {
  const machine = new Machine();
  Object.assign(machine, { available: 1, free: 1 });
  assert.equal((await admission(machine, { memoryBytes: null, diskBytes: null }).admit(50, 0)).starts, 50);
  Object.assign(machine, { available: null, free: null });
  assert.equal((await admission(machine).admit(50, 0)).starts, 50);
});

test('the disk of a folder that is not made yet is that of the one it will lie in', async (context) => {
  const small = join(root, 'small');
  const mounted = mountTmpfs(small, 'size=1m');
  if (mounted === null) return context.skip('only root may mount a file system');
  try {
    const rules = { memoryBytes: null, diskBytes: 1e7, folders: [join(small, 'not/made/yet')] };
    const { starts, shortage } = await new MachineAdmission(rules).admit(1, 0);
    assert.equal(starts, 0);
    assert.match(shortage ?? '', /are free/);
  } finally {
    mounted.unmount();
  }
});
