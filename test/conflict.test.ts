/** Conflicts between finished tasks, with the real binary: resolved by an agent, refused, and resolved by hand. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type ConflictFiles, conflictProject } from './lib/conflict-project.ts';
import { linesOf, type Project } from './lib/project.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(files: ConflictFiles): Project {
  const made = conflictProject(files);
  projects.push(made);
  return made;
}

const RESOLVED = `      2:
        - run: 'cp shared.txt "$STARTS.unresolved"; cat "$COX_PROMPT_FILE" > "$STARTS.prompt"; git log -1 --format=%P > "$STARTS.parents"'
        - write: {path: shared.txt, text: "begin\\nnames = [one, two]\\nend\\n"}
        - commit: Put them together
`;

const environment = (made: Project): Record<string, string> => ({ STARTS: join(made.root, 'starts') });

interface StatusJson {
  readonly run: { readonly id: string; readonly status: string; readonly integrationBranch: string };
  readonly tasks: readonly { readonly id: string; readonly state: string; readonly attempt: number }[];
}

async function statusOf(made: Project): Promise<StatusJson> {
  return JSON.parse((await made.cox(['status', '--json'])).stdout);
}

async function statesOf(made: Project): Promise<Record<string, string>> {
  return Object.fromEntries((await statusOf(made)).tasks.map(({ id, state }) => [id, state]));
}

const onBranch = (made: Project, path: string): string => {
  const branch = made.git(['for-each-ref', '--format=%(refname)', 'refs/heads/integration']);
  return made.git(['show', `${branch}:${path}`]);
};

describe('a conflict that git cannot resolve', () => {
  for (const strategy of ['merge', 'squash', 'rebase']) {
    it(`is resolved by an agent, and becomes one commit of the branch (${strategy})`, async () => {
      const made = project({
        attempts: RESOLVED,
        config: `resolve:\n  agent: recipe\nmerge:\n  strategy: ${strategy}\n`,
      });
      const run = await made.cox(['run', made.plan], environment(made));
      assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
      assert.equal(onBranch(made, 'shared.txt'), 'begin\nnames = [one, two]\nend');
      assert.equal(onBranch(made, 'three.txt'), 'three');
      const { run: about, tasks } = await statusOf(made);
      assert.deepEqual(
        tasks.map(({ state, attempt }) => [state, attempt]),
        [
          ['merged', 1],
          ['merged', 2],
          ['merged', 1],
        ],
      );
      const starts = join(made.root, 'starts');
      assert.match(
        readFileSync(`${starts}.unresolved`, 'utf8'),
        /^begin\n<{7} .*\nnames = \[one\]\n={7}\nnames = \[two\]\n>{7} .*\nend\n$/,
      );
      const prompt = readFileSync(`${starts}.prompt`, 'utf8');
      for (const said of ['task-001: Make one.txt', 'task-002: Make two.txt', '    shared.txt'])
        assert.ok(prompt.includes(said), said);
      const parents = readFileSync(`${starts}.parents`, 'utf8').trim().split(' ');
      assert.equal(parents.length, 2);
      const messages = made.git(['log', '--format=%s', about.integrationBranch]);
      assert.doesNotMatch(messages, /Unresolved|Put them together/);
      const merges = made.git(['log', '--merges', '--format=%P', about.integrationBranch]).split('\n');
      assert.equal(merges.includes(parents.join(' ')), strategy === 'merge');
      const line = made.git(['log', '--first-parent', '--format=%s', about.integrationBranch]).split('\n');
      assert.equal(line.filter((each) => each.includes('task-002')).length, 1, line.join('\n'));
    });
  }

  it('is given back to the resolver when a side was dropped, with the line, and then to the user', async () => {
    const made = project({
      attempts: `      2:
        - write: {path: shared.txt, text: "begin\\nnames = [two]\\nend\\n"}
      3:
        - run: 'cat "$COX_PROMPT_FILE" > "$STARTS.prompt"'
        - write: {path: shared.txt, text: "begin\\nnames = [one]\\nend\\n"}
        - write: {path: README.md, text: "Mine\\n"}
`,
    });
    const run = await made.cox(['run', made.plan], environment(made));
    assert.equal(run.code, 4, `${run.stdout}${run.stderr}`);
    const prompt = readFileSync(join(made.root, 'starts.prompt'), 'utf8');
    assert.match(
      prompt,
      /shared\.txt lacks a line that what was merged before adds \(line 2 there\): names = \[one\]/,
    );
    const said = `${run.stdout}${run.stderr}`;
    assert.match(said, /README\.md is changed, and is neither in conflict nor in the task's scope/);
    assert.deepEqual(await statesOf(made), {
      'task-001': 'merged',
      'task-002': 'needs-user',
      'task-003': 'waiting',
    });
    assert.equal(onBranch(made, 'shared.txt'), 'begin\nnames = [one]\nend');
  });

  for (const validation of [undefined, 'grep -q two shared.txt']) {
    const where = validation === undefined ? 'the branch' : 'work that waits for its group';
    it(`with ${where} waits for the user, who resolves it with just the commands that are shown`, async () => {
      const made = project({
        ...(validation === undefined ? {} : { validation }),
        attempts: `    default:
      - run: 'echo "$COX_ATTEMPT" >> "$STARTS"; echo "<promise>TASK_FAILED: task-002 whose name goes first?</promise>"; sleep 60'
`,
      });
      const env = environment(made);
      const run = await made.cox(['run', made.plan], env);
      assert.equal(run.code, 4, `${run.stdout}${run.stderr}`);
      assert.deepEqual(linesOf(env['STARTS'] ?? ''), ['2', '3']);
      const status = (await made.cox(['status'])).stdout;
      const commands = commandsIn(status);
      assert.deepEqual(
        commands.map((line) => line.split(' ').slice(0, 2).join(' ')),
        ['git switch', 'git merge', 'git add', 'git commit', 'git switch', 'cox resume'],
        status,
      );
      const report = (await made.cox(['report'])).stdout;
      for (const line of commands) assert.ok(report.includes(line), `${line}\n${report}`);
      // Nothing was done: it still waits, and no agent is paid for.
      const again = await made.cox(['resume'], env);
      assert.equal(again.code, 4, again.stderr);
      assert.deepEqual(linesOf(env['STARTS'] ?? ''), ['2', '3']);
      made.write({ 'README.md': '# Not committed\n' });
      for (const line of commands) {
        const [program, ...args] = line.split(' ');
        if (program === 'cox') {
          const asked = await made.cox(args, env);
          assert.equal(asked.code, 0, `${line}: ${asked.stdout}${asked.stderr}`);
          continue;
        }
        const done = spawnSync('sh', ['-c', line], { cwd: made.path, env: made.env, encoding: 'utf8' });
        if (args[0] === 'merge') {
          assert.equal(done.status, 1, done.stderr);
          made.write({ 'shared.txt': 'begin\nnames = [two, one]\nend\n' });
        } else assert.equal(done.status, 0, `${line}: ${done.stderr}`);
      }
      assert.equal(onBranch(made, 'shared.txt'), 'begin\nnames = [two, one]\nend');
      assert.equal(onBranch(made, 'three.txt'), 'three');
      assert.equal(onBranch(made, 'README.md'), '# Sample');
      assert.equal(readFileSync(join(made.path, 'README.md'), 'utf8'), '# Not committed\n');
      assert.equal((await statusOf(made)).run.status, 'succeeded');
      assert.equal(made.git(['branch', '--show-current']), 'main');
    });
  }

  it('that the user has not resolved is refused with the line of the marker', async () => {
    const made = project({
      attempts: `    default:
      - run: 'echo "<promise>TASK_FAILED: task-002 no</promise>"; sleep 60'
`,
    });
    const env = environment(made);
    assert.equal((await made.cox(['run', made.plan], env)).code, 4);
    for (const line of commandsIn((await made.cox(['status'])).stdout)) {
      if (line.startsWith('git ')) spawnSync('sh', ['-c', line], { cwd: made.path, env: made.env });
    }
    const resumed = await made.cox(['resume'], env);
    assert.equal(resumed.code, 4, resumed.stderr);
    assert.match(resumed.stdout, /shared\.txt:2 is a conflict marker/);
  });

  it('begins anew on top of what it conflicts with where there is no resolver', async () => {
    const made = project({
      attempts: `    default:
      - edit: {path: shared.txt, find: "names = [one]", replace: "names = [one, two]"}
      - write: {path: two.txt, text: "two\\n"}
`,
      config: 'resolve:\n  agent: recipe\n',
    });
    const run = await made.cox(['run', made.plan, '--no-resolver'], environment(made));
    assert.equal(run.code, 0, `${run.stdout}${run.stderr}`);
    assert.equal(onBranch(made, 'shared.txt'), 'begin\nnames = [one, two]\nend');
    rmSync(made.root, { recursive: true, force: true });
  });
});

/** The indented lines of the status that are commands. */
function commandsIn(status: string): readonly string[] {
  return status
    .split('\n')
    .filter((line) => /^ {2,}(?:git|cox) /.test(line))
    .map((line) => line.trim());
}
