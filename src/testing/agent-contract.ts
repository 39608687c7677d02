/** What holds for every driver, shown with agents that behave well and badly. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AgentSettings } from '../core/settings.ts';
import type { AgentRequest } from '../ports/agent.ts';
import { type AgentBench, agentBench, eventually } from './agent-bench.ts';

/** How to make an agent of this driver behave. Absent: the driver cannot do it. */
export interface AgentBehaviours {
  /** Writes `made.txt` into its worktree and promises that it is done. */
  readonly success: AgentSettings;
  /** Prints `out of luck` and exits with 3, without a promise. */
  readonly failure: AgentSettings;
  /** Exits with 0 and says nothing of its task. */
  readonly noSign: AgentSettings;
  /** Promises that it failed, because of `no database`, and then hangs. */
  readonly declaredFailure: AgentSettings;
  /** Promises that it is done without any work. */
  readonly lie: AgentSettings;
  /** Prints `begun`, then nothing more, for ever. */
  readonly hang: AgentSettings;
  /** The same, and SIGTERM does not end it. */
  readonly stubbornHang: AgentSettings;
  /** Promises that it is done, then hangs. */
  readonly doneThenHang: AgentSettings;
  /** Prints `begun`, and is done after the file `go` has appeared in its worktree. */
  readonly waitForGo: AgentSettings;
  /** Prints more than 300 KB, then promises that it is done and exits with 0. */
  readonly flood: AgentSettings;
  /** Prints its prompt as it stands and exits with 0. */
  readonly echo: AgentSettings;
  /** Leaves a process in a session of its own behind, and is done. */
  readonly orphan: AgentSettings;
  /** Asks `Which database?`. */
  readonly question?: AgentSettings;
  /** Is told by its service to come back in an hour. */
  readonly quota?: AgentSettings;
  /** Says that it is at 40 % and `testing`, waits a moment, and is done. */
  readonly progress?: AgentSettings;
}

const CHILD = fileURLToPath(new URL('agent-child.ts', import.meta.url));
const HOUR_MS = 3_600_000;

export function agentContract(driver: string, behaviours: AgentBehaviours): void {
  describe(`an agent of the driver ${driver}`, () => {
    const bench = agentBench();
    after(() => bench.remove());
    endsByItself(bench, behaviours);
    endsByUs(bench, behaviours);
    outlivesUs(bench, behaviours);
    says(bench, behaviours);
  });
}

function endsByItself(bench: AgentBench, behaviours: AgentBehaviours): void {
  test('is done when it says so', async () => {
    const { end } = await bench.run(bench.request(behaviours.success));
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.equal(end.exitCode, 0);
    assert.ok(existsSync(join(bench.repository.path, 'made.txt')));
  });

  test('has failed with its exit code, and the end of its output shows why', async () => {
    const { end } = await bench.run(bench.request(behaviours.failure));
    assert.ok(end.is === 'failed' && end.failure.reason === 'exit-code', JSON.stringify(end));
    assert.equal(end.failure.code, 3);
    assert.match(end.failure.tail, /out of luck/);
  });

  test('has failed without a sign, unless an exit of 0 is enough', async () => {
    const { end } = await bench.run(bench.request(behaviours.noSign));
    assert.ok(end.is === 'failed' && end.failure.reason === 'no-completion-sign', JSON.stringify(end));
    const other = await bench.run(bench.request({ ...behaviours.noSign, completion: 'exit-code' }));
    assert.equal(other.end.is, 'done');
  });

  test('a lie is believed here; git and the checks find it out', async () => {
    const { end } = await bench.run(bench.request(behaviours.lie));
    assert.equal(end.is, 'done', JSON.stringify(end));
  });

  test('its prompt, printed, is no promise', async () => {
    const { end } = await bench.run(bench.request(behaviours.echo));
    assert.ok(end.is === 'failed' && end.failure.reason === 'no-completion-sign', JSON.stringify(end));
  });

  test('leaves no process behind', async () => {
    const { end } = await bench.run(bench.request(behaviours.orphan));
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.deepEqual(bench.living(), []);
  });

  test('a flood is cut off at its bound, said, and does not hang', async () => {
    const request = bench.request(behaviours.flood, { limits: { logBytes: 64 * 1024 } });
    const { end } = await bench.run(request);
    assert.ok(statSync(join(request.folder, 'agent', 'stdout.log')).size <= 64 * 1024);
    assert.ok(end.is === 'failed' && end.failure.reason === 'no-completion-sign', JSON.stringify(end));
    const whole = await bench.run(bench.request(behaviours.flood));
    assert.equal(whole.end.is, 'done');
  });
}

function endsByUs(bench: AgentBench, behaviours: AgentBehaviours): void {
  test('a declared failure ends it at once, with its reason', async () => {
    const { end } = await bench.run(bench.request(behaviours.declaredFailure));
    assert.ok(end.is === 'failed' && end.failure.reason === 'declared-failed', JSON.stringify(end));
    assert.match(end.failure.detail, /no database/);
    await bench.assertNoneLeft();
  });

  test('the hard limit ends it', async () => {
    const { end } = await bench.run(
      bench.request(behaviours.stubbornHang, { limits: { hardMs: 800, graceMs: 300 } }),
    );
    assert.deepEqual(end.is === 'failed' && end.failure, { reason: 'hard-timeout', afterMs: 800 });
    await bench.assertNoneLeft();
  });

  test('silence ends it', async () => {
    const { end } = await bench.run(bench.request(behaviours.hang, { limits: { idleMs: 600 } }));
    assert.deepEqual(end.is === 'failed' && end.failure, { reason: 'idle-timeout', afterMs: 600 });
    await bench.assertNoneLeft();
  });

  test('silence after it was done is no failure', async () => {
    const { end } = await bench.run(bench.request(behaviours.doneThenHang, { limits: { idleMs: 10_000 } }));
    assert.equal(end.is, 'done', JSON.stringify(end));
    await bench.assertNoneLeft();
  });

  test('a request ends it, though it ignores the polite signal', async () => {
    const request = bench.request(behaviours.stubbornHang, { limits: { graceMs: 300 } });
    const handle = bench.agents.start(request, () => {});
    assert.ok(await hasPrinted(request, 'begun'));
    handle.stop('budget');
    handle.stop('cancelled');
    const end = await handle.end;
    assert.ok(end.is === 'stopped' && end.why === 'budget', JSON.stringify(end));
    await bench.assertNoneLeft();
  });

  test('a request before it has begun keeps it from starting', async () => {
    const request = bench.request(behaviours.hang);
    const handle = bench.agents.start(request, () => {});
    handle.stop('interrupted');
    const end = await handle.end;
    assert.ok(end.is === 'stopped' && end.why === 'interrupted', JSON.stringify(end));
    assert.equal(existsSync(join(request.folder, 'agent')), false);
  });
}

function outlivesUs(bench: AgentBench, behaviours: AgentBehaviours): void {
  const go = (): void => bench.repository.write({ go: '' });
  const noGo = (): void => bench.repository.write({ go: null });

  test('is adopted after its supervisor was killed, and runs only once', async () => {
    const request = bench.request(behaviours.waitForGo);
    const argument = JSON.stringify({ request, hostEnv: bench.hostEnv });
    const supervisor = spawn(process.execPath, [CHILD, argument], { stdio: ['ignore', 'ignore', 'inherit'] });
    assert.ok(await hasPrinted(request, 'begun'));
    supervisor.kill('SIGKILL');
    const handle = bench.agents.start(request, () => {});
    go();
    const end = await handle.end;
    noGo();
    assert.equal(end.is, 'done', JSON.stringify(end));
    assert.equal(outputOf(request).split('begun').length, 2);
    await bench.assertNoneLeft();
  });

  test('its end is told again, the same, to whoever asks later', async () => {
    const request = bench.request(behaviours.failure);
    const { end } = await bench.run(request);
    assert.deepEqual((await bench.run(request)).end, end);
  });

  test('runs on when it is let go, and is taken up again', async () => {
    const request = bench.request(behaviours.waitForGo);
    const first = bench.agents.start(request, () => {});
    let told = false;
    void first.end.then(() => {
      told = true;
    });
    assert.ok(await hasPrinted(request, 'begun'));
    first.detach();
    const second = bench.agents.start(request, () => {});
    go();
    assert.equal((await second.end).is, 'done');
    noGo();
    assert.equal(told, false);
  });

  test('was silent before it was adopted, and that counts', async () => {
    const limits = { idleMs: HOUR_MS, hardMs: HOUR_MS };
    const request = bench.request(behaviours.hang, { limits });
    const first = bench.agents.start(request, () => {});
    assert.ok(await hasPrinted(request, 'begun'));
    first.detach();
    const longAgo = new Date(Date.now() - 2 * HOUR_MS);
    for (const name of ['prompt.txt', 'agent/stdout.log', 'agent/stderr.log']) {
      utimesSync(join(request.folder, name), longAgo, longAgo);
    }
    const { end } = await bench.run(request);
    assert.ok(end.is === 'failed' && end.failure.reason === 'idle-timeout', JSON.stringify(end));
  });
}

function says(bench: AgentBench, { question, quota, progress }: AgentBehaviours): void {
  if (question !== undefined) {
    test('asks, and is ended until there is an answer', async () => {
      const { end } = await bench.run(bench.request(question));
      assert.ok(end.is === 'asking' && end.question === 'Which database?', JSON.stringify(end));
    });
  }
  if (quota !== undefined) {
    test('waits for its quota until the time that it was told', async () => {
      const before = Date.now();
      const { end } = await bench.run(bench.request(quota));
      assert.ok(end.is === 'quota', JSON.stringify(end));
      assert.ok(end.until >= before + HOUR_MS && end.until <= Date.now() + HOUR_MS);
    });
  }
  if (progress !== undefined) {
    test('reports how far it is', async () => {
      const { end, reports } = await bench.run(bench.request(progress));
      assert.equal(end.is, 'done', JSON.stringify(end));
      assert.deepEqual(reports.at(-1), { percent: 40, step: 'testing' });
    });
  }
}

function outputOf(request: AgentRequest): string {
  try {
    return readFileSync(join(request.folder, 'agent', 'stdout.log'), 'utf8');
  } catch {
    return '';
  }
}

function hasPrinted(request: AgentRequest, text: string): Promise<boolean> {
  return eventually(() => outputOf(request).includes(text));
}
