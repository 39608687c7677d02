import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';

import type { CheckResult } from '../../core/proof.ts';
import { type CommitBench, openCommitBench } from '../../testing/commit-bench.ts';
import type { FileMap } from '../../testing/git-fixture.ts';
import { hostileText } from '../../testing/hostile-text.ts';
import { type CriteriaQuestion, criteriaProof, type RunEnd } from './criteria-proof.ts';
import { namedRuns } from './parse-criterion.ts';

const KNOWN = {
  commands: ['npm run lint', 'npm run test', 'python3 -m pytest', 'cargo test'],
  packageJson: null,
};

/** As the command that is run, or `! …` for one that is refused. */
function named(criterion: string, packageJson: string | null = null): readonly string[] {
  return namedRuns(criterion, { ...KNOWN, packageJson }).map((run) =>
    run.is === 'refused' ? `! ${run.written}` : run.command,
  );
}

describe('what a criterion names', () => {
  it('is a check of the project, in each form', () => {
    for (const text of ['`npm test` passes', '`npm run test`', '`npm  t`'])
      assert.deepEqual(named(text), ['npm run test']);
    for (const text of ['`pytest`', '`python -m pytest` is green'])
      assert.deepEqual(named(text), ['python3 -m pytest']);
    assert.deepEqual(named('`npm run lint` and `cargo test` pass'), ['npm run lint', 'cargo test']);
  });

  it('is a test runner on paths within the repository', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['`pytest tests/test_users.py -q`', 'python3 -m pytest tests/test_users.py'],
      [
        '`python -m pytest tests/test_a.py::TestA::test_b`',
        'python3 -m pytest tests/test_a.py::TestA::test_b',
      ],
      ['`node --test test/a.test.js test/b.test.js`', 'node --test test/a.test.js test/b.test.js'],
      ['`npx vitest run src/a.test.ts`', 'npx --no-install vitest run src/a.test.ts'],
      ['`npx jest src`', 'npx --no-install jest src'],
      ['`npm test -- test/a.test.js`', 'npm test -- test/a.test.js'],
      ['`go test ./pkg/...`', 'go test ./pkg/...'],
      ['`tests/test_users.py` passes', 'python3 -m pytest tests/test_users.py'],
      ['All of src/money.test.js pass.', 'node --test src/money.test.js'],
      ['pkg/a_test.go is green', 'go test ./pkg'],
    ];
    for (const [text, command] of cases) assert.deepEqual(named(text), [command], text);
    assert.deepEqual(named('src/a.test.ts passes', '{"devDependencies":{"vitest":"3"}}'), [
      'npx --no-install vitest run src/a.test.ts',
    ]);
  });

  it('is nothing else: no shell text, no path outside, no option, no other program', () => {
    for (const command of [
      'npm test && rm -rf /',
      'pytest tests/test_a.py; id',
      'pytest $(id)',
      'pytest ../other/test_a.py',
      'pytest /etc/test_a.py',
      'pytest -p evil tests',
      'pytest --rootdir=/ tests',
      'node --test --import=./evil.js a.test.js',
      'node -e 1',
      'npx evil',
      'npm test -- --config=x',
      'curl http://example.org',
      'rm -rf .',
      'make deploy',
    ])
      assert.deepEqual(named(`\`${command}\` works`), [`! ${command}`]);
    for (const text of ['`User.name` is a string', 'the page loads', '``', '`a b c`', '`src/a.ts` exists'])
      assert.deepEqual(named(text), []);
  });

  it('of any text holds nothing that a shell would take for more than words', () => {
    const words = fc.array(
      fc.constantFrom(
        'npm',
        'test',
        '--',
        'pytest',
        'node',
        '--test',
        'a.test.js',
        '`',
        '$(id)',
        ';',
        '&&',
        '..',
        '/x',
        '-c',
        '"',
        '\n',
        'tests/',
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText,
          words.map((all) => all.join(' ')),
        ),
        hostileText,
        (text, more) => {
          for (const run of [...namedRuns(text, KNOWN), ...namedRuns(`\`pytest ${more}\``, KNOWN)]) {
            if (run.is === 'tests') assert.match(run.command, /^[A-Za-z0-9_./:@=,+ -]+$/);
            if (run.is === 'check') assert.ok(KNOWN.commands.includes(run.command));
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});

const RED = "throw new Error('red');\n";
const GREEN = 'export {};\n';
const BASE: FileMap = {
  'package.json': '{"type":"module","scripts":{"test":"node --test test/*.test.js"}}\n',
  'test/old.test.js': GREEN,
};

describe('the criteria of a task', () => {
  let bench: CommitBench;
  const ran: string[] = [];
  before(async () => {
    bench = await openCommitBench();
  });
  after(() => bench.close());

  /** In a checkout of the commit, as a check would. */
  async function run(commit: string, command: string): Promise<RunEnd> {
    ran.push(command);
    const path = join(bench.fixture.root, 'check');
    rmSync(path, { recursive: true, force: true });
    bench.fixture.git(['worktree', 'prune']);
    bench.fixture.git(['worktree', 'add', '-q', '--detach', path, commit]);
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    const { status } = spawnSync('sh', ['-c', command], { cwd: path, env });
    return { passed: status === 0, exitCode: status };
  }

  async function prove(
    criterion: string,
    changes: FileMap,
    more: Partial<CriteriaQuestion> = {},
    base = BASE,
  ): Promise<string> {
    const commands = { base: ['npm run test'], tip: ['npm run test'], changed: [] };
    const question = { criteria: [criterion], checks: [], commands, ...bench.pair(base, changes), ...more };
    const [result] = (await criteriaProof(question, bench.reader, run)) ?? [];
    assert.equal(result?.text, criterion);
    switch (result.proof.is) {
      case 'proven':
        return `proven: ${result.proof.by}`;
      case 'unproven':
        return `unproven: ${result.proof.reason}`;
      case 'judged':
        return 'judged';
    }
  }

  it('are proven by a test that was not there, or was red, and passes', async () => {
    assert.equal(
      await prove('`node --test test/new.test.js` passes', { 'test/new.test.js': GREEN }),
      'proven: `node --test test/new.test.js` passes; test/new.test.js was not there on the base',
    );
    assert.equal(
      await prove(
        'test/old.test.js passes',
        { 'test/old.test.js': GREEN },
        {},
        { ...BASE, 'test/old.test.js': RED },
      ),
      'proven: `node --test test/old.test.js` passes; failed on the base',
    );
    assert.equal(
      await prove(
        '`npm test` passes',
        { 'test/old.test.js': GREEN },
        {},
        { ...BASE, 'test/old.test.js': RED },
      ),
      'proven: `npm run test` passes; failed on the base',
    );
  });

  it('are not proven by what is red, passed before, or is not there', async () => {
    assert.equal(
      await prove('test/new.test.js passes', { 'test/new.test.js': RED }),
      'unproven: `node --test test/new.test.js` fails with exit code 1',
    );
    assert.equal(
      await prove('`npm test` passes', { 'src/a.js': GREEN }),
      'unproven: `npm run test` passed on the base already, so it shows nothing of this work',
    );
    assert.equal(
      await prove('test/none.test.js passes', {}),
      'unproven: `test/none.test.js` is not in the repository',
    );
    assert.equal(
      await prove('It is fast', {}),
      'unproven: it names no test and no command that could be run',
    );
    assert.match(await prove('`npm test; id` passes', {}), /^unproven: `npm test; id` is not run: only/);
  });

  it('are not proven by a command of which the work has changed what it runs', async () => {
    const commands = { base: ['npm run test'], tip: ['npm run test'], changed: ['npm run test'] };
    for (const command of ['npm test', 'npm test -- test/old.test.js'])
      assert.match(
        await prove(`\`${command}\` passes`, {}, { commands }),
        /^unproven: .* shows nothing: this task has changed what it runs$/,
      );
    assert.match(
      await prove('`node --test test/a.test.js`', { 'test/a.test.js': GREEN }, { commands }),
      /^proven/,
    );
  });

  it('need all that they name', async () => {
    const changes = { 'test/a.test.js': GREEN, 'test/b.test.js': RED };
    assert.match(await prove('test/a.test.js and test/b.test.js pass', changes), /^unproven: .*b\.test\.js/);
    assert.match(
      await prove('test/a.test.js and test/c.test.js pass', { ...changes, 'test/c.test.js': GREEN }),
      /^proven: .*a\.test\.js.*; .*c\.test\.js/,
    );
  });

  it('take what has run for run, and run nothing twice', async () => {
    const check: CheckResult = {
      name: 'tests',
      status: 'passed',
      critical: true,
      detail: '',
      command: 'npm run test',
      exitCode: 0,
      durationMs: 1,
      output: '',
      findings: [],
    };
    ran.length = 0;
    assert.match(await prove('`npm test`', {}, { checks: [{ ...check, onBase: 'failed' }] }), /^proven/);
    assert.deepEqual(ran, []);
    const failed = { ...check, status: 'failed', exitCode: 3 } as const;
    assert.equal(
      await prove('`npm test`', {}, { checks: [failed] }),
      'unproven: `npm run test` fails with exit code 3',
    );
    assert.match(
      await prove('`npm test`', {}, { checks: [{ ...check, status: 'warning' }] }),
      /does not pass each time/,
    );
    assert.deepEqual(ran, []);
    const pair = bench.pair(BASE, { 'test/new.test.js': GREEN });
    const criteria = ['test/new.test.js', '`node --test test/new.test.js` passes'];
    const question = { criteria, checks: [], commands: { base: [], tip: [], changed: [] }, ...pair };
    const results = await criteriaProof(question, bench.reader, run);
    assert.deepEqual(
      results?.map(({ proof }) => proof.is),
      ['proven', 'proven'],
    );
    assert.equal(ran.length, 1);
  });

  it('run a bounded number of commands, and end when they are to end', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`test/n${n}.test.js`, GREEN]));
    const pair = bench.pair(BASE, files);
    const criteria = Object.keys(files).map((path) => `${path} passes`);
    const question = { criteria, checks: [], commands: { base: [], tip: [], changed: [] }, ...pair };
    let count = 0;
    const results = await criteriaProof(question, bench.reader, async () => {
      count += 1;
      return { passed: true, exitCode: 0 };
    });
    assert.equal(count, 10);
    assert.equal(results?.filter(({ proof }) => proof.is === 'unproven').length, 2);
    assert.equal(await criteriaProof(question, bench.reader, async () => null), null);
  });
});
