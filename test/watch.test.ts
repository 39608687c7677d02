import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { shellWord } from '../src/core/shell-word.ts';
import { makeProject, type Project, type Started } from './lib/project.ts';
import { until } from './lib/until.ts';

const COX = fileURLToPath(new URL('../bin/cox', import.meta.url));
const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';
const SHOW_CURSOR = '\u001b[?25h';

/** Of util-linux: gives a program a terminal of its own. */
const SCRIPT = 'script';
const hasScript = (spawnSync(SCRIPT, ['--version'], { encoding: 'utf8' }).stdout ?? '').includes(
  'util-linux',
);

interface Watching {
  output(): string;
  press(keys: string): void;
  /** Of the process that watches. */
  readonly pid: () => number;
  readonly ended: Promise<number | null>;
}

/** Starts `cox status --watch` on a terminal, in a shell that says at the end how its modes stand. */
function watch(project: Project, name: string, env: Readonly<Record<string, string>>): Watching {
  const pidFile = join(project.root, `${name}.pid`);
  const inner = `echo $$ >${shellWord(pidFile)}; exec ${shellWord(COX)} status --watch`;
  const line = `stty cols 100 rows 30; before=$(stty -g); sh -c ${shellWord(inner)}; code=$?; [ "$before" = "$(stty -g)" ] && echo same modes; exit $code`;
  const child = spawn(SCRIPT, ['-qfec', line, '/dev/null'], {
    cwd: project.path,
    env: { ...project.env, TERM: 'xterm-256color', SHELL: '/bin/sh', ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  return {
    output: () => output,
    press: (keys) => child.stdin.write(keys),
    pid: () => (existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0),
    ended: new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code) => resolve(code));
    }),
  };
}

describe('status --watch on a terminal', { skip: hasScript ? false : 'there is no `script` here' }, () => {
  let project: Project;
  let run: Started;
  before(async () => {
    project = makeProject({
      waves: [{ tasks: { 'task-001': { create: 'a.txt' } } }],
      recipe: 'tasks:\n  task-001:\n    - progress: {percent: 30, step: Looking around}\n    - sleep: 10m\n',
    });
    run = project.start(['run', project.plan]);
    await until(() => run.stdout().includes('task-001 started'));
  });
  after(async () => {
    run.kill('SIGTERM');
    await run.ended;
    project.remove();
  });

  async function drawn(name: string, env: Readonly<Record<string, string>> = {}): Promise<Watching> {
    const watching = watch(project, name, env);
    await until(
      () => watching.output().includes('● task-001') && watching.output().includes('30% Looking around'),
    );
    return watching;
  }

  function assertGivenBack(output: string): void {
    assert.ok(output.startsWith(ENTER), JSON.stringify(output.slice(0, 200)));
    assert.equal(output.split(LEAVE).length, 2);
    assert.ok(output.lastIndexOf(SHOW_CURSOR) > output.lastIndexOf('\u001b[?25l'));
    assert.match(output, /same modes\r\n$/);
  }

  it('is left by q, with 0', async () => {
    const watching = await drawn('by-q');
    watching.press('q');
    assert.equal(await watching.ended, 0);
    assertGivenBack(watching.output());
    assert.match(watching.output(), /goes on\. Watch it again/);
  });

  it('is left by Ctrl-C, with 130', async () => {
    const watching = await drawn('by-ctrl-c');
    watching.press('\u0003');
    assert.equal(await watching.ended, 130);
    assertGivenBack(watching.output());
  });

  it('gives the terminal back when it is ended by SIGTERM', async () => {
    const watching = await drawn('by-sigterm');
    process.kill(watching.pid(), 'SIGTERM');
    assert.equal(await watching.ended, 143);
    assertGivenBack(watching.output());
  });

  it('gives the terminal back when it crashes, and then says why', async () => {
    const trigger = join(project.root, 'crash');
    const mistake = `import { existsSync } from 'node:fs'; setInterval(() => { if (existsSync(${JSON.stringify(trigger)})) throw new Error('a mistake of ours'); }, 20);`;
    const watching = await drawn('by-crash', {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(mistake)}`,
    });
    writeFileSync(trigger, '');
    assert.equal(await watching.ended, 1);
    assertGivenBack(watching.output());
    const [, behind = ''] = watching.output().split(LEAVE);
    assert.match(behind, /^cox: this is a bug: Error: a mistake of ours/);
  });
});

describe('the screen of a run that waits for a service', {
  skip: hasScript ? false : 'there is no `script` here',
}, () => {
  let project: Project;
  let run: Started;
  before(async () => {
    project = makeProject({
      waves: [{ tasks: { 'task-001': { create: 'a.txt' } } }],
      recipe: 'default:\n  - quota: {retryAfter: 3h}\n',
    });
    run = project.start(['run', project.plan]);
    await until(() => run.stdout().includes('waits for quota'));
  });
  after(async () => {
    run.kill('SIGTERM');
    await run.ended;
    project.remove();
  });

  it('tells until when', async () => {
    const watching = watch(project, 'waiting', {});
    await until(() => /recipe: its service refuses more work until 20\d\d-/.test(watching.output()));
    assert.match(watching.output(), /◔ task-001/);
    watching.press('q');
    assert.equal(await watching.ended, 0);
  });
});
