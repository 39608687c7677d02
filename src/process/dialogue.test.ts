import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { Dialogue, type DialogueSpec, type Question } from './dialogue.ts';
import { readStartTime } from './identity.ts';

const PATH = process.env['PATH'] ?? '';
const CHILD = fileURLToPath(new URL('../testing/dialogue-child.ts', import.meta.url));
/** Answers each line with its own pid and the line. */
const ECHO = 'while read -r line; do echo "$$ $line"; done';

function helper(script: string, options: Partial<DialogueSpec> = {}, onRest?: () => void): Dialogue {
  const spec = { maxBytes: 1_000_000, idleMs: 600_000, mostAnswers: 1_000, ...options };
  return new Dialogue({ argv: ['sh', '-c', script], cwd: '/', env: { PATH }, ...spec }, onRest);
}

function question(text: string, options: Partial<Question> = {}): Question {
  return { input: `${text}\n`, until: '\n', timeoutMs: 20_000, ...options };
}

/** The two words of an answer of `ECHO`. */
async function told(
  dialogue: Dialogue,
  text: string,
): Promise<{ readonly pid: string; readonly text: string }> {
  const answer = await dialogue.ask(question(text));
  assert.ok(answer.ok, JSON.stringify(answer));
  const [pid = '', ...words] = answer.value.toString().trimEnd().split(' ');
  return { pid, text: words.join(' ') };
}

function busy(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function untilGone(pid: string): Promise<void> {
  while (readStartTime(Number(pid)) !== null) await sleep(10);
}

test('one process answers all questions, in turn', async () => {
  const dialogue = helper(ECHO);
  const answers = await Promise.all(['one', 'two', 'three'].map((text) => told(dialogue, text)));
  assert.deepEqual(
    answers.map(({ text }) => text),
    ['one', 'two', 'three'],
  );
  assert.equal(new Set(answers.map(({ pid }) => pid)).size, 1);
  await dialogue.rest();
});

test('an answer that came in time counts, also for a process that was too busy to take it', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'cox-dialogue-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const dialogue = helper('while read -r line; do echo "$$ $line"; : >"$line"; done', { cwd: folder });
  await told(dialogue, 'one');
  const answer = dialogue.ask(question('two', { timeoutMs: 300 }));
  await setImmediate();
  const asked = performance.now();
  while (!existsSync(join(folder, 'two')) || performance.now() - asked < 1_000) {
    assert.ok(performance.now() - asked < 60_000, 'nobody answers');
    busy(10);
  }
  assert.equal((await answer).ok, true);
  await dialogue.rest();
});

test('an answer is whole when it ends as it should, in however many parts it comes', async () => {
  const slowly =
    'while read -r line; do for part in a "\n" "--e" "nd" "--\n"; do printf "%b" "$part"; sleep 0.02; done; done';
  const dialogue = helper(slowly);
  for (let round = 0; round < 2; round += 1) {
    const answer = await dialogue.ask(question('', { until: '--end--\n' }));
    assert.ok(answer.ok);
    assert.equal(answer.value.toString(), 'a\n--end--\n');
  }
  await dialogue.rest();
});

test('a helper that was killed while nobody asked is replaced without a word', async () => {
  const dialogue = helper(ECHO);
  const { pid } = await told(dialogue, 'one');
  process.kill(Number(pid), 'SIGKILL');
  const after = await told(dialogue, 'two');
  assert.equal(after.text, 'two');
  assert.notEqual(after.pid, pid);
  await dialogue.rest();
});

test('a helper that ends instead of answering is a failure with its words, and the next question gets another', async () => {
  const dialogue = helper('read -r line; [ "$line" = fine ] && echo yes; echo "cannot $line" >&2; exit 7');
  const failed = await dialogue.ask(question('x'));
  assert.ok(!failed.ok && failed.error.reason === 'ended');
  assert.deepEqual([failed.error.exitCode, failed.error.stderr.toString()], [7, 'cannot x\n']);
  const fine = await dialogue.ask(question('fine'));
  assert.ok(fine.ok);
  assert.equal(fine.value.toString(), 'yes\n');
});

test('a question that was begun to be answered is not asked again', async () => {
  const dialogue = helper('read -r line; echo "$line"; read -r line; printf begun; exit 1');
  await told(dialogue, 'x');
  const failed = await dialogue.ask(question('second'));
  assert.ok(!failed.ok && failed.error.reason === 'ended');
});

test('a question without an answer in time ends the helper and whatever it started', async () => {
  const dialogue = helper('trap "" TERM; read -r line; echo "$$"; read -r line; sleep 600 & wait; wait');
  const { pid } = await told(dialogue, 'x');
  const failed = await dialogue.ask(question('y', { timeoutMs: 50 }));
  assert.deepEqual(failed, { ok: false, error: { reason: 'timeout', afterMs: 50 } });
  await untilGone(pid);
});

test('an answer beyond the bound is a failure', async () => {
  const dialogue = helper('read -r line; head -c 5000 /dev/zero; sleep 600', { maxBytes: 1_000 });
  const failed = await dialogue.ask(question('x'));
  assert.deepEqual(failed, { ok: false, error: { reason: 'too-much-output', maxBytes: 1_000 } });
});

test('what nobody asked for is not taken for an answer', async () => {
  const dialogue = helper(
    'read -r line; echo "$$ $line"; sleep 0.05; echo surprise; read -r line; echo "$$ $line"',
  );
  const { pid } = await told(dialogue, 'one');
  await untilGone(pid);
  assert.equal((await told(dialogue, 'two')).text, 'two');
  await dialogue.rest();
});

test('a program that is not there is a failure, each time', async () => {
  const dialogue = helper('', { argv: ['/no/such/program'] });
  for (let round = 0; round < 2; round += 1) {
    const failed = await dialogue.ask(question('x'));
    assert.ok(!failed.ok && failed.error.reason === 'not-started');
    assert.match(failed.error.detail, /\/no\/such\/program was not found/);
  }
});

test('it is ended when it is not used, and replaced after its number of answers', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const dialogue = helper(ECHO, { idleMs: 50, mostAnswers: 2 }, resolve);
  const answers = await Promise.all(['one', 'two', 'three'].map((text) => told(dialogue, text)));
  const pids = answers.map(({ pid }) => pid);
  assert.equal(pids[0], pids[1]);
  assert.notEqual(pids[1], pids[2]);
  await promise;
  for (const pid of pids) assert.equal(readStartTime(Number(pid)), null);
});

async function startChild(
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly pid: string }> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [chunk]: unknown[] = await once(child.stdout, 'data');
  return { child, pid: String(chunk).trim() };
}

test('it ends with the process that keeps it, also when that is killed', async () => {
  const { child, pid } = await startChild('stay');
  assert.notEqual(readStartTime(Number(pid)), null);
  child.kill('SIGKILL');
  await untilGone(pid);
});

test('it keeps no process from ending', async () => {
  const { child, pid } = await startChild();
  if (child.exitCode === null) await once(child, 'exit');
  assert.equal(child.exitCode, 0);
  await untilGone(pid);
});
