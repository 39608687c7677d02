import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import { parseStatus, StatusFile } from './status-file.ts';

let folder = '';
let taken: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cox-status-'));
  taken = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function statusFile(path = join(folder, 'agent.status')): StatusFile {
  return new StatusFile({
    path,
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    take: ({ percent, step }) => taken.push(`${percent} ${step}`),
  });
}

test('what it says is taken when it has changed, and without secrets', () => {
  const file = statusFile();
  file.look();
  writeFileSync(join(folder, 'agent.status'), '\n{"progress_percent": 45, "current_step": "with hunter2"}\n');
  file.look();
  file.look();
  writeFileSync(join(folder, 'agent.status'), '{"agent": "me", "progress_percent": 7, "has_error": true}');
  assert.deepEqual(taken, ['45 with [redacted]']);
  file.look();
  assert.deepEqual(taken, ['45 with [redacted]', '7 undefined']);
});

test('a folder that has long been without it is looked at again when it comes, and when it is written anew', () => {
  const [path, long] = [join(folder, 'agent.status'), new Date(Date.now() - 60_000)];
  utimesSync(folder, long, long);
  const file = statusFile();
  file.look();
  file.look();
  writeFileSync(path, '{"progress_percent": 1}');
  file.look();
  utimesSync(folder, long, long);
  file.look();
  writeFileSync(path, '{"progress_percent": 20}');
  file.look();
  assert.deepEqual(taken, ['1 undefined', '20 undefined']);
});

test('a folder that has changed a moment ago may change again at the same time by its clock', () => {
  const now = new Date();
  utimesSync(folder, now, now);
  const file = statusFile();
  file.look();
  writeFileSync(join(folder, 'agent.status'), '{"progress_percent": 1}');
  utimesSync(folder, now, now);
  file.look();
  assert.deepEqual(taken, ['1 undefined']);
});

test('no link is followed, no pipe waited for, and nothing large is read', () => {
  const secret = join(folder, 'secret');
  writeFileSync(secret, '{"current_step": "a secret"}');
  symlinkSync(secret, join(folder, 'link'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  writeFileSync(join(folder, 'large'), `{"current_step": "${'x'.repeat(20_000)}"}`);
  writeFileSync(join(folder, 'no folder'), '');
  for (const name of ['link', 'pipe', 'large', '.', 'no folder/agent.status'])
    statusFile(join(folder, name)).look();
  assert.deepEqual(taken, []);
});

test('a file that may not be read says nothing', {
  skip: process.getuid?.() === 0 && 'root may read all',
}, () => {
  writeFileSync(join(folder, 'agent.status'), '{"progress_percent": 1}', { mode: 0 });
  statusFile().look();
  chmodSync(folder, 0);
  statusFile().look();
  chmodSync(folder, 0o700);
  assert.deepEqual(taken, []);
});

test('any text says how far the agent is, or nothing', () => {
  assert.deepEqual(parseStatus('{"progress_percent": "45", "current_step": 3}'), null);
  assert.deepEqual(parseStatus('{"progress_percent": 4'), null);
  assert.deepEqual(parseStatus('{"progress_percent": 4, "current_step": 3}'), {
    type: 'progress',
    percent: 4,
  });
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        fc.object().map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const said = parseStatus(text);
        assert.ok(said === null || said.percent !== undefined || said.step !== undefined);
      },
    ),
  );
});
