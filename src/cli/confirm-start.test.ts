import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makePlan, makeTask } from '../testing/plans.ts';
import { confirmStart, type StartQuestion } from './confirm-start.ts';

const PLAN = makePlan([makeTask('a', 1), makeTask('b', 1, { done: true })]);
const QUESTION: StartQuestion = { confirm: 'run', yes: false, silent: false, plan: PLAN, agents: 2 };

/** What is said, and why the run is refused; `key` is pressed at once, null for no terminal. */
async function asked(
  change: Partial<StartQuestion>,
  key: string | null,
): Promise<readonly [string, string | null]> {
  let said = '';
  const onKey = (handler: (key: string) => void): (() => void) | null => {
    if (key === null) return null;
    handler(key);
    return () => undefined;
  };
  const add = (text: string): void => {
    said += text;
  };
  const cli: Parameters<typeof confirmStart>[0] = { host: { onKey, stderr: { write: add } }, say: add };
  const stop = await confirmStart(cli, { ...QUESTION, ...change });
  return [said, stop === null ? null : `${stop.code} ${stop.message}`];
}

test('what is asked before a run, and what the answers do', async () => {
  assert.deepEqual(await asked({ confirm: 'never' }, 'n'), ['', null]);
  assert.deepEqual(await asked({ yes: true }, null), ['', null]);
  assert.deepEqual(await asked({ confirm: 'every' }, 'n'), ['', null]);
  assert.deepEqual(await asked({}, 'y'), ['Run 1 task with at most 2 agents at once? [y/N] yes\n', null]);
  for (const key of ['n', 'return', 'ctrl+c']) {
    const [said, refused] = await asked({}, key);
    assert.match(said, /no\n$/);
    assert.equal(refused, `${key === 'ctrl+c' ? 130 : 3} not begun, as you said`);
  }
});

test('where nobody can be asked', async () => {
  const [said, refused] = await asked({}, null);
  assert.match(said, /the command itself counts as the consent/);
  assert.equal(refused, null);
  assert.deepEqual(await asked({ silent: true }, 'n'), [said, null]);
});
