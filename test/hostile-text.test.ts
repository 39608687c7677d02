/** A plan and agents whose every text tries to act on the terminal, through every command that prints. */

import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { UNPRINTABLE } from '../src/testing/hostile-text.ts';
import { COX, type Ended, makeProject, type Project, WHOLE_RUN_MS } from './lib/project.ts';

/** Colours, a title, a link, the clipboard, C1, a turned direction, what nobody sees, and line ends of other systems. */
const EVIL =
  'A\u001b[31;41mB\u001b]0;PWNED\u0007C\u001b]8;;http://evil\u001b\\D\u001b]52;c;bm8=\u0007E\u009b2JF\u009d0;G\u009cH\u202egnp\u2066I\u200bJ\ufeffK\u{e0041}L\u2028M\u0085N\u007fO\bP';
/** In Markdown and HTML. */
const MARKUP = '<script>alert(1)</script> [x](javascript:alert(1)) | ``` # Heading';
const WORDS = `${EVIL} ${MARKUP}`;
/** A file name may hold all but a slash and a NUL. */
const ODD_FILE = `printf x > "$(printf 'odd\\033[2J\\342\\200\\256\\007\\nSecond line.txt')"`;
const SAME_FILE = `printf "$COX_TASK_ID" > "$(printf 'both\\033[2J.txt')"`;

const RECIPE = {
  tasks: {
    'task-001': [
      { say: `${WORDS}\r\nover\rwritten` },
      { run: `printf '%s\\033[31;41m\\007\\033]0;PWNED\\007' "said"; printf '\\033[2J\\302\\2332J' >&2` },
      { progress: { percent: 50, step: WORDS } },
      { run: ODD_FILE },
      { commit: { message: `${WORDS}\n\nSigned-off-by: ${WORDS}` } },
    ],
    'task-002': [{ promise: { word: 'TASK_FAILED', detail: WORDS } }],
    'task-003': [{ ask: WORDS }],
    'task-004': [{ run: SAME_FILE }],
    'task-005': [{ sleep: '1s' }, { run: SAME_FILE }],
    'task-006': [{ write: { path: 'bad.txt', text: 'x\n' } }],
    'task-007': [{ run: `printf '\\033[31;41m\\007tail\\033]0;PWNED' >&2` }, { exit: 3 }],
  },
};
const TASKS = Object.keys(RECIPE.tasks);

let project: Project;
let run: Ended;

function taskText(id: string): string {
  const header = `id: ${id}\ncomponent: ${JSON.stringify(WORDS)}\nwave: 1\ndeps: []\nagent: ${JSON.stringify(WORDS)}`;
  const title = WORDS.replaceAll(/[\u0085\u2028]/g, '');
  const body = `## Scope\n\nCREATE: ${id}.txt\nBOUNDARY: README.md\n\n## Requirements\n\n- ${title}\n\n## Checklist\n\n- [ ] ${title}`;
  return `---\n${header}\n---\n\n# ${id}: ${title}\n\n${body}\n`;
}

function manifest(): string {
  const tasks = TASKS.map((id) => ({ id, agent: WORDS }));
  const waves = [{ number: 1, tasks, validation: `true # ${EVIL}` }];
  return JSON.stringify({
    tech_spec_id: `TS-1 ${WORDS}`,
    name: WORDS,
    title: WORDS,
    technology: WORDS,
    waves,
  });
}

before(
  async () => {
    project = makeProject({
      waves: [],
      recipe: JSON.stringify(RECIPE),
      config:
        'retries: 0\nchecks:\n  boundaries: warn\nmergeTest: "! test -e bad.txt || { printf \'\\\\033[31;41m\\\\033]0;PWNED\\\\007\\\\302\\\\233x\'; exit 1; }"\n',
    });
    project.commit({
      [`${project.plan}/manifest.json`]: manifest(),
      ...Object.fromEntries(TASKS.map((id) => [`${project.plan}/tasks/${id}.md`, taskText(id)])),
    });
    run = await project.cox(['run', project.plan]);
    assert.notEqual(run.stdout, '', run.stderr);
  },
  { timeout: WHOLE_RUN_MS },
);
after(() => project.remove());

function isClean(what: string, text: string): void {
  const at = UNPRINTABLE.exec(text);
  if (at !== null)
    assert.fail(`${what} prints ${JSON.stringify(text.slice(Math.max(0, at.index - 60), at.index + 20))}`);
}

async function prints(...args: readonly string[]): Promise<Ended> {
  const ended = await project.cox(args);
  isClean(`cox ${args.join(' ')}, standard output`, ended.stdout);
  isClean(`cox ${args.join(' ')}, standard error`, ended.stderr);
  return ended;
}

describe('hostile text', () => {
  it('the run shows each kind of it, and nothing that acts', () => {
    isClean('run, standard output', run.stdout);
    isClean('run, standard error', run.stderr);
    assert.match(run.stdout, /task-002 failed: .*ABC/);
    assert.match(run.stdout, /conflicts? in .*both\.txt/);
    assert.match(run.stdout, /task-007 failed: .*exited with 3/);
    assert.equal(run.code, 4, 'it waits for an answer');
  });

  it('every command prints it without what acts', async () => {
    for (const args of [
      ['validate', project.plan],
      ['validate', project.plan, '--json'],
      ['plan', project.plan],
      ['plan', project.plan, '--json'],
      ['run', project.plan, '--dry-run'],
      ['status'],
      ['status', '--json'],
      ['status', '--watch'],
      ['wait'],
      ['report'],
      ['report', '--json'],
      ['report', '--format', 'html'],
      ['doctor'],
      ...['task-001', 'task-002', 'task-007'].map((id) => ['logs', id]),
      ['logs', 'task-001', '--json'],
      ['logs', 'task-001', '--json', '--raw'],
    ]) {
      const { stdout, stderr } = await prints(...args);
      assert.notEqual(stdout + stderr, '', args.join(' '));
    }
    assert.match((await prints('status')).stdout, /ABCDE/, 'the question is shown');
    assert.equal((await prints('resume', '--json')).code, 4, 'it still waits for the answer');
    const { stdout: page } = await prints('report', '--format', 'html');
    assert.doesNotMatch(page, /<script>alert|href="javascript:/);
  });

  it('nor does what is typed come back as it was', async () => {
    for (const args of [
      ['validate', EVIL],
      ['run', `no/such/${EVIL}`],
      ['status', EVIL],
      ['logs', EVIL],
      ['logs', 'task-001', '--run', EVIL],
      ['logs', 'task-001', '--attempt', EVIL],
      ['wait', '--task', EVIL],
      ['retry', EVIL],
      ['answer', EVIL, 'x'],
      ['cancel', '--task', EVIL],
      ['run', project.plan, '--agent', EVIL],
      ['run', project.plan, '--retries', EVIL],
      ['run', project.plan, `--${EVIL}`],
      ['-C', `/no/${EVIL}`, 'status'],
      [EVIL],
    ])
      assert.notEqual((await prints(...args)).code, 0, args.join(' '));
  });

  it('findings about a broken plan are clean, too', async () => {
    const broken = join(project.root, 'broken', `plan${EVIL}`);
    const tasks = [{ id: EVIL, agent: EVIL, prompt_file: `../${EVIL}` }, { id: 'task-001' }];
    project.write(
      {
        'manifest.json': JSON.stringify({ tech_spec_id: EVIL, [EVIL]: 1, waves: [{ number: 1, tasks }] }),
        'tasks/task-001.md': taskText('task-001').replace('deps: []', `deps: [${JSON.stringify(EVIL)}]`),
        [`tasks/${EVIL}.md`]: `---\nid: ${JSON.stringify(EVIL)}\nwave: x\n---\n# ${EVIL}\n\n## Scope\n\nCREATE: ../${EVIL}\n`,
      },
      broken,
    );
    for (const args of [
      ['validate', broken],
      ['validate', broken, '--json'],
      ['run', broken],
    ])
      assert.equal((await prints(...args)).code, 1);
  });

  it('a terminal gets what we draw and nothing else', { skip: noScript() }, () => {
    for (const command of ['status', 'logs task-001', 'report', `plan ${project.plan}`, 'resume']) {
      const { stdout } = spawnSync('script', ['-qec', `'${COX}' ${command}`, '/dev/null'], {
        cwd: project.path,
        env: { ...project.env, TERM: 'xterm-256color' },
        encoding: 'utf8',
      });
      // Colours, the cursor, and the terminal's own line ends.
      const ours = /\u001b\[(?:[0-9;]*m|\?(?:25|2026)[hl]|[0-9]*[ABGJK])|\r/g;
      assert.ok(!stdout.includes('\u001b[31;41m'), command);
      isClean(`cox ${command} on a terminal`, stdout.replace(ours, ''));
    }
  });

  it('the files beside the plan are clean, and the report’s Markdown holds no markup of others', () => {
    const folder = join(project.path, project.plan);
    const logs = readdirSync(join(folder, 'logs'));
    assert.deepEqual(
      logs,
      TASKS.map((id) => `${id}.log`),
    );
    for (const name of ['report.json', 'execution-report.md', ...logs.map((log) => `logs/${log}`)])
      isClean(name, readFileSync(join(folder, name), 'utf8'));
    const report = readFileSync(join(folder, 'execution-report.md'), 'utf8');
    assert.doesNotMatch(report, /(?<!\\)<script|^# Heading|(?<!\\)\]\(javascript:/m);
  });

  it('branches and our commits have names that say nothing to a terminal', () => {
    const refs = project.git(['for-each-ref', '--format=%(refname)']).split('\n');
    assert.ok(
      refs.some((ref) => /^refs\/heads\/integration\/abcdefhgnpijklmnop-/.test(ref)),
      refs.join('\n'),
    );
    for (const ref of refs) assert.match(ref, /^refs\/[A-Za-z0-9/_-]+$/);
    const log = execFileSync('git', ['log', '--all', '--format=%cn%x00%B%x01'], {
      cwd: project.path,
      env: project.env,
      encoding: 'utf8',
    });
    const messages = log.split('\u0001').map((entry) => entry.split('\0')[1] ?? '');
    const ours = messages.filter((message) => /^(?:Merge )?task-\d+: /.test(message));
    assert.ok(ours.length >= 2, messages.join('\n'));
    for (const message of ours) {
      isClean('a commit', message);
      assert.doesNotMatch(message.trim(), /\n/);
    }
  });

  it('raw means raw', async () => {
    const { stdout } = await project.cox(['logs', 'task-001', '--raw']);
    assert.match(stdout, /\u001b\[31;41m/);
  });
});

function noScript(): string | false {
  return spawnSync('script', ['--version']).status === 0 ? false : 'there is no `script` of util-linux';
}
