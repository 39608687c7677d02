/**
 * Crash safety, with the real binary: it is ended with SIGKILL at every place around every command of a run, resumed,
 * and has to come out as an undisturbed run does.
 */

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, describe, it } from 'node:test';
import { UV_CHANGES } from '../src/testing/fake-uv.ts';
import { COX, endIfAlive, linesOf, makeProject, type Project, processesIn } from './lib/project.ts';

// Each agent notes its start in a file outside of its worktree, so that a second start of one attempt is seen.
const RECIPE = `
tasks:
  task-001:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
    - write: {path: one.txt, text: "one\\n"}
    - commit: One
  task-002:
    attempts:
      1:
        - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
        - write: {path: two.txt, text: "wrong\\n"}
    default:
      - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
      - write: {path: two.txt, text: "two\\n"}
  task-003:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
    - assertFile: {path: one.txt}
    - write: {path: three.txt, text: "three\\n"}
`;

/**
 * Three tests of merges at once, of which the second is red, so that the third is given up and the second searched for
 * blame. Each waits for the sign of the next; signs stay, and nothing waits after a crash.
 */
const SPECULATIVE_RECIPE = `
tasks:
  task-001:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
    - write: {path: one.txt, text: "one\\n"}
  task-002:
    attempts:
      1:
        - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"; until [ -e "$STARTS.1" ]; do sleep 0.05; done'
        - write: {path: two.txt, text: "wrong\\n"}
    default:
      - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
      - write: {path: two.txt, text: "two\\n"}
  task-003:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"; until [ -e "$STARTS.2" ]; do sleep 0.05; done'
    - write: {path: three.txt, text: "three\\n"}
`;
const SPECULATIVE_TEST = `
starts="$(cat starts-at)"
number=$(ls one.txt two.txt three.txt 2>/dev/null | wc -l)
touch "$starts.$number"
if grep -qs wrong two.txt; then
  [ ! -e one.txt ] || until [ -e "$starts.3" ]; do sleep 0.05; done
  [ ! -e three.txt ] || sleep 600
  exit 1
fi
until [ -e "$starts.2" ]; do sleep 0.05; done
`;

/** One agent hangs, the other cancels its task. */
const CANCELLING_RECIPE = `
tasks:
  task-001:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
    - write: {path: one.txt, text: "one\\n"}
    - run: 'until [ -e "$STARTS.hangs" ]; do sleep 0.05; done; "${COX}" cancel "$COX_RUN_ID" --task task-002'
  task-002:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"; touch "$STARTS.hangs"; sleep 600'
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(): Project {
  const made = makeProject({
    waves: [
      {
        tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } },
        validation: 'grep -q two two.txt',
      },
      {
        tasks: { 'task-003': { create: 'three.txt', deps: 'task-001' } },
        validation: 'cat one.txt two.txt three.txt',
      },
    ],
    recipe: RECIPE,
    config: 'mergeTest: test -f README.md\n',
  });
  projects.push(made);
  return made;
}

function speculativeProject(): Project {
  const made = makeProject({
    waves: [
      {
        tasks: {
          'task-001': { create: 'one.txt' },
          'task-002': { create: 'two.txt' },
          'task-003': { create: 'three.txt' },
        },
      },
    ],
    recipe: SPECULATIVE_RECIPE,
    files: { 'test.sh': SPECULATIVE_TEST },
    config: 'mergeTest: sh test.sh\n',
  });
  made.commit({ 'starts-at': join(made.root, 'starts') }, 'Where signs are');
  projects.push(made);
  return made;
}

function cancellingProject(): Project {
  const tasks = { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } };
  const made = makeProject({ waves: [{ tasks }], recipe: CANCELLING_RECIPE });
  projects.push(made);
  return made;
}

/** What stands for uv counts how often it is called: `starts` shows it. */
function packagesProject(): Project {
  const made = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: `
tasks:
  task-001:
    - run: 'echo "$COX_TASK_ID/$COX_ATTEMPT" >> "$STARTS"'
    - assertFile: {path: uv.lock}
    - write: {path: one.txt, text: "one\\n"}
`,
    files: { 'pyproject.toml': '[project]\nname = "app"\n' },
    dependencies: { python: { add: ['left==1.0'], add_dev: ['right==2.0'] } },
  });
  const uv = `#!/bin/sh\necho "uv $*" >> "${join(made.root, 'starts')}"\n${UV_CHANGES}`;
  mkdirSync(join(made.root, 'bin'));
  writeFileSync(join(made.root, 'bin', 'uv'), uv, { mode: 0o755 });
  projects.push(made);
  return made;
}

interface Result {
  readonly status: readonly unknown[];
  readonly tree: string;
  readonly starts: readonly string[];
  readonly branches: readonly string[];
  readonly worktrees: number;
  readonly clean: string;
}

interface StatusJson {
  readonly run: { readonly id: string; readonly status: string; readonly integrationBranch: string };
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly attempt: number }[];
}

const TAKEN = ['one.txt', 'two.txt', 'three.txt', 'pyproject.toml', 'uv.lock'];

async function resultOf(made: Project): Promise<Result> {
  const status: StatusJson = JSON.parse((await made.cox(['status', '--json'])).stdout);
  const { id, integrationBranch } = status.run;
  return {
    status: [status.run.status, ...status.tasks.map((task) => [task.id, task.state, task.attempt])],
    tree: made.git(['ls-tree', '-r', integrationBranch, '--', ...TAKEN]),
    starts: linesOf(join(made.root, 'starts')).sort(),
    branches: made
      .git(['for-each-ref', '--format=%(refname:short)', 'refs/heads'])
      .replaceAll(id, 'RUN')
      .split('\n')
      .sort(),
    worktrees: made.git(['worktree', 'list', '--porcelain']).match(/^worktree /gm)?.length ?? 0,
    clean: made.git(['status', '--porcelain']),
  };
}

const environment = (made: Project): Record<string, string> => ({
  STARTS: join(made.root, 'starts'),
  PATH: [join(made.root, 'bin'), process.env['PATH'] ?? ''].join(delimiter),
});

interface Undisturbed {
  readonly result: Result;
  readonly places: readonly string[];
}

async function undisturbed(make = project, exit = 0): Promise<Undisturbed> {
  const made = make();
  const trace = join(made.root, 'places');
  const run = await made.cox(['run', made.plan], { ...environment(made), COX_FAULT_TRACE: trace });
  assert.equal(run.code, exit, `${run.stdout}${run.stderr}`);
  return { result: await resultOf(made), places: linesOf(trace) };
}

/** False when the run did not come to that place: how many merges are tested again depends on what runs at once. */
async function crashedAt(place: string, expected: Result, make = project, exit = 0): Promise<boolean> {
  const made = make();
  const crashed = await made.cox(['run', made.plan], { ...environment(made), COX_FAULT: place });
  if (crashed.signal === null)
    assert.equal(crashed.code, exit, `${place}: ${crashed.stdout}${crashed.stderr}`);
  else {
    assert.equal(crashed.signal, 'SIGKILL', `${place}: ${crashed.stderr}`);
    const resumed = await made.cox(['resume'], environment(made));
    assert.equal(resumed.code, exit, `${place}: ${resumed.stdout}${resumed.stderr}`);
  }
  const result = await resultOf(made);
  // How many slots were needed depends on what ran at once.
  assert.deepEqual({ ...result, worktrees: 0 }, { ...expected, worktrees: 0 }, place);
  assert.ok(result.worktrees <= expected.worktrees + 1, `${place}: ${result.worktrees} worktrees`);
  assert.deepEqual(processesIn(made.root), [], `${place}: processes are left`);
  rmSync(made.root, { recursive: true, force: true });
  return crashed.signal !== null;
}

/** Runs in which a place is waited for: what runs at once decides, now and then, how often a merge is tested. */
const MOST_TRIES = 10;

describe('kill -9 of cox', () => {
  it('at every place around every command changes nothing of the result', {
    timeout: 2_400_000,
  }, async (context) => {
    const { result, places } = await undisturbed();
    assert.ok(places.length >= 40, `only ${places.length} places`);
    for (const kind of [
      'integration.preparing',
      'attempt.starting',
      'checks.starting',
      'merge.starting',
      'test.starting',
      'validation.starting',
      'integration.advancing',
    ]) {
      assert.ok(
        places.some((place) => place.includes(kind)),
        kind,
      );
    }
    const left = [...places];
    let runs = 0;
    const work = async (): Promise<void> => {
      for (let place = left.shift(); place !== undefined; place = left.shift()) {
        let tries = 1;
        while (!(await crashedAt(place, result))) {
          assert.ok(tries < MOST_TRIES, `${place} was not reached in ${tries} runs`);
          tries += 1;
        }
        runs += tries;
      }
    };
    await Promise.all([work(), work()]);
    context.diagnostic(`${places.length} places were all reached, in ${runs} runs`);
  });

  it('around the giving up of a test and the search for blame changes nothing of the result', {
    timeout: 1_200_000,
  }, async () => {
    const { result, places } = await undisturbed(speculativeProject);
    const kinds = ['test.stopping', 'blame.starting'];
    const wanted = places.filter((place) => kinds.some((kind) => place.includes(kind)));
    assert.equal(wanted.length, 8, places.join());
    for (const place of [...wanted, 'after-intent:test.starting:3', 'after-effect:test.starting:2'])
      assert.ok(await crashedAt(place, result, speculativeProject), place);
  });

  it('around the stopping of an agent changes nothing of the result', { timeout: 900_000 }, async () => {
    const { result, places } = await undisturbed(cancellingProject, 1);
    assert.ok(
      result.status.some((task) => String(task) === 'task-002,cancelled,1'),
      String(result.status),
    );
    // Its end is the outcome of its start.
    const stopping = places.indexOf('before-intent:attempt.stopping:1');
    const wanted = places.slice(stopping).filter((place) => place.includes(':attempt.'));
    assert.ok(stopping !== -1 && wanted.length >= 4, places.join());
    for (const place of wanted) assert.ok(await crashedAt(place, result, cancellingProject, 1), place);
  });

  it('around the installation of packages changes nothing of the result', { timeout: 900_000 }, async () => {
    const { result, places } = await undisturbed(packagesProject);
    const wanted = places.filter((place) => place.includes('dependencies.installing'));
    assert.equal(wanted.length, 4, places.join());
    for (const place of wanted) assert.ok(await crashedAt(place, result, packagesProject), place);
  });

  it('together with the shim and the agent, as by a reboot, loses nothing', {
    timeout: 1_200_000,
  }, async () => {
    const { result } = await undisturbed();
    const made = project();
    const crashed = await made.cox(['run', made.plan], {
      ...environment(made),
      COX_FAULT: 'after-outcome:attempt.starting:1',
    });
    assert.equal(crashed.signal, 'SIGKILL');
    for (const pid of processesIn(made.root)) endIfAlive(pid);
    const resumed = await made.cox(['resume'], environment(made));
    assert.equal(resumed.code, 0, resumed.stderr);
    const after = await resultOf(made);
    assert.equal(after.tree, result.tree);
    assert.deepEqual(after.branches, result.branches);
    assert.deepEqual(processesIn(made.root), []);
  });

  it('at random moments, again and again, still comes to the same end', { timeout: 600_000 }, async () => {
    const { result } = await undisturbed();
    const made = project();
    const first = made.start(['run', made.plan], environment(made));
    // Before an agent has started there may be no run yet to go on with.
    await until(() => existsSync(join(made.root, 'starts')));
    let code = await killedAfter(first, 50);
    for (let round = 0; code === null && round < 12; round += 1) {
      code = await killedAfter(made.start(['resume'], environment(made)), 400 + ((round * 377) % 900));
    }
    if (code === null) code = (await made.cox(['resume'], environment(made))).code;
    assert.equal(code, 0);
    const after = await resultOf(made);
    assert.equal(after.tree, result.tree);
    assert.deepEqual(after.starts, result.starts);
    assert.deepEqual(processesIn(made.root), []);
  });
});

/** The exit code, or null when it was killed first. */
async function killedAfter(started: ReturnType<Project['start']>, ms: number): Promise<number | null> {
  const timer = setTimeout(() => started.kill('SIGKILL'), ms);
  const { code } = await started.ended;
  clearTimeout(timer);
  return code;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 20));
}
