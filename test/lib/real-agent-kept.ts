/** What holds of a real agent that may not call all of its tools. */

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { RealAgentBench } from './real-agent.ts';
import { DONE } from './said.ts';

export interface KeptAbilities {
  /** Name of its shell tool, where a profile that does not list it keeps it from that. */
  readonly shell?: string;
  /** It can only be kept from changing anything by it. */
  readonly offersShell?: true;
  /** Takes back options that count before a profile. */
  readonly untold?: Readonly<Record<string, unknown>>;
}

const READER = ['Read', 'Grep', 'Glob'];

export function isKeptFrom(
  real: () => RealAgentBench,
  { shell, offersShell, untold = {} }: KeptAbilities,
): void {
  const skip = shell === undefined && 'it cannot be kept from one';

  test('does nothing with a tool that its profile does not list, though its model calls it', {
    skip,
  }, async () => {
    const name = 'withheld';
    const { end, request } = real().start({
      name,
      options: untold,
      script: ({ tools, turn }) => {
        // Some ask a model without tools for a title.
        if (tools.length === 0 || turn > 0) return { say: DONE };
        return { run: 'echo made > withheld.txt', tool: shell ?? '' };
      },
      spec: { profile: { name: 'ada', model: 'opus', tools: READER } },
    });
    const ended = await end;
    // It lies: that is its own word, and its program's. Only git tells.
    assert.equal(ended.is, 'done', JSON.stringify(ended));
    assert.equal(real().bench.repository.git(['status', '--porcelain']), '');
    assert.ok(!existsSync(join(request.slot.path, 'withheld.txt')));
    const asked = real().server.requests.filter(({ script }) => script === name);
    const offered = asked.flatMap(({ asked: { tools } }) => tools);
    assert.equal(offered.includes(shell ?? ''), offersShell === true, offered.join());
    assert.ok(
      asked.some(({ reply }) => 'run' in reply),
      'its model has called it',
    );
  });
}
