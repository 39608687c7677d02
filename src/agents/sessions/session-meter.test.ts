import assert from 'node:assert/strict';
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, describe, it } from 'node:test';
import fc from 'fast-check';
import { acpDriver } from '../acp/driver.ts';
import { claudeSessionLog } from '../claude-code/session-log.ts';
import { codexSessionLog, parseRollout } from '../codex/session-log.ts';
import type { CountEvent, SessionLog } from '../driver.ts';
import { geminiSessionLog } from '../gemini/session-log.ts';
import { Spending } from '../listening/spending.ts';
import { countedAgain } from './session-facts.ts';
import { SessionMeter } from './session-meter.ts';

const SESSION = '01a1ff5f-71df-7e33-9ccd-43b7b9e2fa08';
const count = (tokens: number): string =>
  `${JSON.stringify({
    type: 'event_msg',
    payload: {
      type: 'token_count',
      info: { total_token_usage: { input_tokens: tokens, cached_input_tokens: 1, output_tokens: 2 } },
    },
  })}\n`;
const usage = (tokens: number): CountEvent => ({
  type: 'usage',
  usage: { inputTokens: tokens, outputTokens: 2, cachedTokens: 1 },
});

describe('the session file of an agent that prints its counts only at its end', () => {
  const root = mkdtempSync(join(tmpdir(), 'cox-meter-'));
  after(() => rmSync(root, { recursive: true }));

  const meterOf = (folder: string, log: SessionLog, since = 0, taken: CountEvent[] = []) => {
    return { taken, meter: new SessionMeter({ folder, log, since, take: (event) => taken.push(event) }) };
  };

  const open = (name: string) => {
    const folder = join(root, name);
    const day = join(folder, '2026', '11', '21');
    mkdirSync(day, { recursive: true });
    const { meter, taken } = meterOf(folder, codexSessionLog);
    return { folder, path: join(day, `rollout-2026-11-21T17-00-00-${SESSION}.jsonl`), meter, taken };
  };

  it('is read as it grows, line by line, from when it is there', () => {
    const { path, meter, taken } = open('grows');
    meter.look(undefined);
    meter.look(SESSION);
    const context = { type: 'turn_context', payload: { model: 'gpt-5-codex' } };
    writeFileSync(path, `{"type":"session_meta"}\n${JSON.stringify(context)}\n${count(100)}`);
    meter.look(SESSION);
    assert.deepEqual(taken, [{ type: 'model', model: 'gpt-5-codex' }, usage(100)]);
    appendFileSync(path, count(200).slice(0, 50));
    meter.look(SESSION);
    assert.equal(taken.length, 2);
    appendFileSync(path, count(200).slice(50));
    meter.look(SESSION);
    assert.deepEqual(taken.at(-1), usage(200));
    meter.close();
  });

  it('tells of each answer of its own and of its helpers, of this attempt alone', () => {
    const { folder, path, taken } = open('helpers');
    const { meter } = meterOf(folder, codexSessionLog, Date.parse('2026-11-21T20:00:00Z'), taken);
    const meta = (session: string, id: string): string =>
      `${JSON.stringify({ timestamp: '', type: 'session_meta', payload: { session_id: session, id } })}\n`;
    const model = (name: string): string =>
      `${JSON.stringify({ type: 'turn_context', payload: { model: name } })}\n`;
    const answer = (response_id: string, timestamp = '2026-11-21T20:00:01Z'): string => {
      const counts = { input_tokens: 100, cached_input_tokens: 1, output_tokens: 2, total_tokens: 102 };
      const payload = { response_id, usage: counts, thread_token_usage: counts };
      return `${JSON.stringify({ timestamp, type: 'token_usage_record', payload })}\n`;
    };
    const told = (id: string, name?: string): CountEvent => ({
      type: 'usage-added',
      id,
      usage: { inputTokens: 100, outputTokens: 2, cachedTokens: 1 },
      ...(name === undefined ? {} : { model: name }),
    });
    writeFileSync(path, `${meta(SESSION, SESSION)}${answer('old', '2026-11-21T19:59:59Z')}${answer('own')}`);
    const beside = join(dirname(path), 'rollout-2026-11-21T17-00-01-helper.jsonl');
    writeFileSync(beside, `${meta(SESSION, 'helper')}${model('gpt-5-mini')}${answer('one')}${count(100)}`);
    writeFileSync(join(dirname(path), 'rollout-x.jsonl'), `${meta('another', 'x')}${answer('strange')}`);
    meter.look(SESSION);
    assert.deepEqual(taken, [told('own'), told('one', 'gpt-5-mini')]);
    const day = join(folder, '2026', '12', '01');
    mkdirSync(day, { recursive: true });
    writeFileSync(join(day, 'rollout-y.jsonl'), `${meta(SESSION, 'y')}${answer('two')}`);
    for (let looks = 0; looks < 5; looks += 1) meter.look(SESSION);
    assert.deepEqual(taken.at(-1), told('two'));
    assert.equal(taken.length, 3);
    meter.close();
  });

  it('is read to its end when the agent is gone, however long it is', async () => {
    const { path, meter, taken } = open('long');
    const long = `${JSON.stringify({ type: 'response_item', payload: { text: 'x'.repeat(20_000) } })}\n`;
    writeFileSync(path, `${long.repeat(300)}${count(7)}`);
    meter.look(SESSION);
    assert.deepEqual(taken, []);
    await meter.finish(SESSION);
    assert.deepEqual(taken, [usage(7)]);
    meter.close();
  });

  it('is no link, whoever has put it there, and no other session', () => {
    const { folder, path, meter, taken } = open('link');
    writeFileSync(join(root, 'elsewhere'), count(100));
    symlinkSync(join(root, 'elsewhere'), path);
    meter.look(SESSION);
    renameSync(path, join(folder, 'gone'));
    writeFileSync(join(folder, 'rollout-other.jsonl'), count(100));
    meter.look(SESSION);
    assert.deepEqual(taken, []);
    meter.close();
  });

  it('counts the attempt alone where what goes around Codex tells of its own turn', () => {
    const { folder, path } = open('around');
    const own = { inputTokens: 100, cachedTokens: 1, outputTokens: 2 };
    const counted = { inputTokens: 900, cachedTokens: 9, outputTokens: 18 };
    const spending = new Spending({ counted: countedAgain(acpDriver, counted) });
    const meters = acpDriver.sessionLogs.map((log) => {
      const since = Date.parse('2026-11-21T20:00:00Z');
      const take = (event: CountEvent): void => {
        if (event.type === 'usage' || event.type === 'usage-added') spending.take(event);
      };
      return new SessionMeter({ folder, log, since, take });
    });
    const usage = { input_tokens: 100, cached_input_tokens: 1, output_tokens: 2, total_tokens: 102 };
    const payload = { response_id: 'own', usage, thread_token_usage: usage };
    const record = { timestamp: '2026-11-21T20:00:01Z', type: 'token_usage_record', payload };
    writeFileSync(path, `${JSON.stringify(record)}\n${count(1000)}`);
    for (const meter of meters) meter.look(SESSION);
    assert.partialDeepStrictEqual(spending.used, own);
    for (const meter of meters) meter.close();
  });

  it('tells how much of its context is taken up', () => {
    const info = {
      total_token_usage: { input_tokens: 900, output_tokens: 60 },
      last_token_usage: { total_tokens: 320 },
      model_context_window: 258_400,
    };
    const line = JSON.stringify({ type: 'event_msg', payload: { type: 'token_count', info } });
    assert.deepEqual(parseRollout(line, 0).at(-1), { type: 'context', used: 320, size: 258_400 });
  });

  it('tells whose limit is used up', () => {
    const told = (limit_id: string | null, used_percent: number): unknown =>
      parseRollout(
        JSON.stringify({
          type: 'event_msg',
          payload: {
            type: 'token_count',
            info: null,
            rate_limits: { limit_id, primary: { used_percent: 3 }, secondary: { used_percent } },
          },
        }),
        0,
      );
    assert.deepEqual(told('codex', 100), [{ type: 'limit', of: 'credential' }]);
    assert.deepEqual(told(null, 100), [{ type: 'limit', of: 'credential' }]);
    assert.deepEqual(told('codex_spark', 100), [{ type: 'limit', of: 'model' }]);
    assert.deepEqual(told('codex_spark', 99), [{ type: 'limit', of: null }]);
  });

  it('of Claude Code holds the parts of each answer, beside a folder of its helpers, which is no link', () => {
    const folder = join(root, 'claude');
    const project = join(folder, '-srv-checkout');
    const helpers = join(project, SESSION, 'subagents');
    mkdirSync(helpers, { recursive: true });
    const answer = (id: string, second: number, output_tokens = 20): string => {
      const usage = {
        input_tokens: 100,
        cache_read_input_tokens: 10,
        cache_creation_input_tokens: 1,
        output_tokens,
      };
      const message = { id, model: 'claude-opus-5-5', content: [{ type: 'text' }], usage };
      return `${JSON.stringify({ type: 'assistant', timestamp: `2026-11-21T20:42:0${second}.000Z`, message })}\n`;
    };
    const told = (id: string, outputTokens = 20): CountEvent => ({
      type: 'usage-added',
      id,
      model: 'claude-opus-5-5',
      usage: { inputTokens: 111, outputTokens, cachedTokens: 10, cacheWriteTokens: 1 },
    });
    const path = join(project, `${SESSION}.jsonl`);
    writeFileSync(path, `${answer('old', 1)}${answer('one', 3, 2)}${answer('one', 4)}`);
    writeFileSync(join(helpers, 'agent-a.jsonl'), answer('two', 5));
    writeFileSync(join(helpers, 'agent-a.meta.json'), answer('none', 5));
    const open = () => meterOf(folder, claudeSessionLog, Date.parse('2026-11-21T20:42:02.000Z'));
    const { meter, taken } = open();
    meter.look(SESSION);
    assert.deepEqual(taken, [told('one', 2), told('one'), told('two')]);
    meter.close();
    renameSync(join(project, SESSION), join(root, 'elsewhere-of-claude'));
    symlinkSync(join(root, 'elsewhere-of-claude'), join(project, SESSION));
    const second = open();
    second.meter.look(SESSION);
    assert.deepEqual(second.taken, [told('one', 2), told('one')]);
    second.meter.close();
  });

  it('of Gemini CLI holds each message twice, and those of earlier attempts', () => {
    const folder = join(root, 'gemini');
    const chats = join(folder, 'checkout', 'chats');
    mkdirSync(join(chats, SESSION), { recursive: true });
    const message = (id: string, second: number, more: object = {}): string =>
      `${JSON.stringify({
        id,
        timestamp: `2026-11-21T20:42:0${second}.000Z`,
        type: 'gemini',
        content: 'I do it.',
        tokens: { input: 100, output: 20, cached: 10, thoughts: 5, tool: 0, total: 125 },
        model: 'gemini-2.5-pro',
        ...more,
      })}\n`;
    const path = join(chats, `session-2026-11-21T20-42-${SESSION.slice(0, 8)}.jsonl`);
    const start = `{"sessionId":"${SESSION}"}\n${message('old', 1)}`;
    writeFileSync(
      path,
      `${start}{"type":"user","content":[{"text":"\\"tokens\\":{"}]}\n${message('one', 3)}`,
    );
    const { meter, taken } = meterOf(folder, geminiSessionLog, Date.parse('2026-11-21T20:42:02.000Z'));
    meter.look(SESSION);
    const own = {
      type: 'usage-added',
      id: 'one',
      model: 'gemini-2.5-pro',
      usage: { inputTokens: 100, outputTokens: 25, cachedTokens: 10 },
    };
    assert.deepEqual(taken, [own, { type: 'context', used: 125, size: 1_048_576 }]);
    const spending = new Spending();
    appendFileSync(path, message('one', 4, { toolCalls: [] }));
    writeFileSync(join(chats, SESSION, 'helper.jsonl'), message('two', 5, { model: 'gemini-2.5-flash' }));
    meter.look(SESSION);
    assert.deepEqual(taken.at(-1), { ...own, id: 'two', model: 'gemini-2.5-flash' });
    for (const event of taken) if (event.type !== 'context' && event.type !== 'limit') spending.take(event);
    assert.equal(spending.used.inputTokens, 200);
    // What it sums up in the end is the same once more.
    const models = { 'gemini-2.5-pro-002': own.usage, 'gemini-2.5-flash': own.usage };
    const usage = { inputTokens: 200, outputTokens: 50, cachedTokens: 20 };
    spending.take({ type: 'usage', usage, models });
    assert.equal(spending.used.inputTokens, 200);
    assert.equal(spending.used.outputTokens, 50);
    meter.close();
  });

  it('may hold anything in its lines', () => {
    for (const line of [
      '',
      'token_count',
      '{"token_count":',
      '{"type":"event_msg","payload":{"type":"token_count"}}',
    ])
      assert.deepEqual(parseRollout(line, 0), []);
    const odd = fc.record({ id: fc.anything(), type: fc.constant('gemini'), tokens: fc.anything() });
    fc.assert(fc.property(odd, (line) => void geminiSessionLog.parse(JSON.stringify(line), 0)));
    const message = fc.record({ id: fc.anything(), model: fc.anything(), usage: fc.anything() });
    const entry = fc.record({ type: fc.constant('assistant'), output_tokens: fc.constant(1), message });
    fc.assert(fc.property(entry, (line) => void claudeSessionLog.parse(JSON.stringify(line), 0)));
  });
});
