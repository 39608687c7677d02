/** What `cox logs` and the kept files show of an agent's output, with the real binary. */

import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

// None of them opens anything.
const TOKEN = 'ghp_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789';
const KEY = 'an-unusual:key"of/ours';
const DONE = '<promise>TASK_DONE: task-001</promise>';

/** An agent's program of our own: a script for `sh`, in the project's folder. */
function project(script: string, driver: string): Project {
  const made = makeProject({
    waves: [{ tasks: { 'task-001': { create: 'one.txt' } } }],
    recipe: '',
    files: { 'coxswain.config.yaml': '' },
  });
  projects.push(made);
  const program = join(made.root, 'agent');
  writeFileSync(program, `#!/bin/sh\ncat >/dev/null\necho x >one.txt\n${script}\n`, { mode: 0o755 });
  const options = driver === 'command' ? { command: program } : { program };
  const config = { agent: { driver, options, environment: ['SERVICE_KEY'] }, qa: { enabled: false } };
  made.write({ 'coxswain.config.yaml': JSON.stringify(config) });
  made.git(['commit', '-qam', 'Configure']);
  return made;
}

/** All that is kept of the agent's output. */
function kept(made: Project): ReadonlyMap<string, string> {
  const raw = globSync(join(made.path, '.git/coxswain/runs/*/attempts/*/*/agent/std*.log'));
  const files = [...raw, join(made.path, made.plan, 'logs/task-001.log')];
  return new Map(files.filter((file) => existsSync(file)).map((file) => [file, readFileSync(file, 'utf8')]));
}

describe('secrets in the output of an agent', () => {
  it('are shown by no command while it runs, and kept in no file, though they are written in two parts', async () => {
    const made = project(
      [
        `printf 'token ghp_aBcDeFgHiJ'`,
        'sleep 0.2',
        `printf 'kLmNoPqRsTuVwXyZ0123456789 end\\n'`,
        `printf 'key %s' "$(printf %s "$SERVICE_KEY" | cut -c1-9)"; sleep 0.2`,
        `printf '%s end\\n' "$(printf %s "$SERVICE_KEY" | cut -c10-)"`,
        `printf 'token %s' ${TOKEN} >&2`,
        'echo open',
        `until [ -e '../go' ] || [ -e "$GO" ]; do sleep 0.1; done`,
        `echo '${DONE}'`,
      ].join('\n'),
      'command',
    );
    const env = { SERVICE_KEY: KEY, GO: '' };
    const go = join(made.root, 'go');
    const program = join(made.root, 'agent');
    writeFileSync(program, readFileSync(program, 'utf8').replace('"$GO"', `'${go}'`), { mode: 0o755 });
    const run = made.start(['run', made.plan], env);
    let live = '';
    await until(async () => {
      live = (await made.cox(['logs', 'task-001'], env)).stdout;
      return live.includes('open');
    });
    const raw = (await made.cox(['logs', 'task-001', '--raw'], env)).stdout;
    const json = (await made.cox(['logs', 'task-001', '--json'], env)).stdout;
    for (const text of [live, raw, json]) {
      assert.match(text, /token \*{40} end/);
      assert.match(text, /key \*{22} end/);
      assert.ok(!text.includes(TOKEN) && !text.includes(KEY), text);
    }
    assert.match(live, /^! token \*{40}$/m);
    writeFileSync(go, '');
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const files = kept(made);
    assert.equal(files.size, 3, [...files.keys()].join());
    for (const [file, text] of files) {
      assert.ok(!text.includes('ghp_a') && !text.includes(KEY), file);
      assert.match(text, /token \*{40}/, file);
    }
  });

  it('that stand in files of the environment, which its worktree has, are starred, too', async () => {
    const wait = 'until [ -e "$(dirname "$0")/go-on" ]; do sleep 0.1; done';
    const made = project(
      `cat .env .env.local\nprintf 'it is %s\\n' a-word-of-Joe\n${wait}\necho '${DONE}'`,
      'command',
    );
    made.write({
      '.env':
        'DB_PASSWORD=a-word-of-Joe\r\nURL=postgres://joe:wordofjoe@db.invalid/shop\r\nMODE_KEY=production\n',
      '.env.local': 'SERVICE_TOKEN="two words of Joe"\n',
      '.git/info/exclude': '.env*\n',
    });
    const run = made.start(['run', made.plan]);
    try {
      for (const way of [[], ['--raw'], ['--json']]) {
        let live = '';
        await until(async () => {
          live = (await made.cox(['logs', 'task-001', ...way])).stdout;
          return live.includes('it is');
        });
        assert.match(live, /it is \*{13}/);
        assert.doesNotMatch(live, /a-word-of|wordofjoe|two words/);
      }
    } finally {
      writeFileSync(join(made.root, 'go-on'), '');
      await run.ended;
    }
    const ended = await run.ended;
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    for (const [file, text] of kept(made)) {
      assert.doesNotMatch(text, /a-word-of|wordofjoe|two words/, file);
      if (!file.endsWith('stderr.log')) assert.match(text, /^it is \*{13}$[\s\S]*TASK_DONE/m, file);
      if (!file.endsWith('stderr.log')) assert.match(text, /^MODE_KEY=production$/m, file);
    }
  });

  it('are not shown where the agent says them in two pieces', async () => {
    const say = (content: string): string =>
      JSON.stringify({ type: 'message', role: 'assistant', content, delta: true });
    const lines = [
      say(`I found ${TOKEN.slice(0, 15)}`),
      say(`${TOKEN.slice(15)} there.\n`),
      JSON.stringify({
        type: 'tool_use',
        tool_name: 'run_shell_command',
        parameters: { command: `curl -H '${TOKEN}' \u001b[31mx` },
      }),
      JSON.stringify({ type: 'tool_result', status: 'success', output: `it says ${JSON.stringify(KEY)}` }),
      say(DONE),
      JSON.stringify({
        type: 'result',
        status: 'success',
        stats: { input_tokens: 9, output_tokens: 3, cached: 1 },
      }),
    ];
    const made = project(`cat <<'END'\n${lines.join('\n')}\nEND`, 'gemini');
    const env = { SERVICE_KEY: KEY };
    const ended = await made.cox(['run', made.plan], env);
    assert.equal(ended.code, 0, ended.stdout + ended.stderr);
    const { stdout } = await made.cox(['logs', 'task-001']);
    assert.equal(
      stdout,
      [
        `I found ${'*'.repeat(40)} there.`,
        `→ run_shell_command: curl -H '${'*'.repeat(40)}' x`,
        `← it says "${'*'.repeat(KEY.length + 3)}"`,
        DONE,
        'Σ 9 tokens in (1 cached), 3 out',
        '',
      ].join('\n'),
    );
    const json = (await made.cox(['logs', 'task-001', '--json'])).stdout.trimEnd().split('\n');
    assert.deepEqual(
      json.map((line) => JSON.parse(line).kind),
      ['text', 'tool', 'result', 'text', 'tokens'],
    );
  });
});
