/**
 * Code of a branch that attacks when Coxswain runs it: as a merge test, as a group's validation, as the set-up of a
 * worktree; and what an agent leaves for the next holder of its worktree, or for the run after a break.
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';

import { WITHOUT_BUBBLEWRAP } from '../src/testing/sandboxes.ts';
import { makeProject, type Project, processesIn, WHOLE_RUN_MS } from './lib/project.ts';

const PHASES = ['test', 'validate', 'setup'] as const;

/** Made by the hostile agent, with the paths of this host in it. Each line tries something else. */
const ATTACK = `place=$HOSTILE_ROOT/places/$1; repo=$HOSTILE_ROOT/checkout
mkdir -p "$place"; echo written > "$place/written"; cat "$place/secret" && cat "$place/secret" > "$place/read"
git -C "$repo" update-ref "refs/heads/victim-$1" HEAD^; git -C "$repo" config "attack.$1" yes
echo x > "$repo/.git/hooks/post-$1"; echo x > "$repo/intruder-$1"; echo "# $1" >> "$HOSTILE_ROOT/home/.bashrc"
for folder in "$repo"/.git/coxswain/runs/*; do echo '{}' > "$folder/intruder-$1"; done
for folder in ../slot-* ..; do echo x > "$folder/intruder-$1"; done
(setsid sh -c "sleep 1; echo late > '$place/late'" > /dev/null 2>&1 < /dev/null &)
exit 0
`;

const AGENTS = {
  'task-001':
    'mkdir -p node_modules/.bin; echo poisoned > node_modules/.bin/tool; echo poisoned > node_modules/added',
  'task-002': 'cat node_modules/.bin/tool node_modules/added',
  'task-003': `{ echo "HOSTILE_ROOT='$HOSTILE_ROOT'"; cat agents/attack.txt; } > scripts/attack.sh
for phase in ${PHASES.join(' ')}; do echo "sh scripts/attack.sh $phase" > scripts/$phase.sh; done
echo '{"changed":true}' > package-lock.json
printf 'sandbox:\\n  mode: off\\n  writable: [/]\\nmergeTest: "true"\\n' > coxswain.config.yaml`,
  'task-004': 'mkdir -p "$HOSTILE_ROOT/places/agent"; echo written > "$HOSTILE_ROOT/places/agent/written"',
};

interface Host {
  readonly project: Project;
  /** What the agent of the task found in its worktree. */
  found(id: string): string;
  state(id: string): string;
  changes(phase: string): string[];
}

async function runOn(sandbox: 'required' | 'off'): Promise<Host> {
  const task = (id: string): Record<string, { create: string }> => ({ [id]: { create: `made/${id}.txt` } });
  const project = makeProject({
    files: {
      ...Object.fromEntries(Object.entries(AGENTS).map(([id, script]) => [`agents/${id}.sh`, `${script}\n`])),
      'agents/attack.txt': ATTACK,
      'scripts/test.sh': 'true\n',
      'scripts/validate.sh': 'true\n',
      'scripts/setup.sh': 'mkdir -p node_modules/.bin; echo honest > node_modules/.bin/tool\n',
      'package-lock.json': '{}\n',
      '.gitignore': 'node_modules/\nparallel/*/logs/\n',
    },
    waves: [
      { tasks: { ...task('task-001'), ...task('task-002') } },
      { tasks: task('task-003'), validation: 'sh scripts/validate.sh' },
      { tasks: task('task-004') },
    ],
    recipe: 'default: []\n',
    config: 'mergeTest: sh scripts/test.sh\nslots:\n  setup: sh scripts/setup.sh\n',
  });
  const place = (phase: string): string => join(project.root, 'places', phase);
  for (const phase of [...PHASES, 'agent']) {
    mkdirSync(place(phase), { recursive: true });
    writeFileSync(join(place(phase), 'secret'), `secret of ${phase}\n`);
    project.git(['branch', '--no-track', `victim-${phase}`]);
  }
  const command = `mkdir -p made; { sh agents/$COX_TASK_ID.sh; echo x; } > made/$COX_TASK_ID.txt 2>&1; echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"`;
  const env = {
    COX_SANDBOX: sandbox,
    COX_AGENT_COMMAND: command,
    COX_AGENT_ENVIRONMENT: 'HOSTILE_*',
    COX_MAX_PARALLEL: '1',
    COX_RETRIES: '0',
    // They write where no scope says that they may.
    COX_CHECKS_BOUNDARIES: 'warn',
    HOSTILE_ROOT: project.root,
  };
  const ran = await project.cox(['run', project.plan, '--one-group'], env);
  assert.ok(ran.code !== null, ran.stderr);
  for (let round = 0; round < 3; round += 1) await project.cox(['resume'], env);
  const status: {
    readonly run: { readonly integrationBranch: string };
    readonly tasks: readonly { readonly id: string; readonly state: string }[];
  } = JSON.parse((await project.cox(['status', '--json'])).stdout);
  return {
    project,
    found: (id) => project.git(['show', `${status.run.integrationBranch}:made/${id}.txt`]),
    state: (id) => status.tasks.find((each) => each.id === id)?.state ?? 'unknown',
    changes: (phase) => changesOf(project, phase),
  };
}

/** What the host shows of an attack by the code of one phase. */
function changesOf({ path, root, git }: Project, phase: string): string[] {
  const changes: string[] = [];
  const note = (is: boolean, what: string): void => {
    if (is) changes.push(what);
  };
  const text = (file: string): string => (existsSync(file) ? readFileSync(file, 'utf8') : '');
  const files = readdirSync(join(root, 'places', phase)).filter((name) => name !== 'secret');
  for (const name of files) changes.push(`place/${name}`);
  note(git(['rev-parse', `victim-${phase}`]) !== git(['rev-parse', 'main']), 'branch');
  note(text(join(path, '.git/config')).includes(`${phase} = yes`), 'config');
  note(existsSync(join(path, '.git/hooks', `post-${phase}`)), 'hook');
  note(existsSync(join(path, `intruder-${phase}`)), 'checkout');
  note(text(join(root, 'home/.bashrc')).includes(`# ${phase}`), 'home');
  const runs = join(path, '.git/coxswain/runs');
  note(
    readdirSync(runs).some((run) => existsSync(join(runs, run, `intruder-${phase}`))),
    'state',
  );
  const pools = join(root, 'home/state/coxswain/slots');
  note(
    readdirSync(pools).some((pool) => existsSync(join(pools, pool, `intruder-${phase}`))),
    'pool',
  );
  return changes;
}

describe('hostile code of a branch in a sandbox', { skip: WITHOUT_BUBBLEWRAP }, () => {
  let host: Host;
  before(
    async () => {
      host = await runOn('required');
    },
    { timeout: WHOLE_RUN_MS },
  );
  after(() => host?.project.remove());

  for (const phase of PHASES)
    it(`reaches nothing as ${phase}`, () => {
      assert.deepEqual(host.changes(phase), []);
    });

  it('was run, and the work of all tasks is merged', () => {
    for (const id of Object.keys(AGENTS)) assert.equal(host.state(id), 'merged', id);
  });

  it('hands nothing of one holder of a worktree to the next', () => {
    assert.doesNotMatch(host.found('task-002'), /poisoned/);
  });

  it('weakens no later part of the run by another configuration on its branch', () => {
    assert.deepEqual(host.changes('agent'), []);
  });

  it('leaves nothing running', () => {
    assert.deepEqual(processesIn(host.project.root), []);
  });
});

describe('the same code without a sandbox', { skip: process.platform !== 'linux' }, () => {
  it('reaches all of it, so the tests can fail', async () => {
    const host = await runOn('off');
    for (const phase of PHASES) {
      const changes = host.changes(phase);
      for (const what of [
        'place/written',
        'place/read',
        'config',
        'hook',
        'checkout',
        'home',
        'state',
        'pool',
      ])
        assert.ok(changes.includes(what), `${phase}: ${what} is not in ${changes.join(' ')}`);
    }
    assert.deepEqual(host.changes('agent'), ['place/written']);
    host.project.remove();
  });
});
