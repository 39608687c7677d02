import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FoundConflict } from '../../core/foreseen.ts';
import { RunLog } from '../../testing/events.ts';
import { makePlan, makeTask } from '../../testing/plans.ts';
import { screenText } from './screen-text.ts';
import { statusText } from './status-text.ts';
import { PLAIN } from './style.ts';

const ids = Array.from({ length: 7 }, (_, at) => `task-00${at + 1}`);
const found = ids.flatMap((task, at) =>
  ids.slice(at + 1).map((other): FoundConflict => ({ task, other, paths: ['a\u001b[31m.ts'], known: false })),
);

function seen(most: number) {
  const log = new RunLog(makePlan(ids.map((id) => makeTask(id, 1)))).open().openGroup(1);
  for (const id of ids) log.start(id);
  log.add({ type: 'conflicts.foreseen', found: found.slice(0, most), gone: [] });
  return { state: log.state(), alive: true, seenAt: null, now: log.now, width: 100, style: PLAIN };
}

test('the status names what is foreseen, above its last lines', () => {
  assert.match(
    statusText(seen(1)).join('\n'),
    /\n\nForeseen: task-001 and task-002 would conflict in a\.ts\n\n━+\nCompleted/,
  );
  assert.ok(!statusText(seen(0)).join('\n').includes('Foreseen'));
  assert.match(statusText(seen(21)).join('\n'), /(\nForeseen: .*){10}\n… and 11 more\n/);
});

test('the full screen names some of it, and leaves room for the tasks', () => {
  const screen = (most: number): string =>
    screenText({ ...seen(most), height: 30, scroll: null, recent: [], keys: true }).lines.join('\n');
  assert.match(screen(1), /\nForeseen: task-001 and task-002 would conflict in a\.ts\n─/);
  assert.match(screen(21), /(\nForeseen: .*){2}\n… and 19 more\n─/);
});
