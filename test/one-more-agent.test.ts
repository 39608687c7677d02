/** The driver that docs/agents.md shows to whoever adds an agent, as it stands there. */

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { Driver } from '../src/agents/driver.ts';
import { createAgents } from '../src/agents/supervise.ts';
import { agentBench } from '../src/testing/agent-bench.ts';
import { NO_SANDBOX } from '../src/testing/sandboxes.ts';

const AGENTS = new URL('../src/agents/', import.meta.url);
const PAGE = new URL('../docs/agents.md', import.meta.url);

/** Prints what its first argument says, when it has read its prompt. */
const PROGRAM = `#!/usr/bin/env node
require('node:fs').readFileSync(0);
for (const line of JSON.parse(process.argv.at(-1))) console.log(JSON.stringify(line));
`;

describe('the driver of the page on one more agent', () => {
  const bench = agentBench();
  const folder = join(bench.repository.root, 'parrot');
  after(() => bench.remove());

  /** Its imports, from where they are on the page. */
  const load = async (): Promise<Driver> => {
    const code = /^```ts\n([\s\S]*?)^```$/m.exec(readFileSync(PAGE, 'utf8'))?.[1];
    assert.ok(code !== undefined, 'the page shows none');
    const placed = code
      .replaceAll(/from '\.\.\/([\w./-]+)'/g, (_, path: string) => `from '${new URL(path, AGENTS).href}'`)
      .replace(`from 'zod'`, `from '${import.meta.resolve('zod')}'`);
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'driver.ts');
    writeFileSync(path, placed);
    const { parrotDriver } = await import(path);
    return parrotDriver;
  };

  const start = async (...lines: readonly object[]) => {
    const driver = await load();
    const program = join(folder, 'parrot');
    writeFileSync(program, PROGRAM);
    chmodSync(program, 0o755);
    const agents = createAgents({ sandbox: NO_SANDBOX, hostEnv: bench.hostEnv, drivers: [driver] });
    const options = { program, model: 'm', args: [JSON.stringify(lines)] };
    return agents.start(bench.request({ driver: 'parrot', options }), () => undefined).end;
  };

  it('does a task, and tells its session and its use', async () => {
    const text = 'It is made.\n<promise>TASK_DONE: task-001-users</promise>';
    const end = await start(
      { type: 'begin', session: 'session-7' },
      { type: 'tokens', in: 100, out: 20 },
      { type: 'words', text },
      { type: 'end' },
    );
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.equal(end.session, 'session-7');
    assert.partialDeepStrictEqual(end.usage, { inputTokens: 100, outputTokens: 20 });
  });

  it('waits for a service that is busy, and is not done without its end', async () => {
    assert.equal((await start({ type: 'refused', status: 429 })).is, 'quota');
    const words = { type: 'words', text: '<promise>TASK_DONE: task-001-users</promise>' };
    const end = await start(words);
    assert.ok(end.is === 'failed' && end.failure.reason === 'agent-error', JSON.stringify(end));
    assert.equal(end.failure.kind, 'no-verdict');
  });

  it('has options as all have, and refuses others', async () => {
    const driver = await load();
    assert.ok(driver.ready({ model: 'm', args: ['--fast'] }).ok);
    assert.ok(!driver.ready({ modle: 'm' }).ok);
    rmSync(folder, { recursive: true });
  });
});
