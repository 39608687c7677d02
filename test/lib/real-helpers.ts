/** What holds of the helpers that a real agent has of its own. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Asked, type Reply, USAGE } from './model-server/reply.ts';
import type { RealAgentBench } from './real-agent.ts';
import { DONE } from './said.ts';

/** What its model answers so that a helper does a part of the work; null when it is through. */
export type HelperCalls = (asked: Asked) => Reply | null;

const PROMPT = 'Look at the README and say what is in it.';
const CALL = { description: 'Look', prompt: PROMPT };

/** By a tool of this name, which waits for the helper. */
export function byTool(call: string, kind: string): HelperCalls {
  const input = { ...CALL, subagent_type: kind, run_in_background: false };
  return ({ turn }) => (turn === 0 ? { call, input } : null);
}

/** By Gemini CLI's, whose helper is asked once more when it is through without saying so. */
export function byName({ turn }: Asked): Reply | null {
  return turn === 0 ? { call: 'invoke_agent', input: { agent_name: 'generalist', prompt: PROMPT } } : null;
}

/** By two of Codex's. */
export function byThreads({ turn, said }: Asked): Reply | null {
  if (turn === 0) return { call: 'spawn_agent', input: { message: PROMPT } };
  const ids = [/"agent_id":\s*"([^"]+)"/.exec(said.join('\n'))?.[1]];
  return turn === 1 ? { call: 'wait_agent', input: { targets: ids, ids, timeout_ms: 20_000 } } : null;
}

export function hasHelpers(real: () => RealAgentBench, calls: HelperCalls | undefined): void {
  test('what its helpers use is part of what it used', {
    skip: calls === undefined && 'it has none',
  }, async () => {
    const name = 'helpers';
    const isOwn = ({ said }: Asked): boolean => said.some((text) => text.includes('Make users'));
    const { end } = real().start({
      name,
      script: (asked) => {
        if (asked.tools.length === 0) return { say: 'A title' };
        if (isOwn(asked)) return calls?.(asked) ?? { say: DONE };
        return asked.turn === 0 ? { run: 'cat README.md' } : { say: 'A sample.' };
      },
    });
    const ended = await end;
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    const asked = real()
      .server.requests.filter(({ script }) => script === name)
      .map((request) => request.asked);
    const ofHelper = asked.filter((each) => each.tools.length > 0 && !isOwn(each));
    assert.ok(ofHelper.length >= 2, JSON.stringify(asked));
    assert.equal(ended.usage.outputTokens, asked.length * USAGE.output, JSON.stringify(ended.usage));
    assert.ok((ended.usage.inputTokens ?? 0) >= asked.length * USAGE.input, JSON.stringify(ended.usage));
  });
}
