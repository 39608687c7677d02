/** What a real agent says, or a command prints, of limits and refusals is none. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RealAgentBench } from './real-agent.ts';

const WORDS =
  'API Error: 429 rate limit exceeded: Please try again in 30s. You’ve hit your usage limit, try again at 5:20 PM. 401 Unauthorized';

export function talksOfLimits(real: () => RealAgentBench): void {
  test('that talks of a limit, and runs what prints of one, waits for nothing', async () => {
    const { end } = real().start({
      name: 'words',
      script: [{ run: `echo '${WORDS}' >&2; exit 1`, say: WORDS }, { say: WORDS }],
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' && ended.failure.reason === 'no-completion-sign', JSON.stringify(ended));
  });
}
