import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Finding } from '../core/finding.ts';
import { CliWorld, PLAN, type WorldOptions } from '../testing/cli-world.ts';

function world(t: TestContext, options: WorldOptions = {}): CliWorld {
  const made = new CliWorld(options);
  t.after(() => made.remove());
  return made;
}

const WRONG: Finding = {
  severity: 'error',
  rule: 'some-rule',
  message: 'the plan is wrong',
  remedy: 'Mend it.',
  file: 'manifest.json',
  line: 1,
  column: 1,
  tasks: [],
};

/** Remembers how the plan was read: the schedule that its findings were looked for with. */
function spy(findings: readonly Finding[] = []) {
  const schedules: (string | undefined)[] = [];
  const options: WorldOptions = {
    load: (path, { schedule }) => {
      schedules.push(schedule);
      return {
        is: 'read',
        format: 'manifest',
        plan: PLAN,
        findings,
        folder: path,
        source: path,
      };
    },
  };
  return { schedules, options };
}

test('a plan is checked for the schedule that it will be run with, wherever that is set', async (t) => {
  const { schedules, options } = spy();
  const w = world(t, options);
  const last = async (...argv: readonly string[]) => {
    assert.equal((await w.cox(...argv)).code, 0);
    return schedules.at(-1);
  };
  for (const command of ['validate', 'plan', 'run']) assert.equal(await last(command, 'plan'), undefined);
  w.write('home/coxswain/config.yaml', 'schedule: dag\n');
  const user = world(t, { ...options, env: { XDG_CONFIG_HOME: `${w.root}/home` } });
  for (const command of ['validate', 'plan', 'run']) {
    assert.equal((await user.cox(command, 'plan')).code, 0);
    assert.equal(schedules.at(-1), 'dag', command);
  }
  user.write('coxswain.config.yaml', 'schedule: waves\n');
  await user.cox('validate', 'plan');
  assert.equal(schedules.at(-1), 'waves', "the project's config wins over the user's");
  w.write('coxswain.config.yaml', 'schedule: dag\n');
  for (const command of ['validate', 'plan', 'run']) {
    assert.equal(await last(command, 'plan'), 'dag');
    assert.equal(await last(command, 'plan', '--schedule', 'waves'), 'waves', 'a flag wins over a config');
  }
  const env = world(t, { ...options, env: { COX_SCHEDULE: 'dag' } });
  env.write('coxswain.config.yaml', 'schedule: waves\n');
  await env.cox('validate', 'plan');
  assert.equal(schedules.at(-1), 'dag', 'the environment wins over a config');
});

test('validate wants of the settings only the schedule, and a config file that can be read', async (t) => {
  const w = world(t, { env: { COX_RETRIES: 'many' } });
  assert.equal((await w.cox('validate', 'plan')).code, 0);
  const wrong = await w.cox('validate', 'plan', '--schedule', 'spiral');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /^cox: --schedule must be one of waves, dag/);
  w.write('coxswain.config.yaml', 'schedule: spiral\n');
  const broken = await w.cox('validate', 'plan');
  assert.equal(broken.code, 2);
  assert.match(broken.stderr, /^cox: coxswain\.config\.yaml:1:11 schedule must be one of waves, dag/);
});

test('what is asked wrongly is said before anything is said of the plan', async (t) => {
  const { schedules, options } = spy([WRONG]);
  const w = world(t, options);
  for (const command of [['plan'], ['run'], ['run', '--dry-run']]) {
    const { code, stdout, stderr } = await w.cox(...command, 'plan', '--retries', 'many', '--timeout', '0');
    assert.equal(code, 2);
    assert.equal(stdout, '');
    assert.match(stderr, /^cox: --retries must be a whole number.*\n {5}--timeout must be a duration/);
    assert.doesNotMatch(stderr, /the plan is wrong/);
  }
  assert.deepEqual(schedules, [], 'the plan was not even read');
  assert.equal((await w.cox('run', 'plan')).code, 1);
});

test('an agent that no driver has exits with 2 and names those there are', async (t) => {
  const w = world(t, { env: { COX_AGENT_COMMAND: '' } });
  for (const command of ['plan', 'run']) {
    const { code, stderr } = await w.cox(command, 'plan', '--agent', 'recipie');
    assert.equal(code, 2);
    assert.equal(
      stderr,
      'cox: there is no agent recipie\n     Did you mean recipe? Known are command, recipe.\n',
    );
  }
  w.write('coxswain.config.yaml', 'agent:\n  driver: foo\n');
  const { code, stderr } = await w.cox('run', 'plan');
  assert.equal(code, 2);
  assert.match(stderr, /^cox: there is no agent foo\n {5}Known are command, recipe\./);
});

test('options of drivers are looked at with their place, whoever is chosen', async (t) => {
  const wrongOptions = (options: object): readonly string[] =>
    'model' in options ? [] : [`there is no option ${Object.keys(options).join(', ')}`];
  const known = (name: string) => ({ name, tellsUse: 'live', part: () => null, wrongOptions }) as const;
  const w = world(t, { agents: [known('command'), known('codex')] });
  const told = async (config: string): Promise<string> => {
    w.write('coxswain.config.yaml', config);
    const { code, stderr } = await w.cox('plan', 'plan');
    assert.equal(code, stderr === '' ? 0 : 2, stderr);
    return stderr;
  };
  assert.match(
    await told('agent:\n  drivers: { codxe: { model: x } }\n'),
    /^cox: coxswain\.config\.yaml:2:12 agent\.drivers: there is no agent codxe\n {5}Did you mean codex\?/,
  );
  assert.match(
    await told('agent:\n  drivers: { codex: { profil: x } }\n'),
    /:2:12 agent\.drivers\.codex: the agent codex does not take its options: there is no option profil\n/,
  );
  assert.equal(await told('agent:\n  drivers: { codex: { model: x }, command: { odd: 1 } }\n'), '');
});

test('plan and run --dry-run show the groups that --only names', async (t) => {
  const w = world(t);
  const { code, stdout, stderr } = await w.cox('plan', 'plan', '--only', '2');
  assert.equal(code, 0);
  assert.match(stderr, /task-001 is not done and is left out by --only; task-002 begins without it\.\n/);
  assert.doesNotMatch((await w.cox('plan', 'plan', '--only', '1')).stderr, /left out/);
  assert.match(stdout, /1 task, 1 group/);
  assert.match(stdout, /^Group 2: Wave 2\n {2}task-002: [^(]*$/m);
  assert.doesNotMatch(stdout, /task-001/);
  assert.equal((await w.cox('run', 'plan', '--dry-run', '--only', 'Wave 2')).stdout, stdout);
  assert.equal((await w.cox('plan', 'plan', '--only', '7')).code, 2);
});

test('agents that the repository says nothing of are told of once, and not to a recipe', async (t) => {
  const tasks = PLAN.tasks.map((task) => ({ ...task, agent: 'experts:any' }));
  const load = (plan: typeof PLAN, findings: readonly Finding[] = []): WorldOptions => ({
    load: (path) => ({
      is: 'read',
      format: 'manifest',
      plan,
      findings,
      folder: path,
      source: path,
      ownPaths: [],
    }),
  });
  const said = async (options: WorldOptions, ...flags: readonly string[]): Promise<string> =>
    (await world(t, options).cox('plan', 'plan', ...flags)).stderr;
  const plain =
    /^warning: the repository does not describe experts:any in \.claude\/: its tasks get a plain prompt$/m;
  assert.match(await said(load({ ...PLAN, tasks })), plain);
  const known = [{ name: 'experts:any', path: '.claude/agents/any.md' }];
  for (const quiet of [
    load({ ...PLAN, tasks, profiles: known }),
    load({ ...PLAN, tasks }, [{ ...WRONG, severity: 'warning', rule: 'agent-unknown' }]),
    load({ ...PLAN, tasks, format: 'queue' }),
    load(PLAN),
  ])
    assert.doesNotMatch(await said(quiet), /plain prompt/);
  const recipe = { ...load({ ...PLAN, tasks }), env: { COX_AGENT_COMMAND: '' } };
  assert.doesNotMatch(await said(recipe, '--recipe', 'r.yaml'), /plain prompt/);
});
