import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';

import type { CombinedProof } from '../core/integrated.ts';
import type { CombinedRequest, Look } from '../ports/combined-prover.ts';
import { NOT_CONFINED } from '../testing/plans.ts';
import { CHECK_SETTINGS, ProverBench } from '../testing/prover-bench.ts';

const benches: ProverBench[] = [];
after(async () => {
  for (const bench of benches) await bench.close();
});

const PACKAGE = JSON.stringify({ name: 'sample', private: true, scripts: { test: 'node check.js' } });
/** Red where `bad.txt` names a test. */
const CHECK =
  "const { existsSync, readFileSync } = require('node:fs');\n" +
  "if (existsSync('bad.txt')) { console.log('not ok 1 - ' + readFileSync('bad.txt', 'utf8')); process.exit(1); }\n";

async function open(files = {}): Promise<ProverBench> {
  const bench = await ProverBench.open({ 'package.json': PACKAGE, 'check.js': CHECK, ...files });
  benches.push(bench);
  return bench;
}

function request(bench: ProverBench, tip: string, change: Partial<CombinedRequest> = {}): CombinedRequest {
  return {
    run: 'run-1',
    base: bench.base,
    tip,
    works: [],
    scopes: [],
    isWhole: true,
    planFolder: null,
    contracts: [],
    settings: CHECK_SETTINGS,
    isolation: NOT_CONFINED,
    ...change,
  };
}

async function prove(
  bench: ProverBench,
  asked: CombinedRequest,
): Promise<{ readonly proof: CombinedProof; readonly steps: readonly string[] }> {
  const steps: string[] = [];
  const proof = await bench.combined.prove(asked, (step) => steps.push(step), new AbortController().signal);
  assert.ok(proof !== null);
  return { proof, steps };
}

async function look(bench: ProverBench, commit: string): Promise<Look | null> {
  const asked = { run: 'run-1', commit, name: 'tests', command: 'npm run test' };
  const settings = { settings: CHECK_SETTINGS, isolation: NOT_CONFINED };
  return bench.combined.look({ ...asked, ...settings }, new AbortController().signal);
}

describe('the proof of combined work', () => {
  it('is known when it is asked for again, unless something of it did not pass', async () => {
    const bench = await open();
    const green = request(bench, bench.commit({ 'one.txt': 'one\n' }));
    assert.ok((await prove(bench, green)).steps.includes('tests'));
    const again = await prove(bench, green);
    assert.ok(!again.steps.includes('tests'));
    assert.equal(again.proof.checks.find(({ name }) => name === 'tests')?.status, 'passed');
    const red = request(bench, bench.commit({ 'bad.txt': 'adds' }));
    for (let time = 0; time < 2; time += 1) {
      const { proof, steps } = await prove(bench, red);
      assert.ok(steps.includes('tests'));
      const tests = proof.checks.find(({ name }) => name === 'tests');
      assert.deepEqual([tests?.status, tests?.onBase], ['failed', 'passed']);
    }
  });

  it('looks at the boundaries of each task by its own commits', async () => {
    const bench = await open();
    const one = bench.commit({ 'one.txt': 'one\n' });
    const two = bench.commit({ 'two.txt': 'two\n', 'README.md': 'changed\n' });
    const work = (id: string, tip: string): CombinedRequest['works'][number] => ({
      task: {
        id,
        scope: { create: [{ pattern: `${id}.txt` }], modify: [], boundary: [] },
        verifyOnly: false,
      },
      base: bench.base,
      tip,
    });
    const works = [work('one', one), work('two', two)];
    for (const boundaries of ['fail', 'warn'] as const) {
      const settings = { ...CHECK_SETTINGS, boundaries };
      const { proof } = await prove(bench, request(bench, two, { works, settings }));
      assert.deepEqual(
        proof.boundaries.map(({ task, result }) => [task, result.status, result.critical]),
        [
          ['one', 'passed', boundaries === 'fail'],
          ['two', 'failed', boundaries === 'fail'],
        ],
      );
    }
  });

  it('tells what one check says of a commit between', async () => {
    const bench = await open();
    assert.deepEqual(await look(bench, bench.commit({ 'one.txt': 'one\n' })), { is: 'passed' });
    assert.deepEqual(await look(bench, bench.commit({ 'bad.txt': 'adds' })), {
      is: 'failed',
      names: ['adds'],
    });
    assert.deepEqual(await look(bench, bench.commit({ 'package.json': '{"scripts": {}}' })), {
      is: 'absent',
    });
    const missing = JSON.stringify({ scripts: { test: 'no-such-program' } });
    assert.equal((await look(bench, bench.commit({ 'package.json': missing })))?.is, 'not run');
  });

  it('ends when it is asked to', async () => {
    const bench = await open();
    const asked = request(bench, bench.commit({ 'one.txt': 'one\n' }));
    assert.equal(await bench.combined.prove(asked, () => undefined, AbortSignal.abort()), null);
    assert.ok((await prove(bench, asked)).steps.includes('tests'));
  });
});
