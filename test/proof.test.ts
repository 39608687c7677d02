/** What a run makes of agents that say they are done, with the real binary: checks, QA, and what reports say of them. */

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { linesOf, makeProject, type Project, type ProjectFiles } from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

// Its test is green as long as nobody writes something wrong.
const FILES = {
  'package.json': JSON.stringify({ name: 'sample', private: true, scripts: { test: 'node check.js' } }),
  'check.js':
    "const { existsSync, readFileSync } = require('node:fs');\n" +
    "const wrong = existsSync('two.txt') && readFileSync('two.txt', 'utf8') !== 'two\\n';\n" +
    "if (wrong) { console.error('two.txt does not say two'); process.exit(1); }\n",
  'theirs.txt': 'theirs\n',
  'precious.txt': 'precious\n',
};

function project(change: Partial<ProjectFiles> & Pick<ProjectFiles, 'recipe'>): Project {
  const waves = change.waves ?? [{ tasks: { 'task-001': { create: 'one.txt' } } }];
  const made = makeProject({ files: FILES, ...change, waves });
  projects.push(made);
  return made;
}

interface TaskJson {
  readonly id: string;
  readonly status: string;
  readonly attempts: number;
  readonly verdict: string | null;
  readonly checks: readonly { readonly name: string; readonly status: string }[];
  readonly qa: {
    readonly status: string;
    readonly attempts: number;
    readonly rejections: number;
    readonly feedback: string | null;
  };
  readonly criteria: readonly { readonly text: string; readonly status: string; readonly reason: string }[];
  readonly error: string | null;
}

interface ReportJson {
  readonly integration_branch: string;
  readonly waves: readonly { readonly tasks: readonly TaskJson[] }[];
}

interface Reported {
  readonly branch: string;
  readonly tasks: ReadonlyMap<string, TaskJson>;
  /** Files of the integration branch. */
  readonly files: readonly string[];
}

async function reported(made: Project): Promise<Reported> {
  const { stdout } = await made.cox(['report', '--format', 'json']);
  const report: ReportJson = JSON.parse(stdout);
  const tasks = report.waves.flatMap((wave) => wave.tasks.map((task) => [task.id, task] as const));
  const branch = report.integration_branch;
  const files = made.git(['ls-tree', '-r', '--name-only', branch]).split('\n');
  return { branch, tasks: new Map(tasks), files };
}

describe('agents that lie', () => {
  const RECIPE = `
tasks:
  task-001: [lie]
  task-002:
    - write: {path: two.txt, text: "wrong\\n"}
  task-003:
    - write: {path: three.txt, text: "three\\n"}
    - append: {path: theirs.txt, text: "mine now\\n"}
  task-004:
    - write: {path: four.txt, text: "four\\n"}
    - delete: precious.txt
  task-005:
    - write: {path: five.txt, text: "five\\n"}
`;

  it('have nothing merged, and all of it is explained', async () => {
    const names = ['one', 'two', 'three', 'four', 'five'];
    const tasks = Object.fromEntries(
      names.map((name, index) => [`task-00${index + 1}`, { create: `${name}.txt` }]),
    );
    const made = project({ recipe: RECIPE, waves: [{ tasks }] });
    const run = await made.cox(['run', made.plan, '--retries', '0', '--max-parallel', '2']);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stdout, /task-003 did not pass its checks: .*boundaries \(theirs\.txt\)/);
    assert.match(run.stdout, /task-004 failed: .*2 changed paths: precious\.txt/);
    const { tasks: found, files, branch } = await reported(made);
    assert.equal(found.get('task-005')?.status, 'merged');
    assert.deepEqual(
      names.filter((name) => files.includes(`${name}.txt`)),
      ['five'],
    );
    assert.equal(made.git(['show', `${branch}:theirs.txt`]), 'theirs');
    assert.equal(made.git(['show', `${branch}:precious.txt`]), 'precious');
    const reasons = {
      'task-001': /changed nothing/,
      'task-002': /tests \(npm (run )?test, exit 1\)/,
      'task-003': /boundaries/,
      'task-004': /boundaries/,
    };
    for (const [id, reason] of Object.entries(reasons)) {
      assert.equal(found.get(id)?.status, 'failed', id);
      assert.match(found.get(id)?.error ?? '', reason);
    }
    const report = (await made.cox(['report'])).stdout;
    for (const part of ['theirs.txt', 'precious.txt', 'two.txt does not say two', 'FAILED'])
      assert.ok(report.replaceAll('\\', '').includes(part), `${part} is missing in:\n${report}`);
    assert.equal(found.get('task-005')?.verdict?.startsWith('COMPLETE_'), true);
    assert.equal(found.get('task-005')?.criteria[0]?.status, 'unproven');
    assert.match(report, /\*\*QA\*\*: not run/);
  });

  it('are told what was found, and may mend it', async () => {
    const recipe = `
tasks:
  task-001:
    attempts:
      1:
        - write: {path: one.txt, text: "one\\n"}
        - append: {path: theirs.txt, text: "mine\\n"}
    default:
      - expectFeedback: {contains: theirs.txt}
      - write: {path: theirs.txt, text: "theirs\\n"}
`;
    const made = project({ recipe });
    const run = await made.cox(['run', made.plan]);
    assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
    const task = (await reported(made)).tasks.get('task-001');
    assert.deepEqual([task?.status, task?.attempts], ['merged', 2]);
  });
});

describe('QA', () => {
  const WRITES = `
tasks:
  task-001:
    - write: {path: one.txt, text: "one\\n"}
`;
  const approve = 'echo "<promise>TASK_APPROVED: $COX_TASK_ID</promise>"';

  it('sends work back with its reason, sees it again, and leaves nothing of its own', async () => {
    const recipe = `
tasks:
  task-001:
    attempts:
      1:
        - write: {path: one.txt, text: "bad\\n"}
    default:
      - expectFeedback: {contains: say good in it}
      - write: {path: one.txt, text: "good\\n"}
`;
    const command = [
      'cat "$COX_PROMPT_FILE" > "$STARTS"',
      'echo junk > junk.txt',
      'git add junk.txt',
      'git -c user.name=q -c user.email=q@localhost commit -qm junk',
      'if grep -q good one.txt',
      `then echo "| C1 | PASS | it says good |"; ${approve}`,
      'else echo "<promise>TASK_REJECTED: $COX_TASK_ID say good in it</promise>"; fi',
    ].join('\n');
    const made = project({ recipe });
    const prompt = join(made.root, 'prompt');
    const run = await made.cox(['run', made.plan, '--qa-command', command], { STARTS: prompt });
    assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
    const { tasks, files } = await reported(made);
    const task = tasks.get('task-001');
    assert.deepEqual([task?.status, task?.attempts], ['merged', 2]);
    assert.deepEqual([task?.qa.status, task?.qa.attempts, task?.qa.rejections], ['approved', 2, 1]);
    assert.deepEqual(task?.criteria[0], { text: 'one.txt is there', status: 'met', reason: 'it says good' });
    assert.ok(!files.includes('junk.txt'));
    assert.doesNotMatch(made.git(['log', '--glob=*', '--format=%s', '--', 'junk.txt']), /junk/);
    const told = readFileSync(prompt, 'utf8');
    for (const part of ['C1: one.txt is there', '+good', 'boundaries: passed', 'one.txt | 1 +'])
      assert.ok(told.includes(part), `${part} is missing in:\n${told}`);
    const log = await made.cox(['logs', 'task-001', '--attempt', '2']);
    assert.match(log.stderr, /attempt 2 \(qa\).*rejected/);
  });

  it('that cannot look at work does not blame it, and is asked again by a resume', async () => {
    const made = project({ recipe: WRITES });
    const mended = join(made.root, 'mended');
    const command = `if [ -e "$STARTS" ]; then ${approve}; else echo "<promise>QA_BLOCKED: $COX_TASK_ID no database</promise>"; fi`;
    const run = await made.cox(['run', made.plan, '--qa-command', command], { STARTS: mended });
    assert.equal(run.code, 4, `${run.stdout}${run.stderr}`);
    const blocked = (await reported(made)).tasks.get('task-001');
    assert.deepEqual([blocked?.status, blocked?.qa.status], ['qa-blocked', 'blocked']);
    assert.match(blocked?.error ?? '', /QA could not look at its work here: no database/);
    assert.match((await made.cox(['status'])).stdout, /QA is blocked.*no database/);
    writeFileSync(mended, '');
    const resumed = await made.cox(['resume'], { STARTS: mended });
    assert.equal(resumed.code, 0, `${resumed.stdout}${resumed.stderr}`);
    const task = (await reported(made)).tasks.get('task-001');
    assert.deepEqual([task?.status, task?.attempts, task?.qa.attempts], ['merged', 1, 4]);
  });

  it('that could not look at work does so at a retry while the run goes on', async () => {
    const waves = [{ tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } }];
    const recipe = [
      'tasks:',
      '  task-001: [{ write: { path: one.txt, text: a } }, { commit: one }]',
      '  task-002: [{ run: \'until [ -e "$STARTS.go" ]; do sleep 0.1; done\' }, { write: { path: two.txt, lines: [two] } }, { commit: two }]',
    ].join('\n');
    const made = project({ recipe, waves, config: 'qa:\n  tries: 1\n' });
    const mended = join(made.root, 'mended');
    const command = `if [ -e "$STARTS" ]; then ${approve}; else echo "<promise>QA_BLOCKED: $COX_TASK_ID no database</promise>"; fi`;
    const run = made.start(['run', made.plan, '--qa-command', command], { STARTS: mended });
    const states = async (): Promise<string> => (await made.cox(['status'])).stdout;
    await until(async () => /QA is blocked/.test(await states()));
    writeFileSync(mended, '');
    const retried = await made.cox(['retry', 'task-001']);
    assert.equal(retried.code, 0, retried.stderr);
    assert.match(retried.stderr, /QA looks at task-001 again/);
    writeFileSync(`${mended}.go`, '');
    const ended = await run.ended;
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`);
    assert.match((await made.cox(['retry', 'task-001'])).stderr, /task-001 is merged/);
  });

  it('that ends well without a verdict has approved nothing', async () => {
    const made = project({ recipe: WRITES });
    const starts = join(made.root, 'starts');
    const command = 'echo look >> "$STARTS"; echo "all is fine"';
    const run = await made.cox(['run', made.plan, '--qa-command', command], { STARTS: starts });
    assert.equal(run.code, 4, run.stderr);
    assert.equal(linesOf(starts).length, 3);
    const { files, tasks } = await reported(made);
    assert.ok(!files.includes('one.txt'));
    assert.match(tasks.get('task-001')?.error ?? '', /without a verdict/);
  });

  it('is refused to be left out where it is required', async () => {
    const made = project({ recipe: WRITES });
    for (const flags of [['--require-qa'], ['--require-qa', '--no-qa', '--qa-command', approve]]) {
      const run = await made.cox(['run', made.plan, ...flags]);
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, /QA is required/);
    }
    assert.equal((await made.cox(['status'])).code, 2);
    const run = await made.cox(['run', made.plan, '--require-qa', '--qa-command', approve]);
    assert.equal(run.code, 0, run.stderr);
  });
});
