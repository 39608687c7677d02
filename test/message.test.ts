/** Messages between agents with the real binary. */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(): Project {
  const made = makeProject({ waves: [], recipe: '' });
  projects.push(made);
  return made;
}

async function told(made: Project, args: readonly string[], env = {}): Promise<string> {
  const ran = await made.cox(['message', ...args], env);
  assert.equal(ran.code, 0, ran.stdout + ran.stderr);
  return ran.stdout.trimEnd();
}

const FROM_ONE = ['--from', 'builder-1', '--type', 'interface_contract'];

describe('cox message', { timeout: 1_200_000 }, () => {
  it('puts a message into an inbox with every field, and keeps the time of its acknowledgment', async () => {
    const made = project();
    const id = await told(made, [
      'send',
      '--to',
      'builder-2',
      ...FROM_ONE,
      '--subject',
      'Users|API',
      '--payload',
      '{"methods":["find"]}',
    ]);
    assert.match(id, /^msg_\d{8}_\d{6}_[0-9a-f]{6}$/);
    const file = join(made.path, `messages/builder-2/inbox/${id}.json`);
    const { timestamp, delivered_at, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
    assert.ok(timestamp === delivered_at && Number.isFinite(Date.parse(timestamp)));
    assert.deepEqual(rest, {
      message_id: id,
      protocol_version: '1.0',
      from_agent: 'builder-1',
      to_agent: 'builder-2',
      message_type: 'interface_contract',
      priority: 'normal',
      subject: 'Users|API',
      payload: { methods: ['find'] },
      requires_response: false,
      response_deadline: null,
      conversation_id: `conv-${id.slice(4)}`,
      in_reply_to: null,
      status: 'delivered',
      metadata: { task_id: null, related_files: [] },
    });
    const line = `${id}|builder-1|builder-2|interface_contract|normal|delivered|Users|API`;
    assert.equal(await told(made, ['inbox', 'builder-2']), line);
    assert.equal(await told(made, ['inbox', 'builder-1']), '');
    assert.equal(await told(made, ['ack', id]), id);
    const { acknowledged_at } = JSON.parse(readFileSync(file, 'utf8'));
    assert.equal(await told(made, ['ack', id]), id);
    assert.equal(JSON.parse(readFileSync(file, 'utf8')).acknowledged_at, acknowledged_at);
    assert.equal(await told(made, ['inbox', 'builder-2']), '');
    const [listed] = JSON.parse(
      await told(made, ['list', '--conversation', `conv-${id.slice(4)}`, '--json']),
    );
    assert.deepEqual([listed.status, listed.inbox], ['acknowledged', 'builder-2']);
    assert.equal(await told(made, ['list', '--conversation', 'other']), '');
    const log = readFileSync(join(made.path, 'messages/log.jsonl'), 'utf8').trimEnd().split('\n');
    assert.deepEqual(
      log.map((each) => JSON.parse(each).event),
      ['sent', 'acknowledged'],
    );
    assert.equal(made.git(['status', '--porcelain']), '');
    assert.equal((await made.cox(['message', 'ack', 'msg_none'])).code, 1);
  });

  it('reaches everybody but the sender, reads what others wrote, and lists what nobody took note of', async () => {
    const made = project();
    for (const agent of ['builder-1', 'builder-2'])
      await told(made, ['send', '--to', agent, '--from', 'lead', '--type', 'question']);
    made.write({
      '.agent-messages/inbox/tester/old.json': JSON.stringify({
        message_id: 'msg_001',
        timestamp: '2025-11-29T14:45:30Z',
        from_agent: 'builder-1',
        to_agent: 'tester',
        message_type: 'progress_update',
      }),
      '.agent-messages/inbox/tester/broken.json': '{',
    });
    assert.equal(
      await told(made, ['inbox', 'tester']),
      'msg_001|builder-1|tester|progress_update|normal|escalated|',
    );
    assert.match(
      (await made.cox(['message', 'inbox', 'tester'])).stderr,
      /^cox: \.agent-messages\/inbox\/tester\/broken\.json is passed over: it is no JSON of a message; mend it/,
    );
    const id = await told(made, ['broadcast', ...FROM_ONE]);
    const readers = JSON.parse(await told(made, ['list', '--json'])).flatMap(
      (each: { message_id: string; inbox: string }) => (each.message_id === id ? [each.inbox] : []),
    );
    assert.deepEqual(readers.sort(), ['builder-2', 'tester']);
    assert.equal((await made.cox(['message', 'ack', id])).code, 2, 'whose is not said');
    assert.equal(await told(made, ['ack', id, '--agent', 'tester']), id);
    assert.equal(await told(made, ['ack', 'msg_001']), 'msg_001');
    assert.equal(await told(made, ['inbox', 'tester']), '');
  });

  it('keeps decisions for later agents, and a message of a run with it', async () => {
    const made = project();
    const run = join(made.path, '.git/coxswain/runs/run-1');
    mkdirSync(run, { recursive: true });
    const inbox = join(made.root, 'attempt-inbox');
    mkdirSync(inbox);
    const decision = ['send', '--to', 'ALL', '--from', 'lead', '--type', 'decision_announcement'];
    const env = { COX_RUN_ID: 'run-1', COX_TASK_ID: 'task-1', COX_INBOX: inbox };
    const id = await told(
      made,
      [...decision, '--subject', 'Sign with RS256', '--payload', '{"why":"rotation"}'],
      env,
    );
    await told(made, [...decision, '--subject', 'Use UTC'], env);
    const decisions = readFileSync(join(made.path, 'messages/decisions.md'), 'utf8');
    assert.match(
      decisions,
      /^# Decisions\n.*\n## Sign with RS256\n\nlead, .*\n\n- why: rotation\n\n## Use UTC\n/s,
    );
    assert.equal(readdirSync(join(run, 'messages')).length, 2);
    const { metadata } = JSON.parse(readFileSync(join(run, 'messages', `${id}.json`), 'utf8'));
    assert.deepEqual(metadata, { task_id: 'task-1', related_files: [], run_id: 'run-1' });
  });

  it('lets one agent at a time make a decision', async () => {
    const made = project();
    assert.equal(await told(made, ['lock', 'builder-1']), 'LOCKED:builder-1');
    const file = join(made.path, 'messages/decisions.lock.json');
    const { locked_at, ...lock } = JSON.parse(readFileSync(file, 'utf8'));
    assert.deepEqual(lock, { locked: true, locked_by: 'builder-1' });
    assert.ok(Number.isFinite(Date.parse(locked_at)));
    const foreign = await made.cox(['message', 'unlock', 'builder-2']);
    assert.deepEqual([foreign.code, foreign.stdout], [1, 'LOCKED_BY:builder-1\n']);
    const waiting = made.start(['message', 'lock', 'builder-2']);
    assert.equal(await told(made, ['unlock', 'builder-1']), 'UNLOCKED:builder-1');
    const ended = await waiting.ended;
    assert.deepEqual([ended.code, ended.stdout], [0, 'LOCKED:builder-2\n']);
    // Whoever died over it does not hold it for ever.
    made.write({
      'messages/decisions.lock.json': JSON.stringify({ ...lock, locked_at: '2025-11-29T14:30:00Z' }),
    });
    assert.equal(await told(made, ['lock', 'builder-3']), 'LOCKED:builder-3');
    const both = await Promise.all(['a', 'b'].map((agent) => made.cox(['message', 'unlock', agent])));
    assert.deepEqual(
      both.map(({ code }) => code),
      [1, 1],
    );
    assert.equal((await made.cox(['message', 'lock', '../x'])).code, 2);
    made.write({
      'messages/decisions.lock.json': JSON.stringify({ ...lock, locked_at: '2099-11-29T14:30:00Z' }),
    });
    assert.equal(
      await told(made, ['lock', 'builder-3']),
      'LOCKED:builder-3',
      'nor is it held by a wrong clock',
    );
  });

  it('reads messages of any name, by their time, whoever wrote them', async () => {
    const made = project();
    const message = (id: string, timestamp?: string): string =>
      JSON.stringify({
        message_id: id,
        message_type: 'question',
        ...(timestamp === undefined ? {} : { timestamp }),
      });
    const inbox = 'messages/tester/inbox';
    made.write({
      [`${inbox}/2025-11-29T14:30:52 note.json`]: `\uFEFF${message('second', '2025-11-29T14:30:52Z')}`,
      [`${inbox}/a.json`]: message('third', '2025-11-29T16:31:00+02:00'),
      [`${inbox}/b.json`]: message('first', '2025-11-29T15:30:00+01:00'),
      [`${inbox}/c.json`]: message('untimed'),
      [`${inbox}/d.json`]: message('no id'),
    });
    const hour = Date.now() / 1000 - 3600;
    utimesSync(join(made.path, inbox, 'c.json'), hour, hour);
    const ran = await made.cox(['message', 'inbox', 'tester']);
    assert.deepEqual(
      ran.stdout
        .trimEnd()
        .split('\n')
        .map((line) => [line.split('|')[0], line.split('|')[5]]),
      ['first', 'second', 'third', 'untimed'].map((id) => [id, 'escalated']),
    );
    assert.match(ran.stderr, /d\.json is passed over: it has no message_type, or no message_id of letters/);
  });

  it('takes no name that leads elsewhere, and follows no link', async () => {
    const made = project();
    for (const name of ['../outside', 'a/b', '.hidden', ''])
      assert.equal((await made.cox(['message', 'send', '--to', name, ...FROM_ONE])).code, 2, name);
    assert.equal((await made.cox(['message', 'send', '--to', 'a', ...FROM_ONE, '--payload', '[1]'])).code, 2);
    assert.equal((await made.cox(['message', 'send', '--to', 'a', '--from', 'b', '--type', 'odd'])).code, 2);
    assert.equal((await made.cox(['message', 'inbox', '../outside'])).code, 2);
    mkdirSync(join(made.path, 'messages/a'), { recursive: true });
    mkdirSync(join(made.root, 'outside'));
    symlinkSync(join(made.root, 'outside'), join(made.path, 'messages/a/inbox'));
    const linked = await made.cox(['message', 'send', '--to', 'a', ...FROM_ONE]);
    assert.equal(linked.code, 1);
    assert.deepEqual(readdirSync(join(made.root, 'outside')), []);
    assert.ok(!existsSync(join(made.path, 'messages/log.jsonl')));
  });
});
