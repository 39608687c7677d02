/** Which agent does what, by rules: what reaches its program. A stand-in for Claude Code writes down how it was started. */

import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { conflictProject } from './lib/conflict-project.ts';
import { linesOf, makeProject, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** Speaks as the program does. It fails as often as the test wants, approves of all work, and keeps both sides of conflicts. */
const STAND_IN = `#!/bin/sh
prompt=$(cat)
printf '%s\\n' "$@" > "$STARTS/$COX_TASK_ID-$COX_ATTEMPT"
session=s-$COX_TASK_ID-$COX_ATTEMPT
say() {
  printf '{"type":"assistant","message":{"content":[{"type":"text","text":"%s"}],"usage":{"input_tokens":9,"output_tokens":1}}}\\n' "$1"
  printf '{"type":"result","subtype":"success","is_error":false,"result":"%s","usage":{"input_tokens":9,"output_tokens":1}}\\n' "$1"
}
while [ $# -gt 0 ]; do [ "$1" = --resume ] && session=$2; shift; done
printf '{"type":"system","subtype":"init","session_id":"%s"}\\n' "$session"
case $prompt in
*"TASK_APPROVED: $COX_TASK_ID"*) say "<promise>TASK_APPROVED: $COX_TASK_ID</promise>"; exit ;;
esac
if [ "$COX_ATTEMPT" -le "$(cat "$STARTS/fails")" ]; then
  say "<promise>TASK_FAILED: $COX_TASK_ID not yet</promise>"
  exit
fi
if grep -qs '<<<<<<<' shared.txt; then
  sed -i '/^<<<<<<<\\|^|||||||\\|^=======\\|^>>>>>>>/d' shared.txt
else
  echo made > "$COX_TASK_ID.txt"
fi
git add -A
git commit -qm Work
say "<promise>TASK_DONE: $COX_TASK_ID</promise>"
`;

const TASKS = { 'task-001': { create: 'task-001.txt' }, 'task-002': { create: 'task-002.txt' } };
const AGENT = '.claude/agents/any.md';
const PROFILE = '---\nname: any\nmodel: haiku\ntools: Read, Bash\n---\nYou do anything.\n';

function withStandIn(made: Project, fails = 0): Project {
  projects.push(made);
  made.write({ claude: STAND_IN, 'starts/fails': `${fails}\n` }, made.root);
  chmodSync(join(made.root, 'claude'), 0o755);
  return made;
}

/** The config stands in one file, in JSON, which is YAML. */
function project(config: object, files: Readonly<Record<string, string>> = {}, fails = 0): Project {
  const whole = { checks: { enabled: false }, backoff: { first: '50ms' }, ...config };
  const text = JSON.stringify(whole, null, 2);
  return withStandIn(
    makeProject({
      waves: [{ tasks: TASKS }],
      recipe: '',
      files: { 'coxswain.config.yaml': text, ...files },
    }),
    fails,
  );
}

const environment = (made: Project): Record<string, string> => ({
  STARTS: join(made.root, 'starts'),
  PATH: `${made.root}:${made.env['PATH'] ?? ''}`,
});

const run = (made: Project, ...args: readonly string[]) =>
  made.cox([...(args.length === 0 ? ['run', made.plan] : args)], environment(made));

/** Its argument behind that one; undefined without it. */
function told(made: Project, attempt: string, flag: string): string | undefined {
  const words = linesOf(join(made.root, 'starts', attempt));
  assert.ok(
    words.includes('-p'),
    `${attempt} was not started: ${readdirSync(join(made.root, 'starts')).join()}`,
  );
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}

const agent = (options: object = {}, more: object = {}): object => ({
  driver: 'claude-code',
  options: { model: 'sonnet', ...options },
  environment: ['STARTS'],
  ...more,
});

describe('a rule', () => {
  it('gives some tasks, and QA of them, another model, effort, tools and arguments', async () => {
    const made = project({
      agent: agent(),
      qa: { enabled: true },
      agents: [
        { when: { task: '*-001' }, model: 'opus', effort: 'high', args: ['--verbose'] },
        { when: { agent: 'EXPERTS:*', role: 'qa' }, model: 'haiku', tools: ['Read', 'Bash'] },
        { when: { task: '*-001' }, model: 'never' },
      ],
    });
    const plan = await run(made, 'plan', made.plan);
    assert.match(plan.stdout, /\nAgent: claude-code, model sonnet\n/);
    assert.match(
      plan.stdout,
      /task-001: .* \(by: claude-code, model opus, effort high\) \(QA: claude-code, model haiku\)\n/,
    );
    const json = JSON.parse((await run(made, 'plan', made.plan, '--json')).stdout);
    assert.deepEqual(json.agents[1], {
      task: 'task-002',
      executor: { driver: 'claude-code', model: 'sonnet' },
      qa: { driver: 'claude-code', model: 'haiku' },
      resolver: { driver: 'claude-code', model: 'sonnet' },
      adviser: null,
    });
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.equal(told(made, 'task-001-1', '--model'), 'opus');
    assert.equal(told(made, 'task-001-1', '--effort'), 'high');
    assert.equal(told(made, 'task-001-1', '--tools'), undefined);
    assert.equal(linesOf(join(made.root, 'starts', 'task-001-1')).at(-1), '--verbose');
    assert.equal(told(made, 'task-002-1', '--model'), 'sonnet');
    assert.equal(told(made, 'task-002-1', '--effort'), undefined);
    for (const attempt of ['task-001-2', 'task-002-2']) {
      assert.equal(told(made, attempt, '--model'), 'haiku');
      assert.equal(told(made, attempt, '--tools'), 'Read,Bash');
    }
    const { tasks } = JSON.parse((await run(made, 'status', '--json')).stdout);
    assert.deepEqual(
      tasks.map(({ driver, model }: { driver: string; model: string }) => [driver, model]),
      [
        ['claude-code', 'opus'],
        ['claude-code', 'sonnet'],
      ],
    );
    assert.match((await run(made, 'status')).stdout, /task-001 .*, by claude-code, model opus/);
  });

  it('wins over the model of the agent that the plan names, whose tools stay', async () => {
    const made = project(
      {
        agent: { driver: 'claude-code', environment: ['STARTS'] },
        qa: { enabled: false },
        agents: [{ when: { task: 'task-001' }, model: 'opus' }],
      },
      { [AGENT]: PROFILE },
    );
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.deepEqual(
      ['task-001-1', 'task-002-1'].map((attempt) => [
        told(made, attempt, '--model'),
        told(made, attempt, '--tools'),
      ]),
      [
        ['opus', 'Read,Bash'],
        ['haiku', 'Read,Bash'],
      ],
    );
  });

  it('chooses who resolves conflicts', async () => {
    const made = conflictProject({
      attempts: '',
      config: `resolve:
  agent: claude-code
  options: {model: sonnet}
agents:
  - {when: {role: resolver}, model: opus}
`,
    });
    withStandIn(made);
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.equal(told(made, 'task-002-2', '--model'), 'opus');
  });
});

describe('the last try', () => {
  it('is another model’s, in the session of the tries before', async () => {
    const made = project(
      { agent: agent({}, { lastTry: { model: 'opus', effort: 'max' } }), qa: { enabled: false }, retries: 2 },
      {},
      2,
    );
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    assert.deepEqual(
      [1, 2, 3].map((attempt) => told(made, `task-001-${attempt}`, '--model')),
      ['sonnet', 'sonnet', 'opus'],
    );
    assert.deepEqual(
      [1, 2, 3].map((attempt) => told(made, `task-001-${attempt}`, '--resume')),
      [undefined, 's-task-001-1', 's-task-001-1'],
    );
    assert.equal(told(made, 'task-001-3', '--effort'), 'max');
  });

  it('is another agent’s, which begins a session of its own', async () => {
    const command = `cat > "$STARTS/prompt"; echo made > "$COX_TASK_ID.txt"; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"`;
    const lastTry = { driver: 'command', options: { command } };
    const made = project({ agent: agent({}, { lastTry }), qa: { enabled: false }, retries: 1 }, {}, 1);
    const ended = await run(made);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const prompt = linesOf(join(made.root, 'starts', 'prompt')).join('\n');
    assert.match(prompt, /IMPLEMENTATION REQUIREMENTS/);
    assert.match(prompt, /not yet/);
  });
});

describe('a wrong rule is refused with its place before anything is made:', () => {
  const wrong = [
    {
      name: 'an option that the agent does not have',
      more: {
        agents: [
          { when: {}, model: 'x' },
          { when: {}, driver: 'codex', options: { maxTurns: 3 } },
        ],
      },
      code: 3,
      says: /coxswain\.config\.yaml:\d+:\d+ agents, rule 2: the options of the agent driver "codex" are wrong;.*maxTurns/,
    },
    {
      name: 'an agent that nobody knows',
      more: { agents: [{ when: {}, driver: 'oracle' }] },
      code: 3,
      says: /coxswain\.config\.yaml:\d+:\d+ agents, rule 1: there is no agent driver "oracle"; choose one of/,
    },
    {
      name: 'a role that nobody has',
      more: { agents: [{ when: { role: 'boss' }, model: 'x' }] },
      code: 2,
      says: /coxswain\.config\.yaml:\d+:\d+ agents rule 1 has `when.role: boss`, which must be one of executor, qa, resolver/,
    },
    {
      name: 'a stand-in that changes nothing',
      more: { agent: agent({}, { fallback: [{}] }) },
      code: 2,
      says: /coxswain\.config\.yaml:\d+:\d+ agent\.fallback entry 1 changes nothing/,
    },
    {
      name: 'a last try by a program that is not there',
      more: { agent: agent({}, { lastTry: { options: { program: '/nowhere/claude' } } }) },
      code: 3,
      says: /coxswain\.config\.yaml:\d+:\d+ agent\.lastTry: the agent cannot be started: .*\/nowhere\/claude/,
    },
  ];
  for (const { name, more, code, says } of wrong)
    it(name, async () => {
      const made = project({ agent: agent(), qa: { enabled: false }, ...more });
      const ended = await run(made);
      assert.equal(ended.code, code, ended.stdout + ended.stderr);
      assert.match(ended.stderr, says);
      assert.equal(made.git(['branch', '--format=%(refname:short)']), 'main');
      assert.ok(!existsSync(join(made.path, '.git', 'coxswain', 'runs')));
      // The plan is shown, with what is wrong, or refused in the same words.
      const plan = await run(made, 'plan', made.plan);
      assert.match(plan.stdout.replaceAll('\n', ' ') + plan.stderr, says);
    });
});
