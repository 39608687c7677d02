import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';

import type { OutboxFile } from '../../core/message.ts';
import { eventLine } from '../lines/event-line.ts';
import { findDriver } from '../registry.ts';
import { attemptPaths } from '../starting/attempt-folder.ts';
import { Listening } from './listening.ts';
import { Observation } from './observation.ts';
import { statusPath } from './status-file.ts';

let folder = '';
let observed: Observation;
let counted = 0;
let heard: OutboxFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cox-listening-'));
  observed = new Observation({ task: '001', given: [] });
  counted = 0;
  heard = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const log = (name: string): string => join(folder, name);

function listen(isHeard = true): Listening {
  const found = findDriver({ driver: 'recipe', options: { recipe: 'default: [lie]\n' } });
  if (!found.ok) throw new Error('no recipe');
  const paths = attemptPaths(folder, folder);
  mkdirSync(paths.outbox, { recursive: true });
  return new Listening({
    job: { stdoutPath: log('out'), stderrPath: log('err') },
    found: found.value,
    paths,
    secrets: ['hunter2-hunter2'],
    logBytes: 1_000,
    observed,
    meter: () => ({ look: () => undefined, finish: () => Promise.resolve(), close: () => undefined }),
    counted: () => {
      counted += 1;
    },
    hear: isHeard ? (file) => heard.push(file) : null,
  });
}

const progress = (step: string): string => `${eventLine({ type: 'progress', step })}\n`;

test('logs are read at each look; it is worth telling when they say something, and once a second', () => {
  const listening = listen();
  assert.equal(listening.look(0), true);
  assert.equal(listening.look(200), false);
  writeFileSync(log('out'), progress('with hunter2-hunter2'));
  assert.equal(listening.look(400), true);
  assert.equal(observed.progress.step, 'with ***************');
  assert.ok(listening.lastGrowth > Date.now() - 60_000);
  assert.equal(listening.look(600), false);
  writeFileSync(log('err'), 'a word\n');
  assert.equal(listening.look(800), true);
  assert.equal(listening.look(999), false);
  assert.equal(listening.look(1_000), true);
  listening.close();
});

test('the status is looked at once a second', () => {
  const listening = listen();
  listening.look(0);
  writeFileSync(statusPath(attemptPaths(folder, folder)), '{"current_step": "from the file"}');
  listening.look(999);
  assert.equal(observed.progress.step, undefined);
  listening.look(1_000);
  assert.equal(observed.progress.step, 'from the file');
  listening.close();
});

test('a look at the status does not end a word that comes in pieces', () => {
  const listening = listen();
  const piece = (text: string): void => appendFileSync(log('out'), `${eventLine({ type: 'piece', text })}\n`);
  piece('<promise>TASK_DO');
  listening.look(0);
  writeFileSync(statusPath(attemptPaths(folder, folder)), '{"progress_percent": 100}');
  listening.look(1_000);
  assert.equal(observed.progress.percent, 100);
  piece('NE: 001</promise>');
  listening.look(1_200);
  observed.end();
  assert.equal(observed.signs.promisedDone, true);
  listening.close();
});

test('all that is left is taken at the end, messages of those whom somebody hears', async () => {
  for (const isHeard of [true, false]) {
    rmSync(log('out'), { force: true });
    const listening = listen(isHeard);
    listening.look(0);
    writeFileSync(join(attemptPaths(folder, folder).outbox, '1.json'), '{"subject": "hello"}');
    appendFileSync(log('out'), `${progress('last')}${'x'.repeat(1_000)}`);
    await listening.finish();
    assert.equal(observed.progress.step, 'last');
    assert.equal(listening.isFull, true);
    assert.equal(heard.length, 1);
  }
});

test('what is counted is told at once', () => {
  const listening = listen();
  writeFileSync(log('out'), `${eventLine({ type: 'usage', usage: { outputTokens: 3 } })}\n`.repeat(2));
  listening.look(0);
  assert.equal(counted, 2);
  listening.close();
});
