import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CliWorld, type WorldOptions } from '../testing/cli-world.ts';

function world(t: TestContext, options: WorldOptions = {}): CliWorld {
  const made = new CliWorld(options);
  t.after(() => made.remove());
  return made;
}

function lastRun(stdout: string): string {
  const found = /run (plan-\d{8}-\d{6}(?:-\d+)?)/i.exec(stdout)?.[1];
  assert.ok(found, stdout);
  return found;
}

test('a run that succeeds exits with 0, says so, and leaves its reports in the plan folder', async (t) => {
  const w = world(t);
  const { code, stdout, stderr } = await w.cox('run', 'plan');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /task-001 started \(attempt 1, slot-1\)/);
  assert.match(stdout, /Run plan-\S+ succeeded: 2 of 2 tasks merged/);
  assert.doesNotMatch(stdout, /[\u001b┌│]/);
  const report: unknown = JSON.parse(readFileSync(join(w.root, 'plan', 'report.json'), 'utf8'));
  assert.ok(typeof report === 'object' && report !== null && 'status' in report);
  assert.equal(report.status, 'succeeded');
  assert.ok(existsSync(join(w.root, 'plan', 'execution-report.md')));
  assert.match(readFileSync(join(w.root, 'plan', 'logs', 'task-001.log'), 'utf8'), /works on try 1/);
});

test('run --json gives the whole log, an event a line, and ends with run.finished', async (t) => {
  const { code, stdout } = await world(t).cox('run', 'plan', '--json');
  assert.equal(code, 0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ seq }) => seq),
    events.map((_, index) => index + 1),
  );
  assert.equal(events[0].type, 'run.created');
  assert.equal(events.at(-1).type, 'run.finished');
  assert.equal(events.at(-1).status, 'succeeded');
  assert.ok(events.every((event) => typeof event.at === 'number' && event.run === events[0].run));
});

test('a failed run exits with 1; status, report, wait and resume agree; --retry-failed mends it', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['fail'] } });
  const failed = await w.cox('run', 'plan');
  assert.equal(failed.code, 1);
  const run = lastRun(failed.stdout);
  assert.match(failed.stdout, new RegExp(`cox resume ${run} --retry-failed\n$`));

  const status = JSON.parse((await w.cox('status', '--json')).stdout);
  assert.equal(status.run.id, run);
  assert.equal(status.run.status, 'failed');
  assert.deepEqual(
    status.tasks.map((task: { state: string }) => task.state),
    ['failed', 'blocked'],
  );
  assert.equal((await w.cox('wait')).code, 1);
  assert.equal((await w.cox('wait', '--task', 'task-002')).code, 1);
  assert.equal(JSON.parse((await w.cox('report', '--json')).stdout).status, 'failed');
  assert.match((await w.cox('report', run)).stdout, /^# Parallel Execution Report/);
  const again = await w.cox('resume');
  assert.equal(again.code, 1, 'a run that has ended is only summed up again');
  assert.equal(
    again.stderr,
    `cox: run ${run} has ended (failed); it goes on with --retry-failed, or without a task, as in --skip task-001\n`,
  );

  w.deeds = {};
  const mended = await w.cox('resume', run, '--retry-failed');
  assert.equal(mended.code, 0, mended.stderr);
  const whole = await w.cox('resume', run);
  assert.equal(whole.code, 0);
  assert.match(whole.stderr, /has ended, all of it is merged, and nothing is left to go on with\n$/);
  assert.equal((await w.cox('wait', run)).code, 0);
  assert.equal((await w.cox('wait', '--task', 'task-001')).code, 0);
});

test('a run of some groups that has ended does not say that all of its plan is merged', async (t) => {
  const w = world(t);
  assert.equal((await w.cox('run', 'plan', '--only', '1')).code, 0);
  assert.match(
    (await w.cox('resume')).stderr,
    /has ended, all that --only named is merged \(not group 2\), and nothing is left to go on with\n$/,
  );
  const failing = world(t, { deeds: { 'task-001': ['fail'] } });
  await failing.cox('run', 'plan');
  assert.equal((await failing.cox('resume', '--skip', 'task-001')).code, 0);
  assert.match((await failing.cox('resume')).stderr, /, all but what was skipped is merged, /);
});

test("a run that ends after a newer one of its plan leaves the newer one's reports, and says so", async (t) => {
  const w = world(t, { deeds: { 'task-001': ['fail'] } });
  const older = lastRun((await w.cox('run', 'plan')).stdout);
  const newer = lastRun((await w.cox('run', 'plan')).stdout);
  const reported = () => JSON.parse(readFileSync(join(w.root, 'plan', 'report.json'), 'utf8')).run_id;
  assert.equal(reported(), newer);
  w.deeds = {};
  const resumed = await w.cox('resume', older, '--retry-failed');
  assert.equal(resumed.code, 0);
  assert.ok(resumed.stderr.includes(`stay those of the newer run ${newer}`), resumed.stderr);
  assert.ok(resumed.stderr.includes(`cox report ${older}`), resumed.stderr);
  assert.equal(reported(), newer);
  assert.equal(JSON.parse((await w.cox('report', older, '--json')).stdout).run_id, older);
});

test('resume --skip goes on without a task', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['fail'] } });
  assert.equal((await w.cox('run', 'plan')).code, 1);
  const { code, stdout, stderr } = await w.cox('resume', '--skip', 'task-001');
  assert.equal(code, 0, stderr);
  assert.match(stdout, /1 of 1 tasks merged/);
});

test('a checkpoint and a question exit with 4, and resume goes on', async (t) => {
  const w = world(t, { deeds: { 'task-002': ['ask', 'done'] } });
  const checkpoint = await w.cox('run', 'plan', '--one-group');
  assert.equal(checkpoint.code, 4, checkpoint.stderr);
  assert.match(checkpoint.stdout, /Go on with: cox resume \S+\n$/);
  const question = await w.cox('resume');
  assert.equal(question.code, 4);
  assert.match(question.stderr, /task-002 asks: Which colour\?/);
  assert.equal((await w.cox('wait')).code, 4);
  assert.equal((await w.cox('answer', 'task-001', 'blue')).code, 3, 'that task has not asked');
  const answered = await w.cox('answer', 'task-002', 'dark', 'blue');
  assert.equal(answered.code, 0);
  assert.match(answered.stderr, /Nobody drives it now/);
  assert.equal((await w.cox('resume')).code, 0);
});

test('a spent budget exits with 4, and resume goes on with a larger one', async (t) => {
  const w = world(t);
  const spent = await w.cox('run', 'plan', '--budget-tokens', '100');
  assert.equal(spent.code, 4, spent.stdout);
  assert.match(spent.stderr, /the budget is spent/);
  assert.equal((await w.cox('resume')).code, 4);
  const { code, stdout } = await w.cox('resume', '--budget-tokens', '1000', '--max-parallel', '2');
  assert.equal(code, 0);
  assert.match(stdout, /2 of 2 tasks merged/);
  assert.equal((await w.cox('resume', '--budget-tokens', 'lots')).code, 2);
});

test('Ctrl-C once drains, twice stops now, three times leaves at once', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('task-001 started');
  running.signal('SIGHUP');
  running.signal('SIGINT');
  await running.shows('stop asked for: running agents may end');
  assert.equal(JSON.parse((await w.cox('status', '--json')).stdout).run.status, 'running');
  running.signal('SIGINT');
  const { code, stdout } = await running.ended;
  assert.equal(code, 130);
  assert.match(stdout, /Go on with: cox resume \S+\n$/);
  assert.deepEqual(w.exits, []);

  const again = w.start('resume');
  await again.shows('task-001 started');
  for (let press = 0; press < 3; press += 1) again.signal('SIGINT');
  assert.deepEqual(w.exits, [130]);
  await again.ended;
});

test('SIGTERM stops the agents and exits with 143, also when it comes before anything runs', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('run plan');
  running.signal('SIGTERM');
  assert.equal((await running.ended).code, 143);
  assert.equal((await w.cox('wait')).code, 143);
});

test('a second owner is refused, unless the run is paused: then the pause is over', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('task-001 started');
  const second = await w.cox('resume');
  assert.equal(second.code, 3);
  assert.match(second.stderr, new RegExp(`driven by process ${process.pid} on `));
  const id = /run (\S+) is driven/.exec(second.stderr)?.[1] ?? '';
  const again = await w.cox('run', id);
  assert.equal(again.code, 3);
  assert.equal(again.stderr, second.stderr);
  assert.equal((await w.cox('validate', id)).code, 0, 'its plan can be looked at');
  assert.equal((await w.cox('pause')).code, 0);
  await running.shows('pause asked for');
  assert.equal(JSON.parse((await w.cox('status', '--json')).stdout).run.status, 'paused');
  const unpaused = await w.cox('resume');
  assert.equal(unpaused.code, 0);
  assert.match(unpaused.stderr, /The pause of run .* is over/);
  await running.shows('the pause is over');
  assert.equal((await w.cox('cancel', '--task', 'task-001')).code, 0);
  assert.equal((await running.ended).code, 1);
  assert.equal((await w.cox('retry', 'task-001')).code, 0);
  w.deeds = {};
  assert.equal((await w.cox('resume')).code, 0);
});

test('cancelling a run stops it, with exit 1', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('task-001 started');
  const waiting = w.start('wait');
  assert.equal((await w.cox('cancel')).code, 0);
  const { code, stdout } = await running.ended;
  assert.equal(code, 1);
  assert.match(stdout, /cancelled/);
  assert.equal((await waiting.ended).code, 1);
});

test('a run that nobody drives is not paused, and is cancelled at once', async (t) => {
  const w = world(t);
  const left = lastRun((await w.cox('run', 'plan', '--one-group')).stdout);
  const paused = await w.cox('pause');
  assert.deepEqual(
    [paused.code, paused.stderr],
    [0, `Run ${left}: nobody drives it, so nothing new starts until \`cox resume ${left}\`.\n`],
  );
  w.hasAgents = false;
  assert.equal((await w.cox('resume')).code, 3);
  const cancelled = await w.cox('cancel');
  assert.equal(cancelled.code, 0, cancelled.stderr);
  assert.match(cancelled.stderr, /it is cancelled\. Nobody drives it, so it is brought to its end now\.\n$/);
  assert.match(cancelled.stdout, new RegExp(`\nRun ${left} cancelled: 1 of 2 tasks merged in `));
  assert.equal((await w.cox('wait', left)).code, 1, 'it has ended');
  for (const command of ['pause', 'cancel']) assert.equal((await w.cox(command)).code, 3, command);
});

test('a run that nobody drives: wait says so with exit 4, and status calls it interrupted', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['hang'] } });
  const running = w.start('run', 'plan');
  await running.shows('task-001 started');
  const store = w.openStore();
  const [run] = await store.runs();
  assert.ok(run !== undefined);
  const events = await store.read(run, 0);
  const [first] = events;
  assert.equal(first?.type, 'run.created');
  // A run whose process died before it did anything: its first event alone.
  const left = await store.append('left-alone', 0, null, [{ ...first, at: first.at + 1000 }]);
  assert.equal(left.is, 'appended');
  await store.close();
  const waited = await w.cox('wait', 'left-alone');
  assert.equal(waited.code, 4);
  assert.match(waited.stderr, /nobody drives run left-alone now\n {5}Go on with: cox resume left-alone/);
  assert.equal(JSON.parse((await w.cox('status', 'left-alone', '--json')).stdout).run.status, 'interrupted');
  running.signal('SIGTERM');
  await running.ended;
});

test('logs are readable; --raw gives the bytes; -f ends with the task; a wrong attempt is refused', async (t) => {
  const w = world(t, { deeds: { 'task-001': ['fail', 'done'] }, env: { COX_RETRIES: '2' } });
  assert.equal((await w.cox('run', 'plan')).code, 0);
  const last = await w.cox('logs', 'task-001');
  assert.equal(last.stdout, 'task-001 works on try 2\n! a warning\n');
  assert.match(last.stderr, /=== attempt 2 \(executor\)/);
  assert.equal(
    (await w.cox('logs', 'task-001', '--attempt', '1')).stdout,
    'task-001 works on try 1\n! a warning\n',
  );
  assert.equal(
    (await w.cox('logs', 'task-001', '--raw')).stdout,
    'task-001 \u001b[31mworks\u001b[0m on try 2\n',
  );
  assert.equal((await w.cox('logs', 'task-001', '-f')).stdout, 'task-001 works on try 2\n! a warning\n');
  assert.equal((await w.cox('logs', 'task-001', '--attempt', '9')).code, 2);
  assert.equal((await w.cox('logs', 'task-009')).code, 2);
  rmSync(join(w.root, 'attempts'), { recursive: true });
  const removed = await w.cox('logs', 'task-001');
  assert.deepEqual([removed.code, removed.stdout], [0, '']);
  assert.match(removed.stderr, /=== attempt 2[^\n]*\nIts output is not kept any more/);
});

test('--detach prints the id when another process has the run', async (t) => {
  const w = world(t);
  const { code, stdout, stderr } = await w.cox('run', 'plan', '--detach');
  assert.equal(code, 0, stderr);
  const run = stdout.trim();
  assert.deepEqual(w.detached, [['-C', w.root, 'resume', run, '--ci', '--alone']]);
  assert.equal((await w.cox('wait', run)).code, 0);
});

test('--only takes numbers and names, and refuses others', async (t) => {
  const w = world(t);
  const { code, stdout } = await w.cox('run', 'plan', '--only', 'Wave 1');
  assert.equal(code, 0);
  assert.match(stdout, /1 of 1 tasks merged/);
  const wrong = await w.cox('run', 'plan', '--only', '7');
  assert.equal(wrong.code, 2);
  assert.match(wrong.stderr, /Its groups are 1 \(Wave 1\), 2 \(Wave 2\)/);
});

test('what the agent is: none is refused with both ways, a recipe must be there', async (t) => {
  const w = world(t, { env: { COX_AGENT_COMMAND: '' } });
  const none = await w.cox('run', 'plan');
  assert.equal(none.code, 3);
  assert.match(none.stderr, /--agent claude-code[\s\S]*--agent-command/);
  assert.equal((await w.cox('run', 'plan', '--recipe', 'nowhere.yaml')).code, 2);
  assert.match((await w.cox('status')).stderr, /there is no run/);
  w.write('coxswain.config.yaml', 'agent:\n  command: ./agent\nretries: 1\n');
  assert.equal((await w.cox('run', 'plan')).code, 0);
});

test('on a terminal the mode is boxed and the progress drawn; --ci and --json stay plain', async (t) => {
  const w = world(t, { tty: true, env: { NO_COLOR: '1' } });
  const drawn = await w.cox('run', 'plan');
  assert.equal(drawn.code, 0);
  assert.match(drawn.stdout, /^┌─+┐\n│ ⏸️ Execution Mode: SEQUENTIAL/);
  assert.match(drawn.stdout, /Progress: \[█{16}\] 2\/2 agents complete/);
  assert.match(drawn.stdout, /Run plan-\S+ succeeded: 2 of 2 tasks merged/);
  assert.doesNotMatch((await w.cox('run', 'plan', '--ci')).stdout, /[\u001b┌│█]/);
  assert.doesNotMatch((await w.cox('run', 'plan', '--json')).stdout, /[\u001b┌│█]/);
  const watched = await w.cox('status', '--watch');
  assert.equal(watched.code, 0);
  assert.match(watched.stdout, /Completed: 2\/2/);
});

test('colours are for terminals that want them', async (t) => {
  const coloured = world(t, { tty: true });
  assert.match((await coloured.cox('validate', 'plan')).stdout, /\u001b\[32m/);
  assert.doesNotMatch((await coloured.cox('--no-color', 'validate', 'plan')).stdout, /\u001b/);
  assert.doesNotMatch((await coloured.cox('validate', 'plan', '--no-color')).stdout, /\u001b/);
  const plain = world(t, { tty: true, env: { NO_COLOR: 'yes' } });
  assert.doesNotMatch((await plain.cox('validate', 'plan')).stdout, /\u001b/);
});

test('a wrong config and wrong values are refused with 2 and their places, before anything is made', async (t) => {
  const w = world(t);
  w.write('coxswain.config.yaml', 'retrys: 1\ntimeout: soon\n');
  const { code, stderr } = await w.cox('run', 'plan');
  assert.equal(code, 2);
  assert.match(
    stderr,
    /^cox: coxswain\.config\.yaml:1:1 there is no option "retrys"\. Did you mean retries\?/,
  );
  assert.match(stderr, /coxswain\.config\.yaml:2:10 timeout must be a duration/);
  assert.equal((await w.cox('status')).code, 2, 'nothing was made');
});
