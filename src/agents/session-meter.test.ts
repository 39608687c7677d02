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
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { codexDriver } from './codex/driver.ts';
import { parseRollout } from './codex/events.ts';
import type { SpendingEvent } from './driver.ts';
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
const usage = (tokens: number): SpendingEvent => ({
  type: 'usage',
  usage: { inputTokens: tokens, outputTokens: 2, cachedTokens: 1 },
});

describe('the session file of an agent that prints its counts only at its end', () => {
  const root = mkdtempSync(join(tmpdir(), 'cox-meter-'));
  after(() => rmSync(root, { recursive: true }));

  const open = (name: string) => {
    const folder = join(root, name);
    const day = join(folder, '2026', '11', '21');
    mkdirSync(day, { recursive: true });
    const taken: SpendingEvent[] = [];
    const log = codexDriver.sessionLog;
    assert.ok(log !== null);
    const meter = new SessionMeter({ folder, log, take: (event) => taken.push(event) });
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

  it('may hold anything in its lines', () => {
    for (const line of [
      '',
      'token_count',
      '{"token_count":',
      '{"type":"event_msg","payload":{"type":"token_count"}}',
    ])
      assert.deepEqual(parseRollout(line), []);
  });
});
