/** `kill -9` of the real binary around a resolver, what it hands in, and what the user has resolved. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { conflictProject } from './lib/conflict-project.ts';
import { linesOf, type Project, processesIn } from './lib/project.ts';

// The first resolver drops a side, so that a second one goes on from there. Each notes its start.
const RESOLVER = `      2:
        - run: 'echo "$COX_ATTEMPT" >> "$STARTS"'
        - write: {path: shared.txt, text: "begin\\nnames = [two]\\nend\\n"}
      3:
        - run: 'echo "$COX_ATTEMPT" >> "$STARTS"'
        - write: {path: shared.txt, text: "begin\\nnames = [one, two]\\nend\\n"}
`;
const GIVEN_UP = `    default:
      - run: 'echo "<promise>TASK_FAILED: task-002 no</promise>"; sleep 60'
`;

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(attempts: string): Project {
  const made = conflictProject({ attempts });
  projects.push(made);
  return made;
}

const environment = (made: Project): Record<string, string> => ({ STARTS: join(made.root, 'starts') });

async function resultOf(made: Project): Promise<unknown> {
  const { run, tasks } = JSON.parse((await made.cox(['status', '--json'])).stdout);
  const branch: string = run.integrationBranch;
  const refs = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads']);
  return {
    tasks: tasks.map(({ id, state, attempt }: Record<string, unknown>) => [id, state, attempt]),
    shared: made.git(['show', `${branch}:shared.txt`]),
    messages: made.git(['log', '--first-parent', '--format=%s', branch]),
    starts: linesOf(join(made.root, 'starts')),
    branches: refs.replaceAll(run.id, 'RUN').split('\n').sort(),
    left: processesIn(made.root),
  };
}

/** What the user does by the commands that are shown. */
function resolveByHand(made: Project): void {
  const branch = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/cox/**/task-002']);
  made.git(['switch', '--quiet', branch]);
  const integration = made.git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration']);
  assert.throws(() => made.git(['merge', '--quiet', integration]));
  made.commit({ 'shared.txt': 'begin\nnames = [two, one]\nend\n' }, 'By hand');
  made.git(['switch', '--quiet', 'main']);
}

describe('kill -9 of cox while a conflict is resolved', () => {
  it('by an agent changes nothing of the result, and pays for no resolver twice', {
    timeout: 1_200_000,
  }, async () => {
    const calm = project(RESOLVER);
    const trace = join(calm.root, 'places');
    const ended = await calm.cox(['run', calm.plan], { ...environment(calm), COX_FAULT_TRACE: trace });
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`);
    const expected = await resultOf(calm);
    const all = linesOf(trace);
    // The third and the fourth attempt are the resolver's; each has its start and its end.
    const places = all.filter((place) => place.includes(':resolution.starting:'));
    assert.equal(places.length, 8, all.join());
    const attempts = [
      'before-intent:attempt.starting:3',
      'after-intent:attempt.starting:4',
      'after-outcome:attempt.starting:5',
      'after-effect:attempt.starting:6',
      'after-effect:merge.starting:2',
    ];
    for (const place of [...places, ...attempts]) {
      const made = project(RESOLVER);
      const crashed = await made.cox(['run', made.plan], { ...environment(made), COX_FAULT: place });
      assert.equal(crashed.signal, 'SIGKILL', `no crash at ${place}: ${crashed.stdout}`);
      const resumed = await made.cox(['resume'], environment(made));
      assert.equal(resumed.code, 0, `${place}: ${resumed.stdout}${resumed.stderr}`);
      assert.deepEqual(await resultOf(made), expected, place);
      made.remove();
    }
  });

  it('by the user takes over what was committed, once', { timeout: 600_000 }, async () => {
    for (const point of ['before-intent', 'after-intent', 'after-effect', 'after-outcome']) {
      const place = `${point}:takeover.starting:1`;
      const made = project(GIVEN_UP);
      const env = environment(made);
      const run = await made.cox(['run', made.plan], env);
      assert.equal(run.code, 4, `${run.stdout}${run.stderr}`);
      resolveByHand(made);
      const crashed = await made.cox(['resume'], { ...env, COX_FAULT: place });
      assert.equal(crashed.signal, 'SIGKILL', `no crash at ${place}: ${crashed.stdout}`);
      const resumed = await made.cox(['resume'], env);
      assert.equal(resumed.code, 0, `${place}: ${resumed.stdout}${resumed.stderr}`);
      const branch = made.git(['for-each-ref', '--format=%(refname)', 'refs/heads/integration']);
      assert.equal(made.git(['show', `${branch}:shared.txt`]), 'begin\nnames = [two, one]\nend', place);
      assert.deepEqual(processesIn(made.root), [], place);
      made.remove();
    }
  });
});
