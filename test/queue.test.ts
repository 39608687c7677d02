/** Queue folders with the real binary: patterns of coordination, what becomes of the files, and crashes. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { type ItemText, itemText } from '../src/testing/queue-files.ts';
import { linesOf, makeProject, type Project } from './lib/project.ts';
import { until } from './lib/until.ts';

const QUEUE = '.agent/queue';
const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

/** `001` → item; the recipe is that of every item. */
function queue(items: Readonly<Record<string, ItemText>>, recipe: string): Project {
  const files = Object.fromEntries(
    Object.entries(items).map(([number, item]) => [
      `${QUEUE}/${number}-${item.status ?? 'pending'}-part.md`,
      itemText(`Item ${number}`, item),
    ]),
  );
  const made = makeProject({ waves: [], files, recipe });
  projects.push(made);
  return made;
}

function statuses(project: Project, of: 'names' | 'names and texts' = 'names and texts'): readonly string[] {
  return readdirSync(join(project.path, QUEUE))
    .filter((name) => /^\d/.test(name))
    .map((name) => {
      const status = name.slice(0, name.lastIndexOf('-'));
      if (of === 'names') return status;
      const body = /^\*\*Status\*\*: (.*)$/m.exec(readFileSync(join(project.path, QUEUE, name), 'utf8'))?.[1];
      assert.equal(name.split('-')[1], body);
      return status;
    })
    .toSorted();
}

const RECIPE = `
default:
  - run: 'echo "$COX_TASK_ID" >> "$STARTS"; ls *.txt 2>/dev/null >> "$STARTS.seen" || true'
  - run: 'echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"'
`;

describe('a queue', { timeout: 1_200_000 }, () => {
  it('fork and join: independent items at once, then the one that waits for all of them', async () => {
    // Each of the three ends only when all three have begun.
    const recipe = `
tasks:
  '004':
    - run: 'cat 001.txt 002.txt 003.txt > all.txt'
default:
  - run: 'echo "$COX_TASK_ID" >> "$STARTS"; until [ "$(wc -l < "$STARTS")" -ge 3 ]; do sleep 0.05; done; echo "$COX_TASK_ID" > "$COX_TASK_ID.txt"'
`;
    const made = queue(
      { '001': {}, '002': {}, '003': { blocks: '004' }, '004': { blockedBy: '001, 002' } },
      recipe,
    );
    const ran = await made.cox(['run', QUEUE], { STARTS: join(made.root, 'starts') });
    assert.equal(ran.code, 0, ran.stdout + ran.stderr);
    assert.deepEqual(statuses(made), ['001-completed', '002-completed', '003-completed', '004-completed']);
    const status = JSON.parse((await made.cox(['status', '--json'])).stdout);
    assert.equal(made.git(['show', `${status.run.integrationBranch}:all.txt`]), '001\n002\n003');
    // Its own files are no reason to refuse the next run, which finds nothing to do.
    const again = await made.cox(['run', QUEUE]);
    assert.equal(again.code, 0, again.stdout + again.stderr);
  });

  it('at the top of a checkout has its reports within, and its own changes are no reason to refuse', async () => {
    const made = makeProject({
      waves: [],
      files: { '001-pending-part.md': itemText('Item 001', {}) },
      recipe: RECIPE,
    });
    projects.push(made);
    const env = { STARTS: join(made.root, 'starts') };
    assert.equal((await made.cox(['run', '.'], env)).code, 0);
    assert.ok(existsSync(join(made.path, 'queue-run/report.json')));
    assert.ok(!existsSync(`${made.path}-run`));
    made.write({ '002-pending-part.md': itemText('Item 002', {}) });
    const second = await made.cox(['run', '.'], env);
    assert.equal(second.code, 0, second.stderr);
    made.write({ 'README.md': 'mine\n' });
    const dirty = await made.cox(['run', '.'], env);
    assert.equal(dirty.code, 3, dirty.stderr);
    assert.match(dirty.stderr, /not committed: "README\.md"/);
  });

  it('a pipeline detached: each item finds what the one before has made; one can be waited for', async () => {
    const made = queue({ '001': {}, '002': { blockedBy: '001' }, '003': { blockedBy: '002' } }, RECIPE);
    const starts = join(made.root, 'starts');
    const detached = await made.cox(['run', QUEUE, '--detach'], { STARTS: starts });
    assert.equal(detached.code, 0, detached.stderr);
    const run = detached.stdout.trim();
    const one = await made.cox(['wait', run, '--task', '002']);
    assert.equal(one.code, 0, one.stderr);
    assert.ok(linesOf(starts).includes('002'));
    assert.equal((await made.cox(['wait', run])).code, 0);
    assert.deepEqual(linesOf(starts), ['001', '002', '003']);
    assert.deepEqual(linesOf(`${starts}.seen`), ['001.txt', '001.txt', '002.txt']);
    assert.equal(JSON.parse((await made.cox(['status', run, '--json'])).stdout).counts.merged, 3);
    assert.deepEqual(statuses(made), ['001-completed', '002-completed', '003-completed']);
  });

  it('killed at work: resume brings the files in line, and goes on', async () => {
    const recipe = `
default:
  - run: 'echo "$COX_TASK_ID" >> "$STARTS"; until [ -e "$STARTS.go" ]; do sleep 0.05; done; echo x > "$COX_TASK_ID.txt"'
`;
    const made = queue({ '001': {}, '002': { blockedBy: '001' } }, recipe);
    const starts = join(made.root, 'starts');
    const first = made.start(['run', QUEUE], { STARTS: starts });
    // Its name is changed before its text.
    await until(() => linesOf(starts).length === 1 && statuses(made, 'names')[0] === '001-in_progress');
    const second = await made.cox(['run', QUEUE], { STARTS: starts });
    assert.equal(second.code, 3, second.stdout);
    assert.match(second.stderr, new RegExp(`driven by process ${first.pid} on `));
    first.kill('SIGKILL');
    await first.ended;
    made.write({ 'starts.go': '' }, made.root);
    // A crash between the rename and the body's line.
    made.git(['mv', `${QUEUE}/002-pending-part.md`, `${QUEUE}/002-in_progress-part.md`]);
    const resumed = await made.cox(['resume'], { STARTS: starts });
    assert.equal(resumed.code, 0, resumed.stdout + resumed.stderr);
    assert.deepEqual(statuses(made), ['001-completed', '002-completed']);
    assert.deepEqual(linesOf(starts), ['001', '002']);
  });

  it('an item that fails is blocked with its reason; what waits for it stays, and the rest goes on', async () => {
    const recipe = `
tasks:
  '001':
    - exit: 7
default:
  - run: 'echo x > "$COX_TASK_ID.txt"'
`;
    const made = queue(
      { '001': {}, '002': { blockedBy: '001' }, '003': {}, '004': { status: 'blocked', notes: 'No key.' } },
      recipe,
    );
    const ran = await made.cox(['run', QUEUE, '--retries', '0']);
    assert.equal(ran.code, 1, ran.stdout + ran.stderr);
    assert.match(ran.stderr, /004 is blocked and is not run: No key\./);
    assert.deepEqual(statuses(made), ['001-blocked', '002-pending', '003-completed', '004-blocked']);
    const text = readFileSync(join(made.path, QUEUE, '001-blocked-part.md'), 'utf8');
    assert.match(text, /## Notes\n- Blocked in run queue-\d+-\d+, attempt 1: the agent exited with 7/);
    assert.ok(!existsSync(join(made.path, QUEUE, '004-pending-part.md')));
  });

  it("follows its family's config: L2 stops at the first failure", async () => {
    const recipe = `
tasks:
  '001':
    - exit: 7
default:
  - run: 'echo x > "$COX_TASK_ID.txt"'
`;
    const made = queue({ '001': { priority: 'high' }, '002': {} }, recipe);
    const config = (autonomy: unknown): void =>
      made.write({ '.icc/config.json': JSON.stringify({ autonomy }), '.git/info/exclude': '.icc/' });
    config({ level: 'L2', max_parallel: 1 });
    const second = await made.cox(['run', QUEUE, '--retries', '0']);
    assert.equal(second.code, 1, second.stdout + second.stderr);
    assert.deepEqual(statuses(made), ['001-blocked', '002-pending']);
    config({ level: 'L2', max_parallel: 11 });
    const third = await made.cox(['run', QUEUE]);
    assert.equal(third.code, 2, third.stdout);
    assert.match(third.stderr, /\.icc\/config\.json:1:\d+ autonomy\.max_parallel/);
  });
});
