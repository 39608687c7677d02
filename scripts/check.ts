// Everything a change must pass, one line a step; a failing step's output is printed whole.
// `npm run check -- --no-tests` leaves out the tests; `npm run check -- types lint` runs the named steps only.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';

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
  { name: 'tests', what: 'all tests', commands: [['node', 'scripts/test.ts']], live: true },
];

interface Outcome {
  readonly step: Step;
  readonly ok: boolean;
  readonly seconds: number;
}

async function runStep(step: Step): Promise<Outcome> {
  const start = performance.now();
  let ok = true;
  let output = '';
  for (const command of step.commands) {
    const result = await runCommand(command, step.live === true);
    output += result.output;
    ok &&= result.ok;
  }
  const outcome: Outcome = { step, ok, seconds: (performance.now() - start) / 1000 };
  console.log(line(outcome));
  if (!ok && output !== '') console.log(`${output.trimEnd()}\n`);
  return outcome;
}

function runCommand(
  command: readonly string[],
  live: boolean,
): Promise<{ readonly ok: boolean; readonly output: string }> {
  const [name = '', ...args] = command;
  const { promise, resolve } = Promise.withResolvers<{ ok: boolean; output: string }>();
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
  child.on('error', (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
  child.on('close', (code) => resolve({ ok: code === 0, output }));
  return promise;
}

function line({ step, ok, seconds }: Outcome): string {
  const mark = ok ? styleText('green', '✔') : styleText('red', '✖');
  return `${mark} ${step.name.padEnd(12)} ${`${seconds.toFixed(1)} s`.padStart(7)}  ${styleText('gray', step.what)}`;
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
  const failed: string[] = [];
  for (const step of steps) {
    const outcome = await runStep(step);
    if (!outcome.ok) failed.push(step.name);
  }
  if (failed.length > 0) {
    console.log(
      styleText('red', `check: ${failed.length} of ${steps.length} steps failed: ${failed.join(', ')}`),
    );
    return 1;
  }
  console.log(`check: all ${steps.length} steps passed`);
  return 0;
}

process.exitCode = await main(process.argv.slice(2));
