import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { RunLog } from '../../testing/events.ts';
import { hostileText, UNPRINTABLE } from '../../testing/hostile-text.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { dashboardScreen } from './dashboard-screen.ts';
import type { ScreenOptions } from './screen-text.ts';
import { PLAIN } from './style.ts';

function screen(log: RunLog, part: Partial<ScreenOptions> = {}) {
  const now = log.now + 59_000;
  const seen = { state: log.state(), alive: true, seenAt: null, now, style: PLAIN };
  return dashboardScreen({ ...seen, width: 80, height: 20, scroll: null, recent: [], keys: true, ...part });
}

const many = makePlan(
  Array.from({ length: 12 }, (_, at) => makeTask(`2.${at + 1}`, 1, { agent: `Builder-${at + 1}` })),
);

test('it fills the screen, keeps the agents at work in sight, and ends with the counts', () => {
  const log = new RunLog(many).open().openGroup(1).start('2.9');
  const { lines, scroll } = screen(log);
  assert.equal(lines.length, 20);
  assert.match(lines[0] ?? '', /^Parallel Execution: Group 1 - Wave 1 \(Started: /);
  assert.ok(lines.includes('Agent: Builder-9 (2.9: Task 2.9)'), lines.join('\n'));
  assert.match(lines.at(-3) ?? '', new RegExp(`^q leaves.* rows ${scroll + 1}-`));
  assert.match(lines.at(-1) ?? '', /^Completed: 0\/12 \| Failed: 0\/12 \| Runtime: 00:01:0\d$/);
  assert.ok(screen(log, { scroll: 0 }).lines.includes('Agent: Builder-1 (2.1: Task 2.1)'));
  assert.match(screen(log, { height: 1 }).lines[0] ?? '', /^Completed: /);
});

test('whatever is in it and however large the screen is, it fits and does nothing to the terminal', () => {
  const sizes = { width: fc.integer({ min: 1, max: 120 }), height: fc.integer({ min: 0, max: 40 }) };
  const scroll = fc.option(fc.integer({ min: 0, max: 200 }));
  fc.assert(
    fc.property(hostileText, fc.record({ ...sizes, scroll }), (text, part) => {
      const plan = makePlan([
        makeTask('1', 1, { title: text, agent: text }),
        makeTask('2', 1, { agent: 'B' }),
      ]);
      const log = new RunLog(plan).open().openGroup(1).start('1').start('2');
      log.end('2', { is: 'asking', question: text, usage: {}, exitCode: 0 });
      const { lines } = screen(log, part);
      assert.ok(lines.length <= part.height);
      for (const line of lines) {
        assert.doesNotMatch(line, UNPRINTABLE);
        assert.ok(stringWidth(line) <= part.width, line);
      }
    }),
  );
});
