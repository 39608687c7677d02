/** How freely a queue runs, with the real binary: what is asked about, where, and what the answers do. */

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { shellWord } from '../src/core/shell-word.ts';
import { itemText } from '../src/testing/queue-files.ts';
import { COX, linesOf, makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const QUEUE = '.agent/queue';
const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** 001 fails at its first try; 003 waits for it; 002 is independent. */
function queue(level: string): Project {
  const item = (number: string, more = {}) => [
    `${QUEUE}/${number}-pending-part.md`,
    itemText(`Item ${number}`, more),
  ];
  const made = makeProject({
    waves: [],
    files: {
      ...Object.fromEntries([item('001'), item('002'), item('003', { blockedBy: '001' })]),
      '.icc/config.json': JSON.stringify({ autonomy: { level } }),
    },
    recipe: `tasks:
  '001':
    attempts:
      1: [{run: 'echo 001 >> "$STARTS"'}, {exit: 7}]
    default: [{run: 'echo 001 >> "$STARTS"; echo x > 001.txt'}]
default: [{run: 'echo "$COX_TASK_ID" >> "$STARTS"; echo x > "$COX_TASK_ID.txt"'}]
`,
  });
  projects.push(made);
  return made;
}

function statuses({ path }: Project): readonly string[] {
  return readdirSync(join(path, QUEUE))
    .filter((name) => /^\d/.test(name))
    .map((name) => name.replace('-part.md', ''))
    .toSorted();
}

describe('L1', { timeout: 1_200_000 }, () => {
  it('without a terminal stops before each start, and goes on as it is answered', async () => {
    const made = queue('L1');
    const starts = { STARTS: join(made.root, 'starts') };
    const first = await made.cox(['run', QUEUE], starts);
    assert.equal(first.code, 4, first.stdout + first.stderr);
    assert.match(first.stderr, /cox answer 001 yes --run queue-/);
    assert.match(first.stderr, /cox answer 002 yes --run queue-/);
    assert.ok(!first.stderr.includes('answer 003'), first.stderr);
    assert.deepEqual(linesOf(starts.STARTS), []);
    assert.deepEqual(statuses(made), ['001-pending', '002-pending', '003-pending']);
    assert.equal((await made.cox(['answer', '001', 'perhaps'])).code, 3);
    assert.equal((await made.cox(['answer', '001', 'yes'])).code, 0);
    assert.equal((await made.cox(['answer', '002', 'no'])).code, 0);
    // Who has said no is not asked again.
    const answered = (await made.cox(['status'])).stdout;
    assert.match(answered, /001 ready to start\n🛑 002 cancelled\n/);
    assert.ok(!answered.includes('cox answer'), answered);
    const second = await made.cox(['resume'], starts);
    // It has failed once, and another try is another action.
    assert.equal(second.code, 4, second.stdout + second.stderr);
    assert.deepEqual(linesOf(starts.STARTS), ['001']);
    assert.match(second.stdout, /002 cancelled/);
    assert.equal((await made.cox(['answer', '001', 'Yes,', 'please'])).code, 0);
    const third = await made.cox(['resume'], starts);
    assert.equal(third.code, 4, third.stdout + third.stderr);
    assert.deepEqual(statuses(made), ['001-completed', '002-pending', '003-pending']);
    assert.equal((await made.cox(['answer', '003', 'yes'])).code, 0);
    const last = await made.cox(['resume'], starts);
    // What the user has said no to is not done.
    assert.equal(last.code, 1, last.stdout + last.stderr);
    assert.ok(!last.stderr.includes('cox answer'), last.stderr);
    assert.deepEqual(linesOf(starts.STARTS), ['001', '001', '003']);
    assert.deepEqual(statuses(made), ['001-completed', '002-pending', '003-completed']);
  });

  it('asks nothing with --yes, and nothing of L3', async () => {
    for (const [level, flags] of [
      ['L1', ['--yes', '--on-failure', 'continue']],
      ['L3', []],
    ] as const) {
      const made = queue(level);
      const ran = await made.cox(['run', QUEUE, ...flags], { STARTS: join(made.root, 'starts') });
      assert.equal(ran.code, 0, ran.stdout + ran.stderr);
      assert.deepEqual(statuses(made), ['001-completed', '002-completed', '003-completed']);
    }
  });

  const hasScript = (spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout ?? '').includes(
    'util-linux',
  );

  it('asks on a terminal while the run goes on', {
    skip: hasScript ? false : 'there is no `script` here',
  }, async () => {
    const made = queue('L1');
    const starts = join(made.root, 'starts');
    const line = `stty cols 100 rows 30; exec ${shellWord(COX)} run ${QUEUE}`;
    const child = spawn('script', ['-qfec', line, '/dev/null'], {
      cwd: made.path,
      env: { ...made.env, TERM: 'xterm', SHELL: '/bin/sh', STARTS: starts },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    const asked = (words: string, times = 1): Promise<void> =>
      until(() => output.split(words).length > times);
    await asked('Start 001 (Item 001)? [y/n]');
    assert.deepEqual(linesOf(starts), []);
    child.stdin.write('xy');
    await asked('Start 002 (Item 002)? [y/n]');
    child.stdin.write('y');
    await asked('Start 001 (Item 001)? [y/n]', 2);
    child.stdin.write('y');
    await asked('Start 003 (Item 003)? [y/n]');
    // Ctrl-C leaves it for later.
    child.stdin.write('\u0003');
    assert.equal(await ended, 4, output);
    assert.deepEqual(statuses(made), ['001-completed', '002-completed', '003-pending']);
    assert.equal((await made.cox(['answer', '003', 'yes'])).code, 0);
    assert.equal((await made.cox(['resume'], { STARTS: starts })).code, 0);
  });
});
