// Everything a change must pass, one line a step; a failing step's output is printed whole.
// `npm run check -- --no-tests` leaves out the tests; `npm run check -- types lint` runs the named steps only.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import { NOT_RUN } from './lib/not-run.ts';

interface Step {
  readonly name: string;
  readonly what: string;
  readonly commands: readonly (readonly string[])[];
  /** Output is shown while it runs, not only after a failure. */
  readonly live?: boolean;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = join(root, 'node_modules/.bin');
const folders = ['src', 'test', 'bench', 'scripts'].filter((folder) => existsSync(join(root, folder)));

const STEPS: readonly Step[] = [
  {
    name: 'format',
    what: 'mend with `npm run format`',
    commands: [['biome', 'check', '--linter-enabled=false']],
  },
  { name: 'types', what: 'TypeScript', commands: [['tsc']] },
  { name: 'lint', what: 'rules in biome.json', commands: [['biome', 'lint', '--error-on-warnings']] },
  {
    name: 'imports',
    what: 'who may import whom: .dependency-cruiser.cjs',
    commands: [['depcruise', ...folders]],
  },
  {
    name: 'unused',
    what: 'unused files, exports and dependencies',
    commands: [['knip', '--no-progress', '--no-config-hints']],
  },
  {
    name: 'duplication',
    what: 'repeated code',
    commands: [['jscpd'], ['jscpd', '-c', '.jscpd.tests.json']],
  },
  {
    name: 'packages',
    what: 'pinned, hashed, of allowed licences and install scripts',
    commands: [['node', 'scripts/check-packages.ts']],
  },
  {
    name: 'audit',
    what: 'does the registry know of a grave flaw?',
    commands: [['node', 'scripts/audit.ts']],
  },
  { name: 'tests', what: 'all tests', commands: [['node', 'scripts/test.ts']], live: true },
];

type State = 'passed' | 'failed' | 'not run';

interface Outcome {
  readonly step: Step;
  readonly state: State;
  readonly seconds: number;
}

async function runStep(step: Step): Promise<Outcome> {
  const start = performance.now();
  const states: State[] = [];
  let output = '';
  for (const command of step.commands) {
    const result = await runCommand(command, step.live === true);
    output += result.output;
    states.push(result.state);
  }
  const state = (['failed', 'not run'] as const).find((each) => states.includes(each)) ?? 'passed';
  const outcome: Outcome = { step, state, seconds: (performance.now() - start) / 1000 };
  console.log(line(outcome));
  if (state !== 'passed' && output !== '') console.log(`${output.trimEnd()}\n`);
  return outcome;
}

function runCommand(
  command: readonly string[],
  live: boolean,
): Promise<{ readonly state: State; readonly output: string }> {
  const [name = '', ...args] = command;
  const { promise, resolve } = Promise.withResolvers<{ state: State; output: string }>();
  const child = spawn(name === 'node' ? process.execPath : join(bin, name), args, {
    cwd: root,
    // The tools are scripts that look for `node` on the PATH: give them the one that runs this.
    env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
  });
  let output = '';
  child.stdout?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.stderr?.on('data', (data: Buffer) => {
    output += data.toString();
  });
  child.on('error', (error) => resolve({ state: 'failed', output: `${output}${error.message}\n` }));
  child.on('close', (code) => resolve({ state: stateOf(code), output }));
  return promise;
}

function stateOf(code: number | null): State {
  if (code === NOT_RUN) return 'not run';
  return code === 0 ? 'passed' : 'failed';
}

const MARKS: Readonly<Record<State, string>> = {
  passed: styleText('green', '✔'),
  failed: styleText('red', '✖'),
  'not run': styleText('yellow', '﹣'),
};

function line({ step, state, seconds }: Outcome): string {
  const what = state === 'not run' ? `not run: ${step.what}` : step.what;
  return `${MARKS[state]} ${step.name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${styleText('gray', what)}`;
}

async function main(given: readonly string[]): Promise<number> {
  const named = given.filter((argument) => !argument.startsWith('-'));
  const wrong = [
    ...named.filter((name) => !STEPS.some((step) => step.name === name)),
    ...given.filter((argument) => argument.startsWith('-') && argument !== '--no-tests'),
  ];
  if (wrong.length > 0) {
    console.error(
      `check: does not know ${wrong.join(', ')}. Steps: ${STEPS.map((step) => step.name).join(', ')}; --no-tests`,
    );
    return 2;
  }
  const noTests = given.includes('--no-tests');
  const steps = STEPS.filter((step) => named.length === 0 || named.includes(step.name)).filter(
    (step) => !(noTests && step.name === 'tests'),
  );
  const outcomes: Outcome[] = [];
  for (const step of steps) outcomes.push(await runStep(step));
  const those = (state: State): string[] =>
    outcomes.filter((outcome) => outcome.state === state).map(({ step }) => step.name);
  const failed = those('failed');
  const notRun = those('not run');
  const left = notRun.length === 0 ? '' : `; not run: ${notRun.join(', ')}`;
  if (failed.length > 0) {
    const sum = `check: ${failed.length} of ${steps.length} steps failed: ${failed.join(', ')}${left}`;
    console.log(styleText('red', sum));
    return 1;
  }
  const passed = notRun.length === 0 ? 'all' : `${steps.length - notRun.length} of`;
  console.log(`check: ${passed} ${steps.length} steps passed${left}`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
