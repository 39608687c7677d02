// Runs the tests: `node scripts/test.ts [node's test flags] [files, folders or globs]`; without a file, all of them.
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installPrograms } from './lib/test-programs.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const everything = ['src/**/*.test.ts', 'test/**/*.test.ts'];

/** A folder stands for the test files in it; files and globs stand for themselves. */
function expand(argument: string): string[] {
  if (!existsSync(argument) || !statSync(argument).isDirectory()) return [argument];
  return globSync(join(argument, '**/*.test.ts'));
}

const given = process.argv.slice(2);
/** Of programs that take another gigabyte. */
const MORE_AGENTS = '--more-agents';
const flags = given.filter((argument) => argument.startsWith('-') && argument !== MORE_AGENTS);
const named = given.filter((argument) => !argument.startsWith('-')).flatMap(expand);

spawnSync(join(root, 'scripts/setup-test-env.sh'), { stdio: 'inherit' });
const agents = [
  ...(wants('test/agents') ? ['programs'] : []),
  ...(given.includes(MORE_AGENTS) ? ['more-programs'] : []),
]
  .map((folder) => join(root, 'test/agents', folder))
  .flatMap((definition) => installPrograms({ definition, cache: 'test-agents', what: 'real agents' }) ?? []);
const packageManagers = wants('test/package-managers')
  ? installPrograms({
      definition: join(root, 'test/package-managers'),
      cache: 'test-package-managers',
      what: 'real package managers',
    })
  : null;

/** They need hundreds of megabytes. */
function wants(place: string): boolean {
  return named.length === 0 || named.some((path) => path.includes(place));
}

// Of one file, each test is named; of many, each file.
const concise = named.length !== 1;

// Node keeps one core for its own runner. With two cores that would leave one file at a time, though
// many tests wait for git and for child processes.
const concurrency = Math.max(2, availableParallelism() - 1);
const run = spawnSync(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-reporter=${concise ? join(root, 'scripts/test-reporter.ts') : 'spec'}`,
    // A test that hangs must not hang the whole run, and neither must a file that does not end.
    '--test-timeout=300000',
    `--import=${join(root, 'scripts/test-end.ts')}`,
    ...flags,
    ...(named.length > 0 ? named : everything),
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(agents.length === 0 ? {} : { COX_TEST_AGENTS: agents.join(delimiter) }),
      ...(packageManagers === null ? {} : { COX_TEST_PACKAGE_MANAGERS: packageManagers }),
    },
  },
);
process.exitCode = run.status ?? 1;
