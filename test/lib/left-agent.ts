/** What holds of a real agent that is left alone, or killed, in the middle of its work. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '../../src/testing/agent-bench.ts';
import { USAGE } from './model-server/reply.ts';
import type { RealAgentBench } from './real-agent.ts';
import { DONE, QUIET } from './said.ts';

export function isLeft(real: () => RealAgentBench): void {
  test('is taken up by another supervisor in the middle of its work', async () => {
    const { bench, server } = real();
    const gate = join(bench.repository.root, 'gate');
    const script = [{ run: `mkfifo ${gate} && cat ${gate}` }, { say: DONE }];
    const { handle, takeUp } = real().start({ name: 'left', script });
    assert.ok(await eventually(() => existsSync(gate)));
    handle.detach();
    const { end } = takeUp();
    await writeFile(gate, 'go on\n');
    const ended = await end;
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    // Some ask something of their own beside it, without tools.
    const asked = server.requests.filter(
      ({ script: name, asked: { tools } }) => name === 'left' && tools.length > 0,
    );
    assert.equal(asked.length, 2, 'it was started once, and asks for nothing else');
    assert.ok((ended.usage.outputTokens ?? 0) >= 2 * USAGE.output, JSON.stringify(ended.usage));
  });

  test('that is killed is not done, whatever it has said, and leaves nothing behind', async () => {
    const { end } = real().start({
      name: 'killed',
      script: [{ run: `kill -9 $PPID; ${QUIET}`, say: DONE }],
      limits: { hardMs: 60_000, idleMs: 30_000, graceMs: 500 },
    });
    const ended = await end;
    assert.ok(ended.is === 'failed' || ended.is === 'lost', JSON.stringify(ended));
    await real().bench.assertNoneLeft();
  });
}
