/** A disk that fills up while a run goes on: the run says so, waits, and comes to its end when there is room again. */

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { mountTmpfs } from '../src/testing/mount.ts';
import { makeProject, type Project, type ProjectFiles } from './lib/project.ts';
import { until } from './lib/until.ts';

const WAVES = [
  { tasks: { 'task-001': { create: 'task-001.txt' }, 'task-002': { create: 'task-002.txt' } } },
  { tasks: { 'task-003': { create: 'task-003.txt', deps: 'task-001' } } },
];
const DONE = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
const SIZE = 24;
/** On so small a disk nothing would be started at all. */
const ANY_DISK = 'admission:\n  disk: none\nsandbox:\n  disk: none\n';

describe('a disk that is full', () => {
  /** On another disk. */
  const outside = mkdtempSync(join(tmpdir(), 'cox-outside-'));
  const folder = join(outside, 'disk');
  const projects: Project[] = [];
  let unmount: (() => void) | null = null;
  before(() => {
    unmount = mountTmpfs(folder, `size=${SIZE}m`)?.unmount ?? null;
  });
  after(() => {
    for (const project of projects) project.remove();
    unmount?.();
    rmSync(outside, { recursive: true, force: true });
  });

  function project(files: Partial<ProjectFiles> = {}): Project {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = folder;
    try {
      const made = makeProject({
        waves: WAVES,
        recipe: 'default: []\n',
        ...files,
        config: `${ANY_DISK}${files.config ?? ''}`,
      });
      projects.push(made);
      return made;
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  }

  const filler = join(folder, 'filler');
  function fill(): void {
    const file = openSync(filler, 'w');
    for (const size of [65_536, 4096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size));
      } catch {
        // Full, for pieces of this size.
      }
    }
    closeSync(file);
  }

  it('is waited for, and the run ends well when there is room again', {
    timeout: 600_000,
  }, async (context) => {
    if (unmount === null) return context.skip('only root may mount a file system');
    const made = project();
    const go = join(outside, 'go');
    const agent = `while [ ! -f '${go}' ]; do sleep 0.1; done; echo x > "$COX_TASK_ID.txt" && ${DONE}`;
    const run = made.start(['run', made.plan, '--agent-command', agent, '--ci']);
    await until(() => run.stdout().includes('task-002'));
    fill();
    writeFileSync(go, '');
    await until(() => run.stderr().includes('the run waits'));
    await sleep(1500);
    rmSync(filler);
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(ended.stderr, /the run goes on/);
    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(status.counts.merged, 3);
    assert.equal(made.git(['fsck', '--strict', '--no-dangling']), '');
    made.remove();
  });

  it('filled by an agent’s log is waited for as well', { timeout: 600_000 }, async (context) => {
    if (unmount === null) return context.skip('only root may mount a file system');
    const made = project({ config: 'logBytes: 1GB\nmaxParallel: 1\n' });
    writeFileSync(filler, Buffer.alloc((SIZE / 2) * 1_000_000));
    const flood = `if [ "$COX_TASK_ID/$COX_ATTEMPT" = task-001/1 ]; then yes flood | head -c 100000000; fi`;
    const agent = `${flood}; echo x > "$COX_TASK_ID.txt" && ${DONE}`;
    const run = made.start(['run', made.plan, '--agent-command', agent, '--ci']);
    await until(() => run.stderr().includes('the run waits'));
    rmSync(filler);
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.match(ended.stderr, /the run goes on/);
    made.remove();
  });
});
