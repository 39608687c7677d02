import assert from 'node:assert/strict';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliWorld, type WorldOptions } from '../testing/cli-world.ts';

function world(t: TestContext, options: WorldOptions = {}): CliWorld {
  const made = new CliWorld(options);
  t.after(() => made.remove());
  return made;
}

interface Told {
  readonly healthy: boolean;
  readonly findings: readonly {
    readonly about: string;
    readonly name: string;
    readonly state: string;
    readonly needed: boolean;
    readonly detail: string;
    readonly remedy: string;
  }[];
}

async function told(w: CliWorld): Promise<Told> {
  const { code, stdout } = await w.cox('doctor', '--json');
  const json: Told = JSON.parse(stdout);
  assert.equal(code, json.healthy ? 0 : 1);
  return json;
}

/** `name: state` of what concerns the project. */
function project({ findings }: Told): string[] {
  return findings.filter(({ about }) => about === 'project').map(({ name, state }) => `${name}: ${state}`);
}

test('doctor lists what is there and what is missing', async (t) => {
  const w = world(t);
  const { code, stdout } = await w.cox('doctor');
  assert.equal(code, 1, 'sh does not answer here');
  assert.match(stdout, /^ok {5} git +git version 2\.45\.1$/m);
  assert.match(stdout, /^missing sh +not found\n +Install a POSIX shell\.$/m);
  assert.match(stdout, /^missing confinement +not confined: none in this test/m);
  assert.match(stdout, /^- {6} merge test +none is set/m);
  assert.match(stdout, /\nRuns cannot do without: sh, git-lfs\.\n$/);
  const json = await told(w);
  assert.equal(json.healthy, false);
  for (const { state, remedy } of json.findings) if (state === 'missing') assert.notEqual(remedy, '');
});

test('doctor looks for the programs of agents, and needs none of them', async (t) => {
  const agents = [
    { name: 'of-settings', tellsUse: 'never' as const, part: () => null },
    { name: 'with-a-long-name', tellsUse: 'live' as const, part: () => ({ name: 'there', missing: null }) },
    {
      name: 'absent',
      tellsUse: 'live' as const,
      part: () => ({ name: 'absent', missing: 'absent was not found' }),
    },
  ];
  const w = world(t, { agents: agents.map((each) => ({ ...each, wrongOptions: () => [] })) });
  const { stdout } = await w.cox('doctor');
  assert.match(stdout, /^- {6} agent of-settings {6}settings say what it starts$/m);
  assert.match(stdout, /^ok {5} agent with-a-long-name there is there$/m);
  assert.match(stdout, /^missing agent absent {11}absent was not found\n +Only .* --agent absent\.$/m);
  const missing = (await told(w)).findings.find(({ name }) => name === 'agent absent');
  assert.deepEqual([missing?.state, missing?.needed], ['missing', false]);
});

test('doctor says that no run can begin in a repository without a commit', async (t) => {
  const { findings, healthy } = await told(world(t, { hasCommit: false }));
  assert.equal(healthy, false);
  const repository = findings.find(({ name }) => name === 'repository');
  assert.equal(repository?.state, 'wrong');
  assert.equal(repository?.remedy, 'Make a first commit.');
});

test('doctor looks at what the settings of the project ask for', async (t) => {
  const w = world(t, { env: { COX_AGENT_COMMAND: '', SHELL: '/bin/sh' } });
  assert.deepEqual(project(await told(w)), [
    'repository: ok',
    'settings: ok',
    'agent: not run',
    'merge test: not run',
    'confinement: missing',
    'git-lfs: missing',
    'run folder: ok',
  ]);
  w.write(
    'coxswain.config.yaml',
    `agent: {command: ./agent}
mergeTest: nowhere --all
sandbox: {mode: required}
slots: {setup: npm ci, teardown: nowhere down, folder: slots}
`,
  );
  const asked = await told(w);
  assert.deepEqual(project(asked), [
    'repository: ok',
    'settings: ok',
    'agent: ok',
    'merge test: missing',
    'slots.setup: ok',
    'slots.teardown: missing',
    'confinement: missing',
    'git-lfs: missing',
    'run folder: ok',
    'slots.folder: ok',
    'room for slots: ok',
  ]);
  const amiss = asked.findings.filter(({ state, needed }) => needed && state === 'missing');
  assert.deepEqual(
    amiss.map(({ name }) => name),
    ['sh', 'merge test', 'slots.teardown', 'confinement', 'git-lfs'],
  );
  assert.match(amiss[1]?.detail ?? '', /^nowhere --all: there is no nowhere$/);
  assert.equal(asked.findings.find(({ name }) => name === 'slots.folder')?.detail, join(w.root, 'slots'));
});

test('doctor says what is wrong with the settings, and with the agent that they name', async (t) => {
  const w = world(t, { env: { COX_AGENT_COMMAND: '' } });
  w.write('coxswain.config.yaml', 'agent: {driver: nobody}\n');
  const agent = (await told(w)).findings.find(({ name }) => name === 'agent');
  assert.deepEqual(agent, {
    about: 'project',
    name: 'agent',
    state: 'wrong',
    needed: true,
    detail: 'there is no agent nobody',
    remedy: 'Known are command, recipe.',
  });
  w.write('coxswain.config.yaml', 'agent: {recipe: nowhere.yaml}\n');
  assert.match(
    (await w.cox('doctor')).stdout,
    /^wrong {3}agent +the recipe \S+nowhere\.yaml does not exist\n/m,
  );
  w.write('coxswain.config.yaml', 'agnet: 1\nretries: many\n');
  const broken = await w.cox('doctor');
  assert.equal(broken.code, 1);
  assert.match(
    broken.stdout,
    /^wrong {3}settings +coxswain\.config\.yaml:1:1 .*\n +coxswain\.config\.yaml:2:10 /m,
  );
  assert.deepEqual(project(await told(w)), ['repository: ok', 'settings: wrong']);
});
