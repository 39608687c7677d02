/** Merging with the real binary: strategies, a red branch that is never mended, and what is left of it. */

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const RECIPE = `
tasks:
  task-001:
    - write: {path: one.txt, text: "one\\n"}
    - commit: One
    - write: {path: one-more.txt, text: "more\\n"}
    - commit: One more
  task-002:
    - write: {path: two.txt, text: "wrong\\n"}
    - commit: Two
  task-003:
    - write: {path: three.txt, text: "three\\n"}
    - commit: Three
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(strategy: string): Project {
  const made = makeProject({
    waves: [
      {
        tasks: {
          'task-001': { create: 'one.txt, one-more.txt' },
          'task-002': { create: 'two.txt' },
          'task-003': { create: 'three.txt' },
        },
      },
    ],
    recipe: RECIPE,
    config: `retries: 1\nmergeTest: test ! -e two.txt\nmergeSlots: 3\nmerge:\n  strategy: ${strategy}\n`,
  });
  projects.push(made);
  return made;
}

/** Subjects of the commits of the branch, in the order of their names, with the number of their parents. */
const WANTED = {
  merge: ['1 One', '1 One more', '1 Three', '2 Merge task-001', '2 Merge task-003'],
  squash: ['1 task-001', '1 task-003'],
  rebase: ['1 One', '1 One more', '1 Three'],
} as const;

/** The second task ends when the first is merged, is red at its first try, and right at the next. */
const MENDED_LATE = `
tasks:
  task-001:
    - write: {path: one.txt, text: "one\\n"}
  task-002:
    attempts:
      1:
        - run: "until git for-each-ref --format='%(subject)' refs/heads/integration | grep -q task-001; do sleep 0.1; done"
        - write: {path: two.txt, text: "wrong\\n"}
    default:
      - assertFile: {path: one.txt}
      - write: {path: two.txt, text: "two\\n"}
`;

describe('cox run with a merge test', () => {
  for (const strategy of ['merge', 'squash', 'rebase'] as const) {
    it(`brings in what passes, by ${strategy}, and keeps what does not on its branch`, async () => {
      const made = project(strategy);
      const base = made.git(['rev-parse', 'HEAD']);
      const ended = await made.cox(['run', made.plan]);
      assert.equal(ended.code, 1, ended.stderr);
      const status: { readonly run: { readonly id: string; readonly integrationBranch: string } } =
        JSON.parse((await made.cox(['status', '--json'])).stdout);
      const { id, integrationBranch } = status.run;
      const names = made.git(['ls-tree', '--name-only', integrationBranch]).split('\n');
      assert.deepEqual(
        names.filter((name) => /^(one|two|three)/.test(name)),
        ['one-more.txt', 'one.txt', 'three.txt'],
      );
      const commits = made.git(['log', '--format=%P|%s', integrationBranch, `^${base}`]).split('\n');
      const told = commits.map((line) => {
        const [parents = '', subject = ''] = line.split('|');
        return `${parents.split(' ').length} ${subject.replace(/: .*/, '')}`;
      });
      assert.deepEqual(told.sort(), WANTED[strategy]);
      made.git(['reflog', 'expire', '--expire=now', '--all']);
      made.git(['gc', '--quiet', '--prune=now']);
      assert.equal(made.git(['show', `cox/${id}/task-002:two.txt`]), 'wrong');
    });
  }

  it('goes on from the merge that was red, also when the run had ended and git has tidied up since', async () => {
    const tasks = { 'task-001': { create: 'one.txt' }, 'task-002': { create: 'two.txt' } };
    const config = 'retries: 0\nmergeTest: "! grep -qs wrong two.txt"\n';
    const made = makeProject({ waves: [{ tasks }], recipe: MENDED_LATE, config });
    projects.push(made);
    assert.equal((await made.cox(['run', made.plan])).code, 1);
    const kept = (): string => made.git(['for-each-ref', '--format=%(refname)', 'refs/cox/*/candidates/*']);
    assert.notEqual(kept(), '', 'nothing keeps the merge from being tidied up');
    made.git(['reflog', 'expire', '--expire=now', '--all']);
    made.git(['gc', '--quiet', '--prune=now']);
    assert.equal((await made.cox(['retry', 'task-002'])).code, 0);
    const resumed = await made.cox(['resume']);
    assert.equal(resumed.code, 0, `${resumed.stdout}${resumed.stderr}`);
    assert.equal(kept(), '');
  });
});
