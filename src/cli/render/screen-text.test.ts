import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import type { EventBody } from '../../core/event.ts';
import { doneOutcome, RunLog } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { type ScreenOptions, screenText } from './screen-text.ts';
import { COLOURED, PLAIN } from './style.ts';

const CRASH = { reason: 'exit-code', code: 3, tail: '' } as const;

const plan = makePlan([
  makeTask('task-001', 1, { title: 'JWT Service' }),
  makeTask('task-002', 1, { title: 'User Model' }),
  makeTask('task-003', 2, { title: 'Login', dependsOn: ['task-002'] }),
]);

function halfway(): RunLog {
  const log = new RunLog(plan).open().openGroup(1);
  log.start('task-002').wait(60).end('task-002', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 });
  log.add(
    { type: 'task.failed', task: 'task-002', failure: CRASH },
    { type: 'task.blocked', task: 'task-003', because: 'task-002' },
  );
  log.start('task-001');
  return log.add({
    type: 'attempt.progress',
    task: 'task-001',
    attempt: 1,
    percent: 45,
    step: 'Writing tests',
  });
}

function screen(log: RunLog, part: Partial<ScreenOptions> = {}) {
  return screenText({
    state: log.state(),
    alive: true,
    seenAt: null,
    now: log.now + 59_000,
    width: 100,
    height: 20,
    style: PLAIN,
    scroll: null,
    recent: ['12:03:44 one', '12:03:45 two'],
    keys: true,
    ...part,
  });
}

test('the screen of a run, to the last character', () => {
  const rule = '─'.repeat(100);
  assert.deepEqual(
    screen(halfway()).lines.map((line) => line.trimEnd()),
    [
      `TS-0001 - plan${' '.repeat(77)} RUNNING`,
      'run-1, merges into integration/run-1',
      `${'░'.repeat(40)}  0/3 merged, 1 at work, 2 lost${' '.repeat(21)}00:02:11`,
      rule,
      'Wave 1',
      '  ● task-001  JWT Service  in progress  attempt 1       1min  45% Writing tests',
      '  ✖ task-002  User Model   failed       attempt 1    1min 1s  the agent exited with 3; see its log',
      '',
      'Wave 2',
      '  ⊘ task-003  Login        blocked                            it waits for task-002, which did not…',
      '',
      '',
      '',
      '',
      rule,
      '',
      '',
      '12:03:44 one',
      '12:03:45 two',
      'q leaves, the run goes on · ↑ ↓ scroll · f follows',
    ],
  );
});

test('what the run waits for stands at the top', () => {
  const text = (log: RunLog, part: Partial<ScreenOptions> = {}) => screen(log, part).lines.join('\n');
  const asking = new RunLog(plan).open().openGroup(1).start('task-001');
  asking.end('task-001', { is: 'asking', question: 'Which port?', usage: {}, exitCode: 0 });
  assert.match(text(asking), /\ntask-001 waits for an answer: cox answer task-001 "…"\n─/);
  assert.match(text(asking), /\? task-001 .* asking .* Which port\?/);
  assert.match(text(halfway(), { alive: false }), / INTERRUPTED[\s\S]*\nGo on with: cox resume run-1\n─/);
  assert.match(text(halfway(), { keys: false }), /Ctrl-C leaves, the run goes on$/);
  const opened: EventBody = { type: 'breaker.opened', until: 0, signature: 'exit-code:3' };
  const broken = halfway();
  broken.start('task-001', 2).end('task-001', { is: 'failed', failure: CRASH, usage: {}, exitCode: 3 }, 2);
  broken.add({ ...opened, until: broken.now + 100_000 });
  assert.match(
    text(broken),
    /\nSeveral tasks failed alike \(their agents exited with 3\); nothing new starts for 40s\.\n/,
  );
});

test('a long plan is scrolled, and follows what happens as long as nobody scrolls', () => {
  const many = makePlan(Array.from({ length: 100 }, (_, index) => makeTask(`task-${100 + index}`, 1)));
  const log = new RunLog(many).open().openGroup(1);
  for (let index = 0; index < 60; index += 1)
    log.complete(`task-${100 + index}`, 1, doneOutcome({ usage: { inputTokens: 1000 } }));
  log.start('task-160');
  const follows = screen(log);
  assert.ok(
    follows.lines.some((line) => line.includes('● task-160')),
    follows.lines.join('\n'),
  );
  assert.match(follows.lines.at(-1) ?? '', / · rows 59-68 of 101$/);
  assert.match(screen(log, { scroll: 0 }).lines[4] ?? '', /^Wave 1/);
  const end = screen(log, { scroll: 10_000 });
  assert.deepEqual([end.scroll, end.page], [91, 10]);
  assert.match(end.lines[13] ?? '', /task-199/);
  assert.match(follows.lines[2] ?? '', /60\/100 merged, 1 at work .* 60\.0k input tokens {2}00:/);
});

test('it fits every terminal, whatever the plan and its agents write', () => {
  const side = fc.integer({ min: 1, max: 130 });
  const terminal = fc.record({ width: side, height: side, style: fc.constantFrom(PLAIN, COLOURED) });
  fc.assert(
    fc.property(hostileText, hostileText, terminal, (title, said, { width, height, style }) => {
      const hostile = makePlan([makeTask(`t${title}`, 1, { title }), makeTask('t2', 1, { title: said })]);
      const log = new RunLog({ ...hostile, name: title }).open().openGroup(1).start(`t${title}`).start('t2');
      log.add({ type: 'attempt.progress', task: 't2', attempt: 1, percent: 3, step: said });
      log.end(`t${title}`, { is: 'asking', question: said, usage: {}, exitCode: 0 });
      const { lines } = screen(log, { width, height, recent: [said], style });
      assert.ok(lines.length <= height, `${lines.length} lines`);
      for (const line of lines) {
        assert.ok(stringWidth(line) <= width, JSON.stringify(line));
        assert.doesNotMatch(style === COLOURED ? line.replaceAll(/\u001b\[\d+m/g, '') : line, UNPRINTABLE);
        assert.doesNotMatch(line, /\n/);
      }
    }),
  );
});

test('a service that refuses work is told at the head, as long as somebody drives the run', () => {
  const log = new RunLog(plan).open().openGroup(1).start('task-001');
  const until = log.now + 600_000;
  log.end('task-001', { is: 'quota', until, usage: {}, exitCode: 1 });
  const [told] = screen(log).lines.filter((line) => line.includes('refuses more work until 2025-11-29'));
  assert.match(told ?? '', /^recipe: .*; then one agent is tried/);
  assert.ok(!screen(log, { alive: false }).lines.some((line) => line.includes('refuses more work')));
});
