import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { verdictOf } from '../core/proof.ts';
import { ProverBench } from '../testing/prover-bench.ts';
import { WITHOUT_BUBBLEWRAP } from '../testing/sandboxes.ts';

const MAKEFILE = 'lint:\n\tsh lint.sh\ntest:\n\tsh test.sh\n';
const FILES = {
  Makefile: MAKEFILE,
  'lint.sh': 'exit 0\n',
  'test.sh': 'exit 0\n',
  'src/a.txt': 'a\n',
};

describe('a project with a Makefile', () => {
  let bench: ProverBench;
  before(async () => {
    bench = await ProverBench.open(FILES, { DEPLOY_TOKEN: 'correct-horse-battery' });
  });
  after(() => bench.close());

  test('is proven by its own checks, and its slot is given back', async () => {
    const request = bench.request(bench.commit({ 'src/a.txt': 'b\n' }));
    const proof = await bench.proof(request);
    assert.deepEqual(
      proof.checks.map(({ name, status, critical, command }) => [name, status, critical, command]),
      [
        ['lint', 'passed', false, 'make lint'],
        ['tests', 'passed', true, 'make test'],
        ['boundaries', 'passed', true, undefined],
        ['secrets', 'passed', true, undefined],
      ],
    );
    assert.equal(verdictOf(proof), 'complete-validated');
    assert.deepEqual(await bench.opened.pool.held(), []);
  });

  test('fails with a red test that was green, and shows what it printed', async () => {
    const { tests } = await bench.prove({ 'test.sh': 'echo "not ok 1 - adds"; exit 3\n' });
    assert.partialDeepStrictEqual(tests, {
      status: 'failed',
      exitCode: 2,
      onBase: 'passed',
      findings: [{ message: 'adds' }],
    });
    assert.match(tests?.output ?? '', /not ok 1 - adds/);
    assert.match(tests?.detail ?? '', /exit 2: adds/);
  });

  test('asks the base only where something is red, and once for all', async () => {
    const log = join(bench.fixture.root, 'base-runs');
    const script = (exit: number): string =>
      `[ "$(cat src/a.txt)" = a ] && echo base >>'${log}'\nexit ${exit}\n`;
    const base = bench.fixture.commit({ 'test.sh': script(1) }, 'Red');
    const requests = [1, 2, 3].map((number) => {
      bench.fixture.git(['reset', '--quiet', '--hard', base]);
      const tip = bench.fixture.commit({ 'src/a.txt': `b${number}\n` });
      return bench.request(tip, { base, task: { ...bench.request(tip).task, id: `task-${number}` } });
    });
    const proofs = await Promise.all(requests.map((request) => bench.proof(request)));
    for (const { checks } of proofs)
      assert.partialDeepStrictEqual(
        checks.find(({ name }) => name === 'tests'),
        { status: 'failed', onBase: 'failed' },
      );
    assert.equal(verdictOf(proofs[0] ?? { checks: [] }), 'complete-with-warnings');
    assert.equal(readFileSync(log, 'utf8'), 'base\n');
  });

  test('whose test fails at first is flaky', async () => {
    const count = join(bench.fixture.root, 'flaky');
    const files = {
      'test.sh': `[ -e '${count}' ] || { touch '${count}'; echo "--- FAIL: TestOnce"; exit 1; }\n`,
    };
    const { tests } = await bench.prove(files, { reruns: 1 });
    assert.partialDeepStrictEqual(tests, { status: 'warning', findings: [{ message: 'TestOnce' }] });
    assert.match(tests?.detail ?? '', /^flaky/);
  });

  test('is held against the commands of the base as well', async () => {
    const {
      tests,
      'tests-as-on-base': again,
      'check-changes': changes,
    } = await bench.prove({
      Makefile: 'lint:\n\ttrue\ntest:\n\ttrue\n',
      'test.sh': 'exit 1\n',
    });
    assert.equal(tests?.status, 'passed');
    assert.partialDeepStrictEqual(again, { status: 'failed', critical: true, onBase: 'passed' });
    assert.match(again?.detail ?? '', /by the command of the base/);
    assert.partialDeepStrictEqual(changes, { status: 'warning', findings: [{ path: 'Makefile' }] });
  });

  test('cannot lose a check', async () => {
    const removed = await bench.prove({ Makefile: null, 'test.sh': 'exit 1\n' });
    assert.equal(removed['tests'], undefined);
    assert.equal(removed['tests-as-on-base']?.status, 'failed');
    const kept = await bench.prove({ Makefile: null });
    assert.equal(kept['tests-as-on-base']?.status, 'passed');
    // A file that `make` takes before the one of the base.
    const hidden = await bench.prove({ GNUmakefile: 'test:\n\ttrue\n', 'test.sh': 'exit 1\n' });
    assert.equal(hidden['tests']?.status, 'passed');
    assert.equal(hidden['tests-as-on-base']?.status, 'failed');
  });

  test('says which tests were deleted, switched off or emptied', async () => {
    const base = bench.fixture.commit({
      'tests/a.test.js': 'test("a", () => {\n  assert.equal(1, 1);\n  assert.equal(2, 2);\n});\n',
      'tests/b.test.js': 'test("b", () => assert.ok(true));\n',
      'tests/c.test.js': 'test("c", () => assert.ok(true));\n',
    });
    const tip = bench.fixture.commit({
      'tests/a.test.js': 'test.skip("a", () => {\n  assert.equal(1, 1);\n});\n',
      'tests/b.test.js': null,
      'tests/c.test.js': null,
      'tests/more/c.test.js': 'test("c", () => assert.ok(true));\n',
    });
    const { checks } = await bench.proof(bench.request(tip, { base }));
    const { findings } = checks.find(({ name }) => name === 'check-changes') ?? {};
    assert.deepEqual(findings, [
      { path: 'tests/a.test.js', line: 1, message: 'a test is switched off here' },
      { path: 'tests/a.test.js', message: 'the tests in this file have one line that asserts less' },
      { path: 'tests/b.test.js', message: 'this file of tests was deleted' },
    ]);
  });

  test('fails with a secret in what was added, and never shows it', async () => {
    const token = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
    const request = bench.request(
      bench.commit({ 'src/b.txt': `first\nkey = "${token}"\n`, 'src/c.txt': 'x correct-horse-battery x\n' }),
    );
    const proof = await bench.proof(request);
    assert.partialDeepStrictEqual(
      proof.checks.find(({ name }) => name === 'secrets'),
      {
        status: 'failed',
        critical: true,
        findings: [
          { path: 'src/b.txt', line: 2 },
          { path: 'src/c.txt', line: 1 },
        ],
      },
    );
    assert.doesNotMatch(JSON.stringify(proof), /wWPw5k4|correct-horse/);
  });

  test('does as the settings say', async () => {
    const results = await bench.prove(
      { 'src/a.txt': 'b\nc\n' },
      {
        diffLines: 2,
        commands: {
          lint: { run: '', critical: false },
          tests: { run: 'exit 4', critical: false },
          secrets: { run: '', critical: true },
          extra: { run: 'echo "src/a.txt:2:1: bad"; exit 1', critical: true },
        },
      },
    );
    assert.deepEqual(Object.keys(results), ['tests', 'extra', 'boundaries', 'diff-size']);
    // It is red on the base too, for it says nothing of the work.
    assert.partialDeepStrictEqual(results['tests'], { critical: false, status: 'failed', onBase: 'failed' });
    assert.partialDeepStrictEqual(results['extra'], {
      findings: [{ path: 'src/a.txt', line: 2, message: 'bad' }],
    });
    assert.partialDeepStrictEqual(results['diff-size'], { status: 'failed', critical: false });
  });

  test('whose program is missing on the base too has a check that was not run', async () => {
    const { tests } = await bench.prove(
      {},
      { commands: { tests: { run: 'no-such-program-here', critical: true } } },
    );
    assert.partialDeepStrictEqual(tests, { status: 'not run', onBase: 'not run', exitCode: 127 });
  });

  test('is compared with the base by the share of lines covered', async () => {
    const report = (hit: number): string =>
      `mkdir -p coverage; printf 'LF:10\\nLH:${hit}\\n' >coverage/lcov.info\n`;
    const base = bench.fixture.commit({ 'test.sh': report(8), '.gitignore': 'coverage/\n' });
    const tip = bench.fixture.commit({ 'test.sh': report(7) });
    const coverageOf = async (tipCommit: string, coverage?: number): Promise<string> => {
      const checks = coverage === undefined ? {} : { coverage };
      const proof = await bench.proof(bench.request(tipCommit, { base, checks }));
      const found = proof.checks.find(({ name }) => name === 'coverage');
      return `${found?.status}, ${found?.onBase}: ${found?.detail}`;
    };
    assert.equal(
      await coverageOf(tip),
      'failed, passed: 70.0 % of lines (coverage/lcov.info), and 80.0 % on the base',
    );
    bench.fixture.git(['reset', '--quiet', '--hard', base]);
    const better = bench.fixture.commit({ 'test.sh': report(9) });
    assert.match(await coverageOf(better), /^passed, undefined: 90.0 %/);
    assert.match(await coverageOf(better, 95), /^failed, failed: 90.0 % of lines .* less than 95 %/);
  });

  test('has the tests of the base beside those of the work', async () => {
    const tests = (count: number): string =>
      `mkdir -p coverage; printf 'LF:10\\nLH:9\\n' >coverage/lcov.info\necho '# pass ${count}'\n`;
    const base = bench.fixture.commit({ 'test.sh': tests(8), '.gitignore': 'coverage/\n' });
    const tip = bench.fixture.commit({ 'test.sh': tests(11) });
    const proof = await bench.proof(bench.request(tip, { base }));
    const found = proof.checks.find(({ name }) => name === 'tests');
    assert.deepEqual([found?.tests, found?.testsOnBase], [11, 8]);
  });

  test('is not asked where checks are off, and criteria are never taken for proven', async () => {
    const request = bench.request(bench.base, { checks: { enabled: false } });
    const proof = await bench.proof({ ...request, task: { ...request.task, criteria: ['It works'] } });
    assert.deepEqual(proof.checks, []);
    assert.equal(proof.criteria[0]?.proof.is, 'unproven');
    assert.equal(existsSync(join(bench.checks, request.key)), false);
  });
});

describe('behind walls', { skip: WITHOUT_BUBBLEWRAP }, () => {
  test('a check reaches neither the checkout nor the proof of another', async () => {
    const bench = await ProverBench.open(FILES, {}, { confined: true });
    try {
      const { path } = bench.fixture;
      const run = `echo x >'${path}/left'; echo x >'${bench.checks}/left'; ls '${bench.checks}'; cat src/a.txt`;
      const request = bench.request(bench.base, { checks: { commands: { tests: { run, critical: true } } } });
      const { checks } = await bench.proof({
        ...request,
        isolation: { ...request.isolation, sandbox: 'required' },
      });
      const tests = checks.find(({ name }) => name === 'tests');
      assert.equal(tests?.status, 'passed');
      assert.match(tests.output, /\na$/);
      assert.doesNotMatch(tests.output, /tip|proof/);
      for (const folder of [path, bench.checks]) assert.equal(existsSync(join(folder, 'left')), false);
    } finally {
      await bench.close();
    }
  });
});
