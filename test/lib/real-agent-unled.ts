/** What holds of a real agent without walls that nobody has given leave. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RealAgentBench } from './real-agent.ts';
import { DONE } from './said.ts';

export interface Unled {
  /** Name of its shell tool. */
  readonly shell: string;
  /** Takes back the leave that its options give in these tests. */
  readonly options: Readonly<Record<string, unknown>>;
}

const PATIENCE_MS = 120_000;

export function isUnled(real: () => RealAgentBench, { shell, options }: Unled): void {
  test('changes nothing outside of its worktree where it has neither walls nor leave', async () => {
    const name = 'unled';
    const outside = join(real().bench.repository.root, 'unled.txt');
    const { end } = real().start({
      name,
      options,
      script: ({ tools, turn }) =>
        // Some ask a model without tools for a title.
        tools.length === 0 || turn > 0 ? { say: DONE } : { run: `echo made > ${outside}`, tool: shell },
      limits: { idleMs: PATIENCE_MS, hardMs: PATIENCE_MS },
    });
    const ended = await end;
    // Some end their turn where a call is refused.
    const isThrough =
      ended.is === 'done' || (ended.is === 'failed' && ended.failure.reason === 'no-completion-sign');
    assert.ok(isThrough, JSON.stringify(ended));
    const asked = real().server.requests.filter(({ script }) => script === name);
    assert.ok(
      asked.some(({ reply }) => 'run' in reply),
      'its model has called it',
    );
    assert.ok(!existsSync(outside));
  });
}
