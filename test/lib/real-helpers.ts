/** What holds of the helpers that a real agent has of its own. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../src/testing/agent-bench.ts';
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

const PATIENCE_MS = 150_000;

/** Of those that say so with each answer. */
export function tellsOfHelpers(real: () => RealAgentBench, calls: HelperCalls | undefined): void {
  test('what its helpers use is known while they work', {
    skip: calls === undefined && 'it tells nothing of them, or not then',
  }, async () => {
    const gate = join(real().bench.repository.root, 'helpers-gate');
    const { end, reports } = real().start({
      name: 'helpers-at-work',
      limits: { idleMs: PATIENCE_MS, hardMs: PATIENCE_MS },
      script: (asked) => {
        if (asked.tools.length === 0) return { say: 'A title' };
        if (asked.said.some((text) => text.includes('Make users'))) return calls?.(asked) ?? { say: DONE };
        const steps: readonly Reply[] = [
          { run: 'true' },
          { run: 'true' },
          { run: `mkfifo ${gate} && cat ${gate}` },
        ];
        return steps[asked.turn] ?? { say: 'A sample.' };
      },
    });
    // Its helper has not ended. Some tell of an answer when what that calls has run.
    const told = (): number => reports.findLast(({ used }) => used)?.used?.inputTokens ?? 0;
    const isThere = (): boolean => existsSync(gate);
    // Some take half a minute to begin.
    assert.ok((await eventually(isThere)) || (await eventually(isThere)));
    const isKnown = await eventually(() => told() >= 2 * USAGE.input);
    const known = JSON.stringify(reports);
    await writeFile(gate, 'go on\n');
    assert.equal((await end).is, 'done');
    assert.ok(isKnown, known);
  });
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
