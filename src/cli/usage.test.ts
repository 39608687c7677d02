import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { OPTION_LIST } from '../config/options.ts';
import type { Finding } from '../core/finding.ts';
import type { LoadedPlan } from '../project/load-plan.ts';
import { CliWorld, PLAN, type WorldOptions } from '../testing/cli-world.ts';

const COMMANDS = [
  'setup',
  'spec',
  'init',
  'validate',
  'plan',
  'prompts',
  'import',
  'run',
  'resume',
  'status',
  'logs',
  'wait',
  'report',
  'integrate',
  'pause',
  'cancel',
  'retry',
  'answer',
  'pool',
  'state',
  'checkpoint',
  'message',
  'doctor',
  'demo',
  'completion',
];

function world(t: TestContext, options: WorldOptions = {}): CliWorld {
  const made = new CliWorld(options);
  t.after(() => made.remove());
  return made;
}

function finding(severity: Finding['severity'], message: string): Finding {
  const remedy = 'Remove it.';
  return {
    severity,
    rule: 'some-rule',
    message,
    remedy,
    file: 'manifest.json',
    line: 3,
    column: 5,
    tasks: ['task-001'],
  };
}

function loads(
  findings: readonly Finding[],
  plan: Extract<LoadedPlan, { is: 'read' }>['plan'] = PLAN,
): WorldOptions {
  return {
    load: (path) => ({
      is: 'read',
      format: 'manifest',
      plan,
      findings,
      folder: path,
      source: path,
    }),
  };
}

test('every command has help that says what it does, and refuses unknown flags with 2', async (t) => {
  const w = world(t);
  for (const command of COMMANDS) {
    const help = await w.cox(command, '--help');
    assert.equal(help.code, 0, command);
    assert.match(help.stdout, new RegExp(`^Usage: cox ${command} `), command);
    assert.equal(help.stderr, '');
    const needed = command === 'init' ? ['-t', 'TS-0001'] : [];
    const unknown = await w.cox(command, ...needed, '--store', 'off');
    assert.equal(unknown.code, 2, command);
    assert.match(unknown.stderr, /^cox: unknown option '--store'/, command);
    // Without a verb some mean one all the same.
    assert.match(unknown.stderr, new RegExp(`\\n {5}See: cox ${command}( \\w+)? --help\\n$`), command);
    assert.equal(unknown.stdout, '');
  }
});

test('the help names every command and option, in groups, with the built-in values', async (t) => {
  const w = world(t);
  const { stdout } = await w.cox('--help');
  for (const command of COMMANDS) assert.match(stdout, new RegExp(`^ {2}${command} `, 'm'));
  const run = (await w.cox('run', '--help')).stdout;
  for (const { flag } of OPTION_LIST) if (flag !== undefined) assert.ok(run.includes(flag), flag);
  assert.match(run, /Limits:\n {2}--max-parallel <n> +agents at once \(default: 5\)/);
  assert.match(run, /Examples:/);
  assert.equal((await w.cox('help', 'run')).stdout, run);
});

test('the help of a command with verbs has no heading of another command', async (t) => {
  const w = world(t);
  for (const command of ['spec', 'pool', 'state', 'checkpoint', 'message']) {
    const { stdout } = await w.cox(command, '--help');
    assert.match(stdout, /^Commands:$/m, command);
    assert.match(stdout, /^ {2}help \[command\] +show a command's help$/m, command);
    assert.doesNotMatch(stdout, /This machine/, command);
  }
});

test('there is no help of a command that is not there', async (t) => {
  const w = world(t);
  for (const [args, asked, above] of [
    [['wxyz', '--help'], 'wxyz', 'cox'],
    [['-C', '.', 'help', 'wxyz'], 'wxyz', 'cox'],
    [['pool', 'wxyz', '-h'], 'wxyz', 'cox pool'],
    [['checkpoint', 'wxyz', 'x', '--help'], 'wxyz', 'cox checkpoint'],
    [['statu', '--help'], 'statu', 'cox'],
  ] as const) {
    const { code, stdout, stderr } = await w.cox(...args);
    assert.deepEqual([code, stdout], [2, ''], args.join(' '));
    const near = asked === 'statu' ? '; did you mean status?' : '';
    assert.equal(stderr, `cox: unknown command '${asked}'${near}\n     See: ${above} --help\n`);
  }
});

test('the version; and what is not a command line exits with 2', async (t) => {
  const w = world(t);
  assert.deepEqual(await w.cox('--version'), { code: 0, stdout: '9.8.7\n', stderr: '' });
  for (const argv of [
    [],
    ['rnu'],
    ['run'],
    ['answer', 'task-001'],
    ['-C', 'nowhere', 'status'],
    ['logs', 'x', '--attempt'],
  ]) {
    const { code, stdout, stderr } = await w.cox(...argv);
    assert.equal(code, 2, argv.join(' '));
    assert.equal(stdout, '');
    assert.notEqual(stderr, '');
  }
  assert.match((await w.cox('rnu')).stderr, /Did you mean run\?/);
});

test('packages that nothing here can install are told of by plan, and refused by run', async (t) => {
  const dependencies = [{ ecosystem: 'python', action: 'add', packages: ['left==1.0'] }] as const;
  const w = world(t, loads([], { ...PLAN, dependencies }));
  const shown = await w.cox('plan', 'plan');
  assert.equal(shown.code, 0);
  assert.match(shown.stderr, /cox: the packages of the plan cannot be installed: there is no uv/);
  const run = await w.cox('run', 'plan');
  assert.equal(run.code, 3, run.stdout);
  assert.match(run.stderr, /cannot be installed: there is no uv/);
  assert.equal((await w.cox('status')).code, 2, 'no run was made');
});

test('names of runs and tasks that do not exist exit with 2', async (t) => {
  const w = world(t);
  assert.equal((await w.cox('status')).code, 2);
  assert.equal((await w.cox('run', 'plan')).code, 0);
  for (const argv of [
    ['status', 'no-such'],
    ['wait', '--task', 'x'],
    ['retry', 'x'],
    ['cancel', '--task', 'x'],
    ['resume', '--skip', 'x'],
  ]) {
    const { code, stderr } = await w.cox(...argv);
    assert.equal(code, 2, argv.join(' '));
    assert.match(stderr, /^cox: .*\n {5}\S/, argv.join(' '));
  }
  assert.equal((await w.cox('retry', 'task-001')).code, 3, 'it is merged');
  assert.equal((await w.cox('cancel')).code, 3, 'it has ended');
  assert.equal((await w.cox('status', 'plan')).code, 0, 'a run is found by its plan');
});

test('validate: the exit code and the JSON follow the findings, and --strict counts warnings', async (t) => {
  assert.equal((await world(t).cox('validate', 'plan')).code, 0);
  const warned = world(t, loads([finding('warning', 'this is odd')]));
  assert.equal((await warned.cox('validate', 'plan')).code, 0);
  assert.equal((await warned.cox('validate', 'plan', '--strict')).code, 1);
  const broken = world(t, loads([finding('error', 'this \u001b[2Jis wrong')], null));
  const text = await broken.cox('validate', 'plan');
  assert.equal(text.code, 1);
  assert.match(text.stdout, /^plan\/manifest\.json:3:5 error some-rule: this is wrong\n {4}Remove it\./);
  const json = await broken.cox('validate', 'plan', '--json');
  assert.equal(json.code, 1);
  assert.deepEqual(JSON.parse(json.stdout), {
    valid: false,
    format: 'manifest',
    plan: null,
    findings: [{ ...finding('error', 'this \u001b[2Jis wrong'), file: 'plan/manifest.json' }],
  });
  const valid = JSON.parse((await world(t).cox('validate', 'plan', '--json')).stdout);
  assert.deepEqual(valid.plan, {
    id: 'TS-0001',
    name: 'plan',
    groups: [
      { number: 1, name: 'Wave 1', tasks: ['task-001'] },
      { number: 2, name: 'Wave 2', tasks: ['task-002'] },
    ],
    tasks: 2,
  });
});

test('an invalid plan is not run, and one that cannot be read exits with 2', async (t) => {
  const invalid = world(t, loads([finding('error', 'this is wrong')]));
  for (const command of ['run', 'plan']) {
    const { code, stdout, stderr } = await invalid.cox(command, 'plan');
    assert.equal(code, 1);
    assert.equal(stdout, '');
    assert.match(stderr, /this is wrong/);
  }
  const unreadable = world(t, {
    load: () => ({
      is: 'unreadable',
      reason: 'not-a-plan',
      message: 'nothing is there',
      remedy: 'Look again.',
    }),
  });
  for (const command of ['validate', 'run', 'plan']) {
    const { code, stderr } = await unreadable.cox(command, 'nowhere');
    assert.equal(code, 2);
    assert.equal(stderr, 'cox: nothing is there\n     Look again.\n');
  }
});

test('plan and --dry-run show what would be done, make nothing, and name where settings come from', async (t) => {
  const w = world(t, { env: { COX_AGENT_COMMAND: '' } });
  w.write('coxswain.config.yaml', 'maxParallel: 2\n');
  const { code, stdout } = await w.cox('plan', 'plan', '--retries', '7');
  assert.equal(code, 0);
  assert.match(stdout, /^⏸️ Execution Mode: SEQUENTIAL\n {3}Reason: /);
  assert.equal((await w.cox('run', 'plan', '--dry-run', '--retries', '7')).stdout, stdout);
  const json = JSON.parse((await w.cox('plan', 'plan', '--retries', '7', '--json')).stdout);
  assert.equal(json.settings.retries, 7);
  assert.deepEqual(
    [json.origins.retries, json.origins.maxParallel, json.origins.schedule],
    ['flag', 'project config', 'built in'],
  );
  assert.deepEqual(json.criticalPath, ['task-001', 'task-002']);
  assert.equal((await w.cox('status')).code, 2, 'there is no run');
});

test('a plan that was never run is told as that, with the command that runs it', async (t) => {
  const w = world(t);
  const { code, stderr } = await w.cox('status', 'plan');
  assert.equal(code, 2);
  assert.equal(stderr, 'cox: there is no run of plan yet\n     Start one with: cox run plan\n');
  assert.match((await w.cox('status', 'nowhere')).stderr, /^cox: there is no run nowhere\n/);
});

test('what is no verb of a command is said to be none', async (t) => {
  const w = world(t);
  const of = async (...argv: readonly string[]) => {
    const { code, stderr } = await w.cox(...argv);
    return [code, stderr];
  };
  const near = "cox: unknown verb 'relaese'; did you mean release?\n     See: cox pool --help\n";
  assert.deepEqual(await of('pool', 'relaese'), [2, near]);
  const [code, said] = await of('state', 'bogus');
  assert.equal(code, 2);
  assert.match(String(said), /^cox: unknown verb 'bogus'; there are state, init, transition, .*resume\n/);
  assert.match(String((await of('pool', 'status', 'x'))[1]), /^cox: too many arguments for 'status': x\n/);
});
