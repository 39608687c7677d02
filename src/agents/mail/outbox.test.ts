import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import fc from 'fast-check';
import type { OutboxFile } from '../../core/message.ts';
import { MOST_LETTERS, Outbox } from './outbox.ts';
import { readLetter } from './outbox-letter.ts';

let folder = '';
let taken: OutboxFile[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cox-outbox-'));
  mkdirSync(join(folder, 'outbox'));
  taken = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function outbox(): Outbox {
  return new Outbox({
    folder: join(folder, 'outbox'),
    redact: (text) => text.replaceAll('hunter2', '[redacted]'),
    take: (file) => taken.push(file),
  });
}

function write(name: string, text: string | object): string {
  const path = join(folder, 'outbox', name);
  writeFileSync(path, typeof text === 'string' ? text : JSON.stringify(text));
  return path;
}

const QUESTION = { to_agent: 'b', message_type: 'question' };

function shown(): readonly string[] {
  return taken.map((file) => `${file.file}: ${'letter' in file ? file.letter.subject : file.problem}`);
}

test('each file is a letter once, in the order of names; another text is another letter', async () => {
  const post = outbox();
  write('2.json', { ...QUESTION, subject: 'second' });
  write('1.json', { ...QUESTION, subject: 'first', from_agent: 'somebody-else' });
  write('3.json.tmp', { ...QUESTION, subject: 'unfinished' });
  write('.hidden.json', QUESTION);
  await post.look();
  await post.look();
  assert.deepEqual(shown(), ['1.json: first', '2.json: second']);
  renameSync(join(folder, 'outbox/3.json.tmp'), join(folder, 'outbox/3.json'));
  await post.look();
  assert.deepEqual(shown().slice(2), ['3.json: unfinished']);
  write('1.json', { ...QUESTION, subject: 'again', payload: { password: 'hunter2' } });
  await post.look(true);
  assert.deepEqual(shown().slice(3), ['1.json: again']);
  const last = taken.at(-1);
  assert.ok(last !== undefined && 'letter' in last);
  assert.deepEqual(last.letter.payload, { password: '[redacted]' });
  // Whoever adopts the agent finds the same, by the same keys.
  const keys = taken.map(({ key }) => key);
  taken = [];
  await outbox().look();
  assert.ok(taken.length === 3 && taken.every(({ key }) => keys.includes(key)));
});

test('a folder that has long been empty is looked at again when something comes into it', async () => {
  const post = outbox();
  const before = Date.now() / 1000 - 60;
  utimesSync(join(folder, 'outbox'), before, before);
  for (let looks = 0; looks < 12; looks += 1) await post.look();
  write('1.json.tmp', { ...QUESTION, subject: 'first' });
  await post.look();
  renameSync(join(folder, 'outbox/1.json.tmp'), join(folder, 'outbox/1.json'));
  await post.look();
  assert.deepEqual(shown(), ['1.json: first']);
  // Within one tick of its clock a folder may have changed without a sign of it.
  const { mtimeMs } = statSync(join(folder, 'outbox'));
  write('2.json', { ...QUESTION, subject: 'second' });
  utimesSync(join(folder, 'outbox'), mtimeMs / 1000, mtimeMs / 1000);
  for (let looks = 0; looks < 6; looks += 1) await post.look();
  assert.deepEqual(shown().slice(1), ['2.json: second']);
});

test('a file that is being written is waited for; one that stays broken is refused', async () => {
  const post = outbox();
  const path = write('1.json', '{"to_agent": "b", ');
  await post.look();
  assert.deepEqual(shown(), []);
  appendFileSync(path, '"message_type": "question", "subject": "whole"}');
  await post.look();
  assert.deepEqual(shown(), ['1.json: whole']);
  const broken = write('2.json', '{');
  const before = Date.now() / 1000 - 60;
  utimesSync(broken, before, before);
  await post.look();
  assert.match(shown().at(-1) ?? '', /^2\.json: it is no JSON/);
  write('3.json', { message_type: 'odd', payload: [] });
  await post.look(true);
  assert.match(shown().at(-1) ?? '', /^3\.json: message_type: .*; payload: /);
});

test('links, pipes, folders and what is too large are refused, and none of it is read', async () => {
  writeFileSync(join(folder, 'secret.json'), JSON.stringify({ ...QUESTION, subject: 'secret' }));
  symlinkSync('../secret.json', join(folder, 'outbox/link.json'));
  mkdirSync(join(folder, 'outbox/folder.json'));
  execFileSync('mkfifo', [join(folder, 'outbox/pipe.json')]);
  write('large.json', { ...QUESTION, subject: 'x'.repeat(40_000) });
  await outbox().look(true);
  assert.deepEqual(shown(), [
    'folder.json: it is no plain file',
    'large.json: it is larger than 32768 bytes',
    'link.json: it is no plain file that can be read',
    'pipe.json: it is no plain file',
  ]);
});

test('an attempt leaves no more than a bounded number, and is told so once', async () => {
  const post = outbox();
  for (let number = 0; number < MOST_LETTERS + 50; number += 1)
    write(`${String(number).padStart(4, '0')}.json`, { ...QUESTION, subject: `${number}` });
  await post.look();
  await post.look(true);
  assert.equal(taken.length, MOST_LETTERS + 1);
  assert.match(shown().at(-1) ?? '', /^the outbox: an attempt may leave 100 files/);
});

test('a folder that is none any more is no outbox', async () => {
  write('1.json', QUESTION);
  renameSync(join(folder, 'outbox'), join(folder, 'elsewhere'));
  await outbox().look(true);
  symlinkSync('elsewhere', join(folder, 'outbox'));
  await outbox().look(true);
  assert.deepEqual(taken, []);
});

test('any text is a letter or a problem', () => {
  const some = fc.record(
    {
      to_agent: fc.oneof(fc.string(), fc.constant(null)),
      message_type: fc.constantFrom('question', 'odd'),
      subject: fc.string({ unit: 'binary', maxLength: 2000 }),
      payload: fc.anything(),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        some.map((each) => JSON.stringify(each) ?? ''),
      ),
      (text) => {
        const letter = readLetter(text);
        if (letter.ok)
          assert.ok(!/[\n\u001b]/.test(letter.value.subject) && letter.value.subject.length <= 500);
        else assert.notEqual(letter.error, '');
      },
    ),
  );
});
