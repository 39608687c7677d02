import assert from 'node:assert/strict';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Slot } from '../../ports/worktree.ts';
import { DEFAULT_PATH } from '../../process/find-program.ts';
import { bootId } from '../../process/identity.ts';
import { makeRepository } from '../../testing/git-fixture.ts';
import { atRest, type OpenedPool, openPool } from '../../testing/slot-pools.ts';
import { createGit, type Git } from '../base/runner.ts';
import { RestLooks } from './rest-looks.ts';
import type { SlotPlace } from './slot-place.ts';
import { takeRest } from './slot-rest-record.ts';

const FILES = { 'a.txt': 'a\n', 'src/deep/c.txt': 'c\n', '.gitignore': 'node_modules\n.env\n.claude\n' };
const LEFT = { 'a.txt': 'b\n', 'new.txt': 'new\n', 'node_modules/x/index.js': 'x\n' };

/** Each is seen, however little it changes. */
const CHANGES: Readonly<Record<string, (slot: Slot) => void>> = {
  'a file with other content of the same length and time': ({ path }) => {
    const { atime, mtime } = statSync(join(path, 'a.txt'));
    writeFileSync(join(path, 'a.txt'), 'z\n');
    utimesSync(join(path, 'a.txt'), atime, mtime);
  },
  'a file that may be run': ({ path }) => chmodSync(join(path, 'src/deep/c.txt'), 0o755),
  'a file that is gone': ({ path }) => rmSync(join(path, 'src/deep/c.txt')),
  'a new file': ({ path }) => writeFileSync(join(path, 'src/deep/d.txt'), ''),
  'a file in a folder that was kept': ({ path }) => writeFileSync(join(path, 'node_modules/x/y.js'), ''),
};

describe('a free slot', () => {
  let opened: OpenedPool;
  let slot: Slot;
  let place: SlotPlace;
  const use = async (task: string, files = {}): Promise<void> => {
    const { bench } = opened;
    slot = await bench.prepare(task);
    bench.write(slot, files);
    await bench.worktrees.release(slot, bench.holder(task), 'reuse');
  };
  /** As another process has it, which has not put the slot to rest. */
  const taken = (commit = opened.bench.base): ReturnType<typeof takeRest> =>
    takeRest(place, { commit, looks: new RestLooks(), searchPath: DEFAULT_PATH });

  before(async () => {
    opened = await openPool(makeRepository({ files: FILES }));
    opened.bench.fixture.write({ '.env': 'SECRET=1\n', '.claude/settings.json': '{}\n' });
  });
  after(() => opened.close());

  it('is cleaned, but for ignored folders and copies, and known to be clean once', async () => {
    await use('first', LEFT);
    place = await atRest(opened.bench);
    assert.equal(opened.bench.read(slot, 'a.txt'), 'a\n');
    assert.equal(opened.bench.read(slot, 'new.txt'), null);
    const others = await taken();
    assert.deepEqual(others?.others.map(String).sort(), ['.claude/', '.env', 'node_modules/']);
    assert.equal(await taken(), null);
  });

  it('is not known to be clean for another commit', async () => {
    await use('second');
    place = await atRest(opened.bench);
    assert.equal(await taken(opened.bench.fixture.commit({ 'a.txt': 'other\n' })), null);
  });

  it('is not known to be clean to a machine that was started anew', async () => {
    await use('boot');
    place = await atRest(opened.bench);
    const rest = JSON.parse(readFileSync(place.restFile, 'utf8'));
    assert.equal(rest.boot, bootId());
    writeFileSync(place.restFile, JSON.stringify({ ...rest, boot: 'another boot' }));
    assert.equal(await taken(), null);
  });

  for (const [name, change] of Object.entries(CHANGES))
    it(`is not known to be clean with ${name}`, async () => {
      await use(name.replaceAll(' ', '-'));
      place = await atRest(opened.bench);
      change(slot);
      assert.equal(await taken(), null);
    });

  it('has copies that are as their sources at the next start', async () => {
    await use('third');
    place = await atRest(opened.bench);
    opened.bench.fixture.write({ '.env': 'SECRET=2\n', '.claude/settings.json': null });
    slot = await opened.bench.prepare('fourth');
    assert.ok(!existsSync(place.restFile));
    assert.equal(opened.bench.read(slot, '.env'), 'SECRET=2\n');
    assert.equal(opened.bench.read(slot, '.claude/settings.json'), null);
    assert.equal(opened.bench.read(slot, 'node_modules/x/index.js'), 'x\n');
  });

  it('has an index of its own at the next start, whatever became of that at rest', async () => {
    await opened.bench.worktrees.release(slot, opened.bench.holder('fourth'), 'reuse');
    place = await atRest(opened.bench);
    const { fixture } = opened.bench;
    const [admin = ''] = fixture
      .git(['rev-parse', '--absolute-git-dir'], { cwd: place.path })
      .trim()
      .split('\n');
    writeFileSync(join(admin, 'index'), 'no index');
    slot = await opened.bench.prepare('index');
    assert.equal(fixture.git(['status', '--porcelain'], { cwd: slot.path }), '');
    await opened.bench.worktrees.release(slot, opened.bench.holder('index'), 'reuse');
    place = await atRest(opened.bench);
    slot = await opened.bench.prepare('fourth');
    assert.equal(fixture.git(['status', '--porcelain'], { cwd: slot.path }), '');
  });

  it('is left alone by then when somebody has it', async () => {
    await opened.bench.worktrees.release(slot, opened.bench.holder('fourth'), 'reuse');
    slot = await opened.bench.prepare('fifth');
    opened.bench.write(slot, { 'mine.txt': 'mine\n' });
    await sleep(1_000);
    assert.equal(opened.bench.read(slot, 'mine.txt'), 'mine\n');
    assert.ok(!existsSync(place.restFile));
  });
});

it('a new slot that is given back while its index is refreshed comes to rest, too', async () => {
  const fixture = makeRepository({ files: FILES });
  const git = createGit({ host: fixture.env });
  const { promise: refreshing, resolve: begin } = Promise.withResolvers<void>();
  const slow: Git = {
    ...git,
    run: async (call) => {
      if (!call.args.includes('update-index')) return git.run(call);
      begin();
      await sleep(1_000);
      return git.run(call);
    },
  };
  const { bench, close } = await openPool(fixture, { git: slow });
  try {
    const slot = await bench.prepare('first');
    await refreshing;
    await bench.worktrees.release(slot, bench.holder('first'), 'reuse');
    await atRest(bench);
  } finally {
    await close();
  }
});
