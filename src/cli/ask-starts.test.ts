import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CoxApi } from '../engine/api.ts';
import { EngineWorld } from '../testing/engine-world.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { StartAsker } from './ask-starts.ts';

test('a start that waits for a word just when the last question was answered is asked about, too', async () => {
  const world = new EngineWorld();
  const state = await world.state(await world.create(makePlan([makeTask('a', 1), makeTask('b', 1)])));
  // As many turns after the answer as it may take until the run says so.
  for (let turns = 0; turns < 12; turns += 1) {
    const notes: string[] = [];
    let press: (key: string) => void = () => undefined;
    const { promise: answered, resolve } = Promise.withResolvers<void>();
    const request: CoxApi['request'] = async () => {
      resolve();
      return { ok: true, value: state };
    };
    const asker = new StartAsker({
      api: { request },
      run: state.run,
      onKey: (handler) => {
        press = handler;
        return () => undefined;
      },
      note: (text) => notes.push(text),
      interrupt: () => undefined,
    });
    asker.ask(state, []);
    asker.ask(state, ['a']);
    press('y');
    await answered;
    if (turns === 11) assert.equal(await asker.settled(), true, 'the run has not seen the answer');
    for (let turn = 0; turn < turns; turn += 1) await Promise.resolve();
    asker.ask(state, ['b']);
    await new Promise((done) => setImmediate(done));
    assert.equal(notes.at(-1), 'Start b (Task b)? [y/n]', `${turns} turns`);
    asker.close();
  }
  await world.close();
});
