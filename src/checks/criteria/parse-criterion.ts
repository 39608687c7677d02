/**
 * What a criterion names that can be run: a command of the project's own checks, or a test runner on a path. A
 * criterion is prose of a plan, so nothing of it reaches a shell but words of plain characters, in forms listed here.
 */

/** What can be run for a criterion. */
export type NamedRun =
  | { readonly is: 'check'; readonly command: string }
  /** A runner of tests on files or folders of the repository. */
  | { readonly is: 'tests'; readonly command: string; readonly paths: readonly string[] }
  /** It looks like a command, and is none of these forms. */
  | { readonly is: 'refused'; readonly written: string };

/** What the project has, by the detection of its checks. */
export interface KnownCommands {
  readonly commands: readonly string[];
  /** Text of package.json, to know the runner of a test file that is named alone; null without one. */
  readonly packageJson: string | null;
}

/** No white space, quote, glob, variable or operator of any shell; `::` is pytest's. */
const PLAIN_WORD = /^[A-Za-z0-9_./:@=,+-]+$/;
const TEST_FILE =
  /^(?:[\w.@+-]+\/)*(?:[\w.@+-]+[.](?:test|spec)[.][cm]?[jt]sx?|test_[\w.-]+[.]py|[\w.-]+_test[.](?:py|go))$/;

/** Every one that the text names in backticks, and test files that it names without. */
export function namedRuns(criterion: string, known: KnownCommands): readonly NamedRun[] {
  const spans = [...criterion.matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span.trim());
  const prose = criterion.replace(/`[^`\n]*`/g, ' ').split(/[\s,;()"']+/);
  const files = prose.map((word) => word.replace(/[.:]+$/, '')).filter((word) => TEST_FILE.test(word));
  const found = [...spans, ...files].map((written) => runOf(written, known)).filter((run) => run !== null);
  return found.filter((run, index) => found.findIndex((each) => keyOf(each) === keyOf(run)) === index);
}

function keyOf(run: NamedRun): string {
  return run.is === 'refused' ? run.written : run.command;
}

/** Null for what is no command: a name, a value, a piece of code. */
function runOf(written: string, known: KnownCommands): NamedRun | null {
  const words = written.split(/\s+/).filter(Boolean);
  const own = known.commands.find((command) => plainForm(command) === plainForm(written));
  if (own !== undefined) return { is: 'check', command: own };
  const [first = ''] = words;
  if (words.length === 1 && isInside(first) && TEST_FILE.test(first)) return fileRun(first, known);
  const tests = testRun(words);
  if (tests !== null) return tests;
  return PROGRAMS.has(first) ? { is: 'refused', written } : null;
}

/** Whoever begins with one of these means a command. */
const PROGRAMS: ReadonlySet<string> = new Set([
  ...['npm', 'npx', 'pnpm', 'yarn', 'bun', 'bunx', 'node', 'vitest', 'jest', 'mocha', 'tsc', 'eslint'],
  ...['python', 'python3', 'pytest', 'mypy', 'ruff', 'uv', 'poetry', 'tox'],
  ...['go', 'cargo', 'make', 'sh', 'bash', 'curl', 'docker', 'git', 'rm'],
]);

interface Runner {
  /** The words before the paths. */
  readonly words: readonly string[];
  /** As it is run. */
  readonly command: string;
  /** Options without a value that may come between. */
  readonly options: readonly string[];
}

const PYTEST_OPTIONS = ['-q', '-v', '-vv', '-x', '-s', '--quiet', '--verbose'];
const NO_OPTIONS: readonly string[] = [];

/** Packages are never fetched for it: what is not installed cannot be run. */
const RUNNERS: readonly Runner[] = [
  { words: ['pytest'], command: 'python3 -m pytest', options: PYTEST_OPTIONS },
  { words: ['python', '-m', 'pytest'], command: 'python3 -m pytest', options: PYTEST_OPTIONS },
  { words: ['python3', '-m', 'pytest'], command: 'python3 -m pytest', options: PYTEST_OPTIONS },
  { words: ['uv', 'run', 'pytest'], command: 'uv run pytest', options: PYTEST_OPTIONS },
  { words: ['poetry', 'run', 'pytest'], command: 'poetry run pytest', options: PYTEST_OPTIONS },
  { words: ['node', '--test'], command: 'node --test', options: NO_OPTIONS },
  ...['vitest', 'jest', 'mocha'].flatMap((name) => scriptRunners(name)),
  { words: ['npm', 'test', '--'], command: 'npm test --', options: NO_OPTIONS },
  { words: ['npm', 'run', 'test', '--'], command: 'npm test --', options: NO_OPTIONS },
  { words: ['pnpm', 'test'], command: 'pnpm test', options: NO_OPTIONS },
  { words: ['yarn', 'test'], command: 'yarn test', options: NO_OPTIONS },
  { words: ['bun', 'test'], command: 'bun test', options: NO_OPTIONS },
  { words: ['go', 'test'], command: 'go test', options: ['-v'] },
];

function scriptRunners(name: string): Runner[] {
  const verb = name === 'vitest' ? ' run' : '';
  const command = `npx --no-install ${name}${verb}`;
  const options = ['run', '--run'];
  return [
    { words: ['npx', name], command, options },
    { words: ['pnpm', 'exec', name], command: `pnpm exec ${name}${verb}`, options },
    { words: ['yarn', name], command: `yarn ${name}${verb}`, options },
    { words: [name], command, options },
  ];
}

function testRun(words: readonly string[]): NamedRun | null {
  for (const runner of RUNNERS) {
    if (!runner.words.every((word, index) => words[index] === word)) continue;
    const given = words.slice(runner.words.length).filter((word) => !runner.options.includes(word));
    if (given.length === 0 || !given.every(isInside)) continue;
    const paths = given.map((word) =>
      word
        .replace(/::.*$/, '')
        .replace(/^\.\//, '')
        .replace(/\/(?:\.\.\.)?$/, ''),
    );
    return { is: 'tests', command: `${runner.command} ${given.join(' ')}`, paths };
  }
  return null;
}

/** Plain, relative, and no option: what begins with a hyphen or is an assignment could be more than a path. */
function isInside(word: string): boolean {
  const names = word.replace(/::.*$/, '').split('/');
  // `./...` is Go's word for all below.
  const isWithin = !names.includes('..') && !word.startsWith('/') && !word.startsWith('-');
  return PLAIN_WORD.test(word) && isWithin && !word.includes('=');
}

/** By the kind of the file; JavaScript by what the project installs. */
function fileRun(path: string, { packageJson }: KnownCommands): NamedRun {
  const run = (command: string): NamedRun => ({ is: 'tests', command: `${command} ${path}`, paths: [path] });
  if (path.endsWith('.py')) return run('python3 -m pytest');
  if (path.endsWith('.go')) {
    const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
    return { is: 'tests', command: `go test ./${folder}`, paths: [path] };
  }
  const named = ['vitest', 'jest', 'mocha'].find((name) => packageJson?.includes(`"${name}"`) === true);
  if (named === undefined) return run('node --test');
  return run(`npx --no-install ${named}${named === 'vitest' ? ' run' : ''}`);
}

/** It is that command, or that command with more words behind it. */
export function runsWith(command: string, check: string): boolean {
  return `${plainForm(command)} `.startsWith(`${plainForm(check)} `);
}

/** Ways to write one command. */
function plainForm(command: string): string {
  return command
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^(npm|pnpm|yarn|bun) run /, '$1 ')
    .replace(/^npm t$/, 'npm test')
    .replace(/^(?:python3? -m )?pytest\b/, 'pytest')
    .replace(/^python3? -m /, '')
    .replace(/^python /, 'python3 ');
}
