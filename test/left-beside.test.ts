/** What agents leave that no branch holds is told wherever a user looks, with the real binary. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, it } from 'node:test';

import { makeProject } from './lib/project.ts';

const RECIPE = `
tasks:
  task-001:
    - write: {path: one.txt, text: "one\\n"}
    - run: 'echo x > "git~1"'
  task-002:
    attempts:
      1:
        - run: 'git checkout -q --orphan elsewhere && git commit -q -m Elsewhere'
      2:
        - write: {path: two.txt, text: "two\\n"}
        - run: 'echo later >> README.md && git stash -q -- README.md'
`;

const made = makeProject({
  waves: [{ tasks: { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } } }],
  recipe: RECIPE,
});
after(() => made.remove());

interface StatusJson {
  readonly tasks: readonly { readonly id: string; readonly notes: readonly string[] }[];
}

it('files of names that git refuses, commits beside the branch, and what was stashed', async () => {
  const ran = await made.cox(['run', made.plan]);
  assert.equal(ran.code, 0, ran.stderr);
  const name = /no part of its work, for git takes no file of such a name: "git~1"/;
  const stash = /what it has stashed is commit ([0-9a-f]{40}) \(`git stash apply \1`\)/;
  const elsewhere = /changed nothing; its branch does not hold what is kept as commit ([0-9a-f]{40})/;
  const folder = join(made.path, made.plan);
  const report = readFileSync(join(folder, 'execution-report.md'), 'utf8').replaceAll('\\', '');
  const status = await made.cox(['status']);
  for (const [place, text] of Object.entries({
    run: `${ran.stdout}${ran.stderr}`,
    report,
    status: status.stdout,
  })) {
    assert.match(text, name, place);
    assert.match(text, stash, place);
  }
  assert.match(ran.stdout + ran.stderr, elsewhere);
  assert.match(report, elsewhere);
  assert.match(readFileSync(join(folder, 'logs/task-001.log'), 'utf8'), name);
  const log = readFileSync(join(folder, 'logs/task-002.log'), 'utf8');
  assert.match(log, stash);
  const [, commit = ''] = elsewhere.exec(log) ?? [];
  assert.equal(made.git(['log', '-1', '--format=%s', commit]), 'Elsewhere');
  assert.match(made.git(['for-each-ref', `--points-at=${commit}`]), /refs\/cox\/.*\/beside\//);
  assert.match((await made.cox(['logs', 'task-001'])).stderr, name);
  const { tasks }: StatusJson = JSON.parse((await made.cox(['status', '--json'])).stdout);
  assert.deepEqual(
    tasks.map(({ notes }) => notes.length),
    [1, 1],
  );
  assert.match(tasks[1]?.notes[0] ?? '', /^attempt 2: /);
});
