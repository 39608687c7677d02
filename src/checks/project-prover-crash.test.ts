import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { safeName } from '../core/names.ts';
import { OutsideFailure } from '../ports/outside-failure.ts';
import type { ProofRequest } from '../ports/prover.ts';
import { eventually } from '../testing/agent-bench.ts';
import { mountTmpfs } from '../testing/mount.ts';
import { ProverBench, proverFor } from '../testing/prover-bench.ts';

const CHILD = fileURLToPath(new URL('../testing/prover-child.ts', import.meta.url));

describe('a proof', () => {
  let bench: ProverBench;
  before(async () => {
    bench = await ProverBench.open({ 'a.txt': 'a\n' });
  });
  after(() => bench.close());

  /** Two commands side by side, behind a build; each says when it began, and waits for its gate. */
  function waiting(name: string): {
    request: ProofRequest;
    file: (what: string) => string;
    begun: () => string[];
  } {
    const file = (what: string): string => join(bench.fixture.root, `${name}-${what}`);
    const command = (what: string): { run: string; critical: boolean } => ({
      run: `echo x >>'${file(what)}'; until [ -e '${file(`${what}.go`)}' ]; do sleep 0.1; done; echo made >${what}.made`,
      critical: true,
    });
    const commands = {
      build: { run: `echo x >>'${file('build')}'; echo made >build.made`, critical: true },
      one: { ...command('one'), run: `${command('one').run}; cat build.made` },
      two: command('two'),
    };
    const request = bench.request(bench.base, { checks: { commands } });
    const begun = (): string[] =>
      ['build', 'one', 'two'].map((what) => (existsSync(file(what)) ? readFileSync(file(what), 'utf8') : ''));
    return { request, file, begun };
  }

  async function killedIn({ request, begun }: ReturnType<typeof waiting>): Promise<void> {
    const child = spawn(process.execPath, [CHILD, JSON.stringify(request), bench.fixture.root], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...bench.fixture.env, PATH: process.env['PATH'] },
    });
    assert.ok(await eventually(() => begun().every((text) => text !== '')));
    child.kill('SIGKILL');
  }

  const open = ({ file }: ReturnType<typeof waiting>): void => {
    for (const what of ['one', 'two']) writeFileSync(file(`${what}.go`), '');
  };

  test('that was cut off is taken up: nothing runs twice', async () => {
    const proof = waiting('taken-up');
    await killedIn(proof);
    const taken = bench.proof(proof.request);
    open(proof);
    const { checks } = await taken;
    assert.deepEqual(
      checks.slice(0, 3).map(({ name, status, output }) => [name, status, output]),
      [
        ['build', 'passed', ''],
        ['one', 'passed', 'made'],
        ['two', 'passed', ''],
      ],
    );
    assert.deepEqual(proof.begun(), ['x\n', 'x\n', 'x\n']);
    assert.deepEqual(await bench.opened.pool.held(), []);
    const again = await bench.proof(proof.request);
    assert.deepEqual(again.checks, checks);
  });

  test('whose job was lost has its slot made anew, and all is run again', async () => {
    const proof = waiting('lost');
    await killedIn(proof);
    const folder = join(bench.checks, safeName(proof.request.key), 'tip');
    const jobs = readdirSync(folder).filter((name) => name.startsWith('one-'));
    const claim = readFileSync(join(folder, jobs[0] ?? '', 'job', 'claim'), 'utf8');
    process.kill(Number(claim.split('\n')[0]), 'SIGKILL');
    open(proof);
    const { checks } = await bench.proof(proof.request);
    // What the build made is gone with the slot's old state, and `one` needs it.
    assert.deepEqual(
      checks.slice(0, 3).map(({ name, status }) => [name, status]),
      [
        ['build', 'passed'],
        ['one', 'passed'],
        ['two', 'passed'],
      ],
    );
    assert.deepEqual(proof.begun(), ['x\nx\n', 'x\nx\n', 'x\nx\n']);
  });

  test('that is called off gives its slot back, and goes on when it is asked for again', async () => {
    const proof = waiting('off');
    const off = new AbortController();
    const steps: string[] = [];
    const ending = bench.prover.prove(proof.request, (step) => steps.push(step), off.signal);
    assert.ok(await eventually(() => proof.begun().every((text) => text !== '')));
    off.abort();
    assert.equal(await ending, null);
    assert.deepEqual(await bench.opened.pool.held(), []);
    assert.ok(steps.includes('one'), steps.join());
    open(proof);
    const { checks } = await bench.proof(proof.request);
    assert.equal(checks.find(({ name }) => name === 'one')?.status, 'passed');
    assert.deepEqual(proof.begun(), ['x\nx\n', 'x\nx\n', 'x\nx\n']);
  });

  test('that has no room on the disk is no verdict on the work', async (context) => {
    const folder = join(bench.fixture.root, 'full');
    const mounted = mountTmpfs(folder, 'size=64k');
    if (mounted === null) return context.skip('only root may mount a file system');
    try {
      writeFileSync(join(folder, 'filler'), Buffer.alloc(60_000));
      const prover = await proverFor(bench.fixture, bench.opened, { folder });
      const request = bench.request(bench.base, {
        checks: { commands: { tests: { run: 'echo fine', critical: true } } },
      });
      const never = new AbortController().signal;
      const failure = await prover.prove(request, () => undefined, never).catch((error: unknown) => error);
      assert.ok(failure instanceof OutsideFailure && failure.mayPass, String(failure));
      assert.deepEqual(await bench.opened.pool.held(), []);
      rmSync(join(folder, 'filler'));
      const proof = await prover.prove(request, () => undefined, never);
      assert.equal(proof?.checks[0]?.status, 'passed');
    } finally {
      mounted.unmount();
    }
  });
});
