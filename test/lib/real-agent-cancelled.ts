/** A real agent behind ACP answers when it is told to cancel. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../src/testing/agent-bench.ts';
import type { RealAgentBench } from './real-agent.ts';
import { QUIET } from './said.ts';

export function isCancelled(real: () => RealAgentBench): void {
  test('says that it was cancelled when it is to stop, and leaves nothing behind', async () => {
    const { bench } = real();
    const flag = join(bench.repository.root, 'runs');
    const { end, handle, request } = real().start({
      name: 'cancelled',
      script: [{ run: `touch ${flag}; ${QUIET}` }],
      limits: { graceMs: 60_000 },
    });
    assert.ok(await eventually(() => existsSync(flag)));
    handle.stop('cancelled');
    const ended = await end;
    assert.ok(ended.is === 'stopped' && ended.why === 'cancelled', JSON.stringify(ended));
    const log = readFileSync(join(request.folder, 'agent', 'stdout.log'), 'utf8');
    assert.match(log, /"detail":"it was cancelled"/);
    await bench.assertNoneLeft();
  });
}
