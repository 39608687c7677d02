/** A service that refuses work, as the users of a run see it. The embedded agent plays the service's part. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeProject, type Project, type Started } from './lib/project.ts';
import { until } from './lib/until.ts';

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

const FOUR = ['task-001', 'task-002', 'task-003', 'task-004'];
const FIVE = [...FOUR, 'task-005'];

interface Waiting {
  readonly project: Project;
  readonly run: Started;
  /** Milliseconds since the epoch. */
  readonly until: number;
}

/** Its first four agents, which begin together, are refused for so long. Later ones wait for the test's leave. */
function project(wait: string, config = ''): Project {
  const waitFor = (path: string): string => `while [ ! -f "$STARTS/${path}" ]; do sleep 0.05; done`;
  const refused = `
    attempts:
      1:
        - run: ${JSON.stringify(`touch "$STARTS/1-$COX_TASK_ID"; while [ "$(ls "$STARTS" | grep -c ^1-)" -lt 4 ]; do sleep 0.05; done`)}
        - write: {path: half.txt, text: "begun\\n"}
        - quota: {retryAfter: ${wait}}
    default: *later`;
  const made = makeProject({
    waves: [{ tasks: Object.fromEntries(FIVE.map((id) => [id, { create: `${id}.txt` }])) }],
    recipe: `
default: &later
  - run: ${JSON.stringify(`date +%s%3N > "$STARTS/.2-$COX_TASK_ID"; mv "$STARTS/.2-$COX_TASK_ID" "$STARTS/2-$COX_TASK_ID"; ${waitFor('answer')}`)}
  - say: Here I am.
  - run: ${JSON.stringify(`${waitFor('go')}; rm -f half.txt; echo made > "$COX_TASK_ID.txt"`)}
tasks:
${FOUR.map((id) => `  ${id}:${refused}`).join('\n')}
`,
    config: `maxParallel: 4\nqa:\n  enabled: false\nchecks:\n  enabled: false\n${config}`,
  });
  projects.push(made);
  made.write({ 'starts/.keep': '' }, made.root);
  return made;
}

const starts = (made: Project): string => join(made.root, 'starts');
const later = (made: Project): readonly string[] =>
  readdirSync(starts(made)).filter((name) => name.startsWith('2-'));
const give = (made: Project, leave: 'answer' | 'go'): void =>
  made.write({ [`starts/${leave}`]: '' }, made.root);
const status = async (made: Project) => JSON.parse((await made.cox(['status', '--json'])).stdout);

async function waiting(wait: string): Promise<Waiting> {
  const made = project(wait);
  const run = made.start(['run', made.plan], { STARTS: starts(made) });
  await until(async () => run.stdout().includes('waits for quota') && (await refusedAll(made)));
  const { limits } = await status(made);
  assert.equal(limits.length, 1, JSON.stringify(limits));
  assert.partialDeepStrictEqual(limits[0], { agent: 'recipe', atOnce: 1, refused: false });
  return { project: made, run, until: Date.parse(limits[0].until) };
}

async function refusedAll(made: Project): Promise<boolean> {
  return (await status(made)).counts['waiting-for-quota'] === 4;
}

describe('a service that refuses four agents of one credential', { concurrency: true }, () => {
  it('is shown with the end of the wait, is tried by one, then asked by half, and nothing counts as failed', async () => {
    const { project: made, run, until: end } = await waiting('1m');
    const ended = new Date(end).toISOString().slice(0, 19).replace('T', ' ');
    const text = (await made.cox(['status'])).stdout;
    assert.ok(text.includes(`recipe: its service refuses more work until ${ended} UTC`), text);
    assert.match(run.stdout(), /task-00\d .*waits for quota until 20/);
    assert.deepEqual(later(made), [], 'the fifth task was started though its service refuses work');

    await until(() => later(made).length > 0);
    const [first = ''] = later(made);
    assertBegunAfter(end, made, first);
    await until(async () => /one agent is tried before the others/.test((await made.cox(['status'])).stdout));
    // Longer than a start takes: nobody else comes before it has an answer.
    await sleep(1500);
    assert.equal(later(made).length, 1);

    give(made, 'answer');
    await until(() => later(made).length === 2);
    assert.partialDeepStrictEqual((await status(made)).limits, [{ agent: 'recipe', atOnce: 2 }]);
    await sleep(1500);
    assert.equal(later(made).length, 2);

    give(made, 'go');
    const { code, stdout, stderr } = await run.ended;
    assert.equal(code, 0, stdout + stderr);
    await assertAllMade(made);
    assert.doesNotMatch((await made.cox(['status'])).stdout, /refuse/);
  });

  it('is waited for by a run that was killed and resumed in between', async () => {
    const { project: made, run, until: end } = await waiting('1m');
    run.kill('SIGKILL');
    await run.ended;
    assert.partialDeepStrictEqual((await status(made)).limits, [{ until: new Date(end).toISOString() }]);
    give(made, 'answer');
    give(made, 'go');
    const resumed = await made.cox(['resume'], { STARTS: starts(made) });
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    for (const name of later(made)) assertBegunAfter(end, made, name);
    await assertAllMade(made);
  });

  it('is asked at once for the user who knows better', async () => {
    const { project: made, run } = await waiting('3h');
    give(made, 'answer');
    give(made, 'go');
    const asked = await made.cox(['retry', 'task-003']);
    assert.equal(asked.code, 0, asked.stderr);
    assert.equal((await run.ended).code, 0, run.stdout());
    await assertAllMade(made);
  });
});

function assertBegunAfter(end: number, made: Project, name: string): void {
  const begun = Number(readFileSync(join(starts(made), name), 'utf8'));
  assert.ok(begun >= end, `${name} began at ${begun}, and was to wait until ${end}`);
}

async function assertAllMade(made: Project): Promise<void> {
  const report = JSON.parse((await made.cox(['report', '--format', 'json'])).stdout);
  const tasks = report.waves[0].tasks;
  assert.deepEqual(
    tasks.map((task: { status: string; attempts: number }) => [task.status, task.attempts]),
    [...FOUR.map(() => ['merged', 2]), ['merged', 1]],
  );
  const text = (await made.cox(['report'])).stdout;
  for (const id of FOUR)
    assert.ok(new RegExp(`${id}.*service said to come back at 20`).test(text), `${id} in\n${text}`);
  for (const id of FIVE) assert.equal(made.git(['show', `${report.integration_branch}:${id}.txt`]), 'made');
  assert.ok(!existsSync(join(made.path, 'half.txt')));
}
