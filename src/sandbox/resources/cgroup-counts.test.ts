import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { excessIn, readGroupCounts, readKeptCounts } from './cgroup-counts.ts';
import { removeLeftGroups } from './cgroup-leftovers.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-counts-'));
after(() => rmSync(root, { recursive: true, force: true }));

/** The limit that these lines of `FILE LINE` show as reached. */
function reached(...lines: readonly string[]): string | null {
  writeFileSync(join(root, 'counts'), `${lines.join('\n')}\n`);
  const counts = readKeptCounts(root);
  assert.ok(counts !== null);
  return excessIn(counts)?.limit ?? null;
}

test('version 2: a kill counts when its own limit was met, not when the machine ran out', () => {
  const events = (oom: number, kills: number): string[] => [
    'memory.events max 9',
    `memory.events oom ${oom}`,
    `memory.events oom_kill ${kills}`,
    'memory.max 1000',
  ];
  assert.equal(reached(...events(1, 1)), 'memory');
  assert.equal(reached(...events(0, 1)), null);
  assert.equal(reached(...events(3, 0)), null);
});

test('version 1: the same, by how close it came to its limit', () => {
  const counts = (most: number, kills: number): string[] => [
    'memory.oom_control oom_kill_disable 0',
    `memory.oom_control oom_kill ${kills}`,
    'memory.limit_in_bytes 100000000',
    `memory.max_usage_in_bytes ${most}`,
  ];
  assert.equal(reached(...counts(99_999_744, 1)), 'memory');
  assert.equal(reached(...counts(50_000_000, 1)), null);
  assert.equal(reached(...counts(99_999_744, 0)), null);
  assert.equal(reached(...counts(50_000_000, 1), 'memory.memsw.max_usage_in_bytes 100000000'), 'memory');
});

test('processes: a start that was refused counts, unless the limit was set to end the tree', () => {
  assert.equal(reached('pids.events max 3', 'pids.max 50'), 'processes');
  assert.equal(reached('pids.events max 0', 'pids.max 50'), null);
  assert.equal(reached('pids.events max 3', 'pids.max 0'), null);
});

test('nothing is made of what cannot be read', () => {
  assert.equal(reached('', 'garbage', 'memory.events', 'pids.events max x'), null);
  assert.equal(readKeptCounts(join(root, 'absent')), null);
  assert.equal(excessIn(readGroupCounts([join(root, 'absent')])), null);
});

test('counts are read from the groups while they are there', () => {
  const group = join(root, 'group');
  mkdirSync(group);
  writeFileSync(join(group, 'pids.events'), 'max 2\n');
  writeFileSync(join(group, 'pids.max'), '10\n');
  assert.equal(excessIn(readGroupCounts([group]))?.limit, 'processes');
});

test('old groups that nobody is in are removed; young ones and those of others stay', () => {
  const parent = join(root, 'parent');
  const now = 100 * 60_000;
  const make = (name: string): string => {
    mkdirSync(join(parent, name), { recursive: true });
    return name;
  };
  const old = make(`coxswain-${now - 11 * 60_000}-a`);
  const young = make(`coxswain-${now - 60_000}-b`);
  const inUse = make(`coxswain-${now - 11 * 60_000}-c`);
  make(`${inUse}/as-if-in-use`);
  const other = make('1-of-others');
  removeLeftGroups([parent, join(root, 'absent')], now);
  assert.deepEqual(
    [old, young, inUse, other].filter((name) => existsSync(join(parent, name))),
    [young, inUse, other],
  );
});
