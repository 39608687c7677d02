import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';

import type { Slot } from '../../ports/worktree.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { atRest, type OpenedPool, openPool } from '../../testing/slot-pools.ts';

const SETUP =
  'mkdir -p node_modules/tool && date +%s%N > node_modules/stamp && echo tool > node_modules/tool/run';
const opened: OpenedPool[] = [];
after(() => Promise.all(opened.map((pool) => pool.close())));

interface Turns {
  /** Prepares the slot for another task, lets it do the work, gives the slot back; what the set-up left is given. */
  turn(work?: (modules: string, slot: Slot) => void, commit?: string): Promise<string>;
  readonly pool: OpenedPool;
}

async function turns(): Promise<Turns> {
  const fixture = makeRepository({ files: { 'package-lock.json': '{}', '.gitignore': 'node_modules/\n' } });
  const hooks = { setup: SETUP, timeoutMs: 30_000, env: { PATH: fixture.env['PATH'] ?? '' } };
  const pool = await openPool(fixture, { hooks, confined: true });
  opened.push(pool);
  let tasks = 0;
  return {
    pool,
    async turn(work, commit) {
      tasks += 1;
      const task = `task-${tasks}`;
      const slot = await pool.bench.prepare(task, commit === undefined ? {} : { commit });
      const modules = join(slot.path, 'node_modules');
      const stamp = readFileSync(join(modules, 'stamp'), 'utf8');
      work?.(modules, slot);
      await pool.bench.worktrees.release(slot, pool.bench.holder(task), 'reuse');
      return stamp;
    },
  };
}

describe('folders that the set-up of a confined slot made', { skip: WITHOUT_BUBBLEWRAP }, () => {
  it('stay for the next holder when nobody touched them', async () => {
    const { turn } = await turns();
    assert.equal(await turn(), await turn());
  });

  it('stay without what was added', async () => {
    const { turn } = await turns();
    const first = await turn((modules) => {
      mkdirSync(join(modules, '.cache/deep'), { recursive: true });
      writeFileSync(join(modules, '.cache/deep/file'), 'x');
      writeFileSync(join(modules, 'tool/added'), 'x');
    });
    const second = await turn((modules) => {
      assert.ok(!existsSync(join(modules, '.cache')));
      assert.ok(!existsSync(join(modules, 'tool/added')));
      assert.ok(existsSync(join(modules, 'tool/run')));
    });
    assert.equal(first, second);
  });

  const changes: Readonly<Record<string, (modules: string) => void>> = {
    'was written, with the time put back': (modules) => {
      const { atime, mtime } = statSync(join(modules, 'tool/run'));
      writeFileSync(join(modules, 'tool/run'), 'evil\n');
      utimesSync(join(modules, 'tool/run'), atime, mtime);
    },
    'was taken away': (modules) => rmSync(join(modules, 'tool/run')),
    'was taken away whole': (modules) => rmSync(modules, { recursive: true }),
    'became a folder': (modules) => {
      rmSync(join(modules, 'tool/run'));
      mkdirSync(join(modules, 'tool/run'));
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`are made anew when something ${what}`, async () => {
      const { turn } = await turns();
      const first = await turn(change);
      const second = await turn((modules) => {
        assert.equal(readFileSync(join(modules, 'tool/run'), 'utf8'), 'tool\n');
      });
      assert.notEqual(first, second);
    });
  }

  it('are made anew when the machine was started anew', async () => {
    const { turn, pool } = await turns();
    const first = await turn();
    const { preparedFile } = await atRest(pool.bench);
    const prepared = JSON.parse(readFileSync(preparedFile, 'utf8'));
    writeFileSync(preparedFile, JSON.stringify({ ...prepared, boot: 'another boot' }));
    assert.notEqual(first, await turn());
  });

  it('are made anew when they were made from a commit that is still to be proven', async () => {
    const { turn, pool } = await turns();
    const other = pool.bench.fixture.commit({ 'postinstall.js': 'evil\n' });
    assert.notEqual(await turn(undefined, other), await turn());
  });

  it('do not stay when no set-up made them', async () => {
    const { turn, pool } = await turns();
    await turn((_, slot) =>
      pool.bench.write(slot, { '.gitignore': 'node_modules/\nvenv/\n', 'venv/bin/x': 'x' }),
    );
    await turn((_, slot) => assert.ok(!existsSync(join(slot.path, 'venv'))));
  });
});
