import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { ProverBench } from '../testing/prover-bench.ts';

function manifest(scripts: Readonly<Record<string, string>>, more: object = {}): string {
  return JSON.stringify({ name: 'sample', version: '1.0.0', type: 'module', scripts, ...more });
}

const SCRIPTS = { build: 'cp src/sum.js built.js', test: 'npm run unit', unit: 'node --test' };
const GOOD = 'export const sum = (a, b) => a + b;\n';
const BAD = 'export const sum = (a, b) => a - b;\n';

describe('a project of npm', () => {
  let bench: ProverBench;
  before(async () => {
    bench = await ProverBench.open({
      '.gitignore': 'built.js\n',
      'package.json': manifest(SCRIPTS),
      'src/sum.js': GOOD,
      // Of what the build makes.
      'tests/sum.test.js': [
        `import { test } from 'node:test';`,
        `import assert from 'node:assert/strict';`,
        `import { sum } from '../built.js';`,
        `test('adds', () => assert.equal(sum(1, 2), 3));`,
      ].join('\n'),
    });
  });
  after(() => bench.close());

  test('is built, then tested; red work is told from a red base by the names of its tests', async () => {
    const good = await bench.prove({ 'src/more.js': 'export const x = 1;\n' });
    assert.deepEqual(
      Object.values(good).map(({ name, status }) => [name, status]),
      [
        ['build', 'passed'],
        ['tests', 'passed'],
        ['boundaries', 'passed'],
        ['secrets', 'passed'],
      ],
    );
    const { tests } = await bench.prove({ 'src/sum.js': BAD });
    // The base's tests need its build as well.
    assert.partialDeepStrictEqual(tests, { status: 'failed', onBase: 'passed', command: 'npm run test' });
    assert.ok(
      tests?.findings.some(({ message }) => message === 'adds'),
      JSON.stringify(tests?.findings),
    );
  });

  test('cannot pass by a script of its own, wherever it stands', async () => {
    for (const files of [
      { 'package.json': manifest({ ...SCRIPTS, test: 'exit 0' }) },
      { 'package.json': manifest({ ...SCRIPTS, unit: 'exit 0' }) },
      { '.npmrc': 'script-shell=/bin/true\n' },
    ]) {
      const results = await bench.prove({ 'src/sum.js': BAD, ...files });
      assert.equal(results['tests']?.status, 'passed', JSON.stringify(files));
      assert.partialDeepStrictEqual(results['tests-as-on-base'], { status: 'failed', critical: true });
      assert.equal(results['check-changes']?.status, 'warning');
    }
  });

  test('may change its scripts and dependencies where the work stands by the old ones too', async () => {
    const results = await bench.prove({
      'package.json': manifest(
        { ...SCRIPTS, unit: 'node --test tests/*.test.js', start: 'node .' },
        { license: 'MIT' },
      ),
    });
    assert.equal(results['tests-as-on-base']?.status, 'passed');
    assert.equal(results['build-as-on-base'], undefined);
    const added = await bench.prove({ 'package.json': manifest({ ...SCRIPTS, lint: 'exit 1' }) });
    assert.partialDeepStrictEqual(added['lint'], { status: 'failed', critical: false });
    assert.equal(added['check-changes'], undefined);
  });

  test('has criteria proven by tests that it names, in the slot with what was built', async () => {
    const text = [
      `import { test } from 'node:test';`,
      `import { more } from '../built.js';`,
      `test('more', () => { if (more !== 1) throw new Error(); });`,
    ];
    const tip = bench.commit({
      'src/sum.js': `${GOOD}export const more = 1;\n`,
      'tests/more.test.js': text.join('\n'),
    });
    const request = bench.request(tip);
    const criteria = ['`node --test tests/more.test.js` passes', '`npm test` passes', 'It is nice'];
    const proof = await bench.proof({ ...request, task: { ...request.task, criteria } });
    assert.deepEqual(
      proof.criteria.map(({ proof: { is } }) => is),
      ['proven', 'unproven', 'unproven'],
    );
    assert.match(JSON.stringify(proof.criteria[1]), /passed on the base already/);
  });

  test('has no criterion proven by a script that the work has changed', async () => {
    const red = bench.fixture.commit({ 'package.json': manifest({ test: 'exit 1' }) }, 'Red');
    const tip = bench.fixture.commit({ 'package.json': manifest({ test: 'exit 0' }) });
    const request = bench.request(tip, { base: red });
    const proof = await bench.proof({
      ...request,
      task: { ...request.task, criteria: ['`npm test` passes'] },
    });
    assert.equal(proof.checks.find(({ name }) => name === 'tests')?.status, 'passed');
    assert.deepEqual(proof.criteria[0]?.proof, {
      is: 'unproven',
      reason: '`npm run test` shows nothing: this task has changed what it runs',
    });
  });

  test('whose old command is gone for good is warned of', async () => {
    const base = bench.fixture.commit({ 'package.json': manifest({ test: 'old-runner' }), tool: '' }, 'Old');
    bench.fixture.write({ tool: '' });
    const tip = bench.fixture.commit({ 'package.json': manifest({ test: 'exit 0' }) });
    const { checks } = await bench.proof(bench.request(tip, { base }));
    assert.partialDeepStrictEqual(
      checks.find(({ name }) => name === 'tests-as-on-base'),
      { status: 'not run', onBase: 'not run' },
    );
  });
});
