import assert from 'node:assert/strict';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { conflictMessage } from '../../core/message.ts';
import { putMessage } from './inbox.ts';

const message = conflictMessage(
  { run: 'run-1', task: 'a', number: 1 },
  { task: 'a', other: 'b', paths: ['x.ts'] },
  0,
);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cox-inbox-'));
  mkdirSync(join(folder, 'inbox'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a message is a file of its own, and nothing else is left', async () => {
  await putMessage(join(folder, 'inbox'), message);
  assert.deepEqual(readdirSync(folder), ['inbox']);
  assert.deepEqual(readdirSync(join(folder, 'inbox')), [`${message.message_id}.json`]);
  const text = readFileSync(join(folder, 'inbox', `${message.message_id}.json`), 'utf8');
  assert.deepEqual(JSON.parse(text), message);
});

test('a link under its name is replaced, not followed', async () => {
  const outside = join(folder, 'outside');
  writeFileSync(outside, 'kept');
  symlinkSync(outside, join(folder, 'inbox', `${message.message_id}.json`));
  await putMessage(join(folder, 'inbox'), message);
  assert.equal(readFileSync(outside, 'utf8'), 'kept');
  assert.match(
    readFileSync(join(folder, 'inbox', `${message.message_id}.json`), 'utf8'),
    /resource_conflict/,
  );
});

test('it is lost where the folder is none, or something else has its name', async () => {
  mkdirSync(join(folder, 'inbox', `${message.message_id}.json`, 'deep'), { recursive: true });
  await putMessage(join(folder, 'inbox'), message);
  mkdirSync(join(folder, 'elsewhere'));
  symlinkSync(join(folder, 'elsewhere'), join(folder, 'link'));
  await putMessage(join(folder, 'link'), message);
  await putMessage(join(folder, 'missing'), message);
  assert.deepEqual(readdirSync(join(folder, 'elsewhere')), []);
  assert.deepEqual(readdirSync(folder).sort(), ['elsewhere', 'inbox', 'link']);
});
