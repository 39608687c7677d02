import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { Plan } from '../core/plan.ts';
import { CliWorld, type Running, type WorldOptions } from '../testing/cli-world.ts';
import { makePlan, makeTask } from '../testing/plans.ts';

const ENTER = '\u001b[?1049h';
const LEAVE = '\u001b[?1049l';

/** A run whose first task hangs, driven by nobody but this test, and a screen that shows it. */
async function watched(
  t: TestContext,
  options: WorldOptions = {},
): Promise<{ world: CliWorld; run: Running; watch: Running }> {
  const world = new CliWorld({
    tty: true,
    env: { NO_COLOR: '1' },
    deeds: { 'task-001': ['hang'] },
    ...options,
  });
  t.after(() => world.remove());
  const run = world.start('run', 'plan', '--ci');
  await run.shows('task-001 started');
  const watch = world.start('status', '--watch');
  await watch.shows('● task-001');
  t.after(async () => {
    run.signal('SIGTERM');
    await run.ended;
  });
  return { world, run, watch };
}

/** What stands on the terminal when the screen is gone. */
function behind(text: string): string {
  assert.equal(text.split(LEAVE).length, 2, 'left once');
  assert.ok(text.startsWith(ENTER));
  return text.slice(text.indexOf(LEAVE) + LEAVE.length);
}

test('q leaves at once with 0, and the run goes on', async (t) => {
  const { world, watch } = await watched(t);
  watch.press('x');
  watch.press('q');
  const { code, stdout, stderr } = await watch.ended;
  assert.equal(code, 0);
  assert.equal(behind(stdout), '');
  assert.match(stderr, /^Run plan-\S+ goes on\. Watch it again with: cox status plan-\S+ --watch\n$/);
  assert.equal(JSON.parse((await world.cox('status', '--json')).stdout).run.status, 'running');
});

for (const [how, leave, expected] of [
  ['Ctrl-C on the keyboard', (watch: Running) => watch.press('ctrl+c'), 130],
  ['SIGINT', (watch: Running) => watch.signal('SIGINT'), 130],
  ['SIGTERM', (watch: Running) => watch.signal('SIGTERM'), 143],
  ['SIGHUP', (watch: Running) => watch.signal('SIGHUP'), 143],
] as const) {
  test(`${how} gives the terminal back and exits with ${expected}`, async (t) => {
    const { watch } = await watched(t);
    leave(watch);
    const { code, stdout } = await watch.ended;
    assert.equal(code, expected);
    assert.equal(behind(stdout), '');
  });
}

test('the end of the run ends the screen, and its last state stays behind', async (t) => {
  const { world, run, watch } = await watched(t);
  assert.equal((await world.cox('cancel')).code, 0);
  await run.ended;
  const { code, stdout } = await watch.ended;
  assert.equal(code, 0);
  assert.match(behind(stdout), /Status: CANCELLED[\s\S]*Completed: 0\/2 \| Failed: 0\/2/);
  assert.match(behind(stdout), /Take up what was cancelled after all with: cox resume \S+ --retry-failed\n$/);
  const again = await world.cox('status', '--watch');
  assert.equal(again.code, 0);
  assert.doesNotMatch(again.stdout, /\u001b/, 'a run that has ended needs no screen');
});

test('keys scroll, and f follows again', async (t) => {
  const { watch } = await watched(t);
  const { terminal } = watch;
  Object.assign(terminal, { columns: 80, rows: 8 });
  terminal.emit('resize');
  await watch.shows('rows 2-3 of 5');
  for (const [key, rows] of [
    ['home', 'rows 1-2'],
    ['down', 'rows 2-3'],
    ['pagedown', 'rows 4-5'],
    ['k', 'rows 3-4'],
    ['end', 'rows 4-5'],
    ['pageup', 'rows 2-3'],
    ['up', 'rows 1-2'],
    ['f', 'rows 2-3'],
  ] as const) {
    const before = watch.stdout().length;
    watch.press(key);
    for (let tries = 0; !watch.stdout().slice(before).includes(`${rows} of 5`); tries += 1) {
      assert.ok(tries < 12_000, `${key}: ${watch.stdout().slice(before)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
  watch.press('q');
  await watch.ended;
});

test('without a terminal that can be drawn on there are plain lines', async (t) => {
  for (const options of [{ tty: false }, { env: { TERM: 'dumb' } }]) {
    const world = new CliWorld({ tty: true, ...options });
    t.after(() => world.remove());
    assert.equal((await world.cox('run', 'plan', '--ci')).code, 0);
    const { code, stdout } = await world.cox('status', '--watch');
    assert.equal(code, 0);
    assert.doesNotMatch(stdout, /\u001b/);
    assert.match(stdout, /task-001 started[\s\S]*succeeded\n$/);
  }
});

test('a plan of parallel groups is watched agent by agent; the counts are the last line', async (t) => {
  const plan: Plan = { ...makePlan([makeTask('task-001', 1, { agent: 'Builder-1' })]), format: 'plan-md' };
  const options: WorldOptions = { plan, tty: true, env: { NO_COLOR: '1' }, deeds: { 'task-001': ['hang'] } };
  const world = new CliWorld(options);
  t.after(() => world.remove());
  const run = world.start('run', 'plan', '--ci');
  await run.shows('task-001 started');
  const watch = world.start('status', '--watch');
  await watch.shows('Agent: Builder-1 (task-001: Task task-001)');
  assert.match(watch.stdout(), /Completed: 0\/1 \| Failed: 0\/1 \| Runtime: \d\d:\d\d:\d\d/);
  run.signal('SIGTERM');
  await run.ended;
  assert.match(behind((await watch.ended).stdout), /\nCompleted: 0\/1 \| Failed: 0\/1 \| Runtime: \S+\n$/);

  const piped = new CliWorld({ plan });
  t.after(() => piped.remove());
  assert.equal((await piped.cox('run', 'plan', '--ci')).code, 0);
  const { code, stdout } = await piped.cox('status', '--watch');
  assert.equal(code, 0);
  assert.match(stdout, /^Parallel Execution: Group 1 - Wave 1 \(Started: /);
  assert.match(stdout, /\nCompleted: 1\/1 \| Failed: 0\/1 \| Runtime: \S+\n$/);
  assert.equal(stdout.split('Parallel Execution:').length, 2, 'shown once, for nothing more happens');
});
