import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AgentSettings } from '../../core/settings.ts';
import type { AgentEnd, AgentHandle, AgentRequest } from '../../ports/agent.ts';
import { agentBench, eventually, MARK } from '../../testing/agent-bench.ts';
import { bubblewrapFor, WITHOUT_BUBBLEWRAP } from '../../testing/sandboxes.ts';
import { createAgents } from '../supervise.ts';

const AGENT = fileURLToPath(new URL('../../testing/acp-agent.ts', import.meta.url));
const WITHOUT_PROC = existsSync('/proc/self/environ') ? false : 'nobody is told by its parent without /proc';
/** Nobody is killed for being slow. */
const PATIENT = { limits: { graceMs: 60_000 } };
const bench = agentBench();
after(() => bench.remove());
let count = 0;

interface Hanging {
  readonly request: AgentRequest;
  readonly handle: AgentHandle;
  /** What the agent has noted. */
  readonly noted: () => string;
}

/** One that has been given its prompt, and waits until it is told to cancel. */
async function hang(
  start: (agent: AgentSettings) => Omit<Hanging, 'noted'>,
  behaviour = 'hang',
): Promise<Hanging> {
  count += 1;
  const trace = join(bench.repository.path, `trace-${count}`);
  const noted = (): string => (existsSync(trace) ? readFileSync(trace, 'utf8') : '');
  const started = start({ driver: 'acp', options: { command: [process.execPath, AGENT, behaviour, trace] } });
  assert.ok(await eventually(() => noted().includes('prompt')));
  return { ...started, noted };
}

function startOpen(agent: AgentSettings): Omit<Hanging, 'noted'> {
  const request = bench.request(agent, PATIENT);
  return { request, handle: bench.agents.start(request, () => undefined) };
}

function startWithinWalls(agent: AgentSettings): Omit<Hanging, 'noted'> {
  const { slot, ...rest } = bench.request(agent, PATIENT);
  const mounts = [{ from: slot.path, at: slot.path, writable: true }];
  const confined = { mounts, network: { is: 'none' }, limits: {} } as const;
  const request = { ...rest, slot: { ...slot, confined } };
  const agents = createAgents({
    sandbox: bubblewrapFor(bench.hostEnv),
    hostEnv: bench.hostEnv,
    environment: [MARK],
  });
  return { request, handle: agents.start(request, () => undefined) };
}

async function stop({ handle }: Hanging): Promise<AgentEnd> {
  handle.stop('cancelled');
  const end = await handle.end;
  assert.ok(end.is === 'stopped' && end.why === 'cancelled', JSON.stringify(end));
  await bench.assertNoneLeft();
  return end;
}

describe('an agent that speaks ACP is told to cancel', () => {
  test('when our side of the protocol is asked to end', async () => {
    const { handle, request, noted } = await hang(startOpen);
    const [pid] = readFileSync(join(request.folder, 'agent', 'agent'), 'utf8').split('\n');
    process.kill(Number(pid), 'SIGTERM');
    const end = await handle.end;
    assert.match(noted(), /^was cancelled$/m);
    assert.ok(end.is === 'failed' && end.failure.reason === 'agent-error', JSON.stringify(end));
    assert.equal(end.failure.detail, 'it was cancelled');
    await bench.assertNoneLeft();
  });

  test('when it is to stop, and is heard to its end', { skip: WITHOUT_PROC }, async () => {
    const hanging = await hang(startOpen);
    const { usage } = await stop(hanging);
    assert.match(hanging.noted(), /^was cancelled$/m);
    assert.deepEqual(usage, { inputTokens: 12, outputTokens: 5, unpricedTokens: 17 });
  });

  test('behind walls as well', { skip: WITHOUT_PROC || WITHOUT_BUBBLEWRAP }, async () => {
    const hanging = await hang(startWithinWalls);
    const { usage } = await stop(hanging);
    assert.match(hanging.noted(), /^was cancelled$/m);
    assert.equal(usage.inputTokens, 12);
  });

  test('and ended when it does not care', async () => {
    const hanging = await hang(startOpen, 'deaf');
    await stop(hanging);
    assert.doesNotMatch(hanging.noted(), /was cancelled/);
    const log = readFileSync(join(hanging.request.folder, 'agent', 'stdout.log'), 'utf8');
    assert.match(log, /it was cancelled, and did not say so/);
  });
});
