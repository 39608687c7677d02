import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { doneOutcome } from '../testing/outcomes.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { type Simulated, simulate } from '../testing/simulator.ts';
import type { Script } from '../testing/simulator-script.ts';
import type { AttemptOutcome } from './attempt.ts';
import type { RunState } from './run-state.ts';
import type { RunSettings } from './settings.ts';

const six = makePlan(['a', 'b', 'c', 'd', 'e', 'f'].map((id) => makeTask(id, 1)));
const BEGIN = 1_000_000;
const busy = (until: number): Extract<AttemptOutcome, { is: 'quota' }> => ({
  is: 'quota',
  until,
  usage: {},
  exitCode: 0,
});
const noKey: AttemptOutcome = {
  is: 'failed',
  failure: { reason: 'agent-error', kind: 'credentials', detail: '401' },
  usage: {},
  exitCode: 1,
};
const other = { driver: 'other', options: {} };

function run(outcome: Script['outcome'], more: Partial<RunSettings> = {}): Simulated {
  const settings = { ...TEST_SETTINGS, maxParallel: 4, ...more };
  return simulate(six, settings, { duration: (_, attempt) => (attempt === 1 ? 5 : 50), outcome });
}

/** When attempts began after the first ones, with how many then ran. */
function later({ events }: Simulated): readonly (readonly [at: number, running: number])[] {
  let running = 0;
  return events.flatMap((event) => {
    if (event.type === 'attempt.ended') running -= 1;
    if (event.type !== 'attempt.starting') return [];
    running += 1;
    return event.at > BEGIN ? [[event.at - BEGIN, running] as const] : [];
  });
}

describe('a service that refuses work', () => {
  it('is waited for by all, then tried by one, then by half of them, and by one more with each success', () => {
    const simulated = run((task, _, state) =>
      state.lastEventAt < BEGIN + 700 ? busy(BEGIN + 700) : doneOutcome(`t-${task}`),
    );
    const starts = later(simulated);
    assert.deepEqual(starts[0], [700, 1]);
    // The probe came to its end at 750, which makes three of two.
    assert.deepEqual(starts.slice(1, 4), [
      [750, 1],
      [750, 2],
      [750, 3],
    ]);
    assert.equal(simulated.state.throttles.size, 0);
    for (const record of simulated.state.tasks.values()) assert.equal(record.failures, 0);
    assert.equal(simulated.state.phase.is === 'finished' && simulated.state.phase.status, 'succeeded');
  });

  it('lets the others start as soon as it has answered the first', () => {
    const settings = { ...TEST_SETTINGS, maxParallel: 4 };
    const simulated = simulate(six, settings, {
      duration: (_, attempt) => (attempt === 1 ? 5 : 5000),
      outcome: (task, attempt) => (attempt === 1 ? busy(BEGIN + 700) : doneOutcome(`t-${task}`)),
      watch: (_, event) =>
        event.type === 'attempt.started' && event.attempt === 2
          ? [{ type: 'attempt.progress', task: event.task, attempt: 2, answered: true }]
          : [],
    });
    assert.deepEqual(later(simulated).slice(0, 2), [
      [700, 1],
      [700, 2],
    ]);
  });

  it('is not waited for when another agent is there and the wait is long', () => {
    const outcome: Script['outcome'] = (task, _, state) =>
      state.tasks.get(task)?.attempts.at(-1)?.agent.driver === 'other'
        ? doneOutcome(`t-${task}`)
        : state.lastEventAt < BEGIN + 700
          ? busy(BEGIN + 700)
          : doneOutcome(`t-${task}`);
    const fallback = (afterMs: number): Simulated => run(outcome, { fallback: { agents: [other], afterMs } });
    const drivers = ({ state }: Simulated): readonly (string | undefined)[] =>
      [...state.tasks.values()].map(({ attempts }) => attempts.at(-1)?.agent.driver);
    assert.deepEqual(new Set(drivers(fallback(600))), new Set(['other']));
    assert.ok(later(fallback(600)).every(([at]) => at < 700));
    assert.equal(later(fallback(701))[0]?.[0], 700);
  });

  it('whose credentials are refused is left for another agent, and no failure is counted', () => {
    const simulated = run(
      (task, _, state) =>
        state.tasks.get(task)?.attempts.at(-1)?.agent.driver === 'other' ? doneOutcome(`t-${task}`) : noKey,
      { fallback: { agents: [other], afterMs: 1 } },
    );
    assert.equal(simulated.state.phase.is === 'finished' && simulated.state.phase.status, 'succeeded');
    for (const record of simulated.state.tasks.values()) assert.equal(record.failures, 0);
  });

  it('whose credentials are refused, where nobody stands in, stops the run and is no failure', () => {
    const { state, events } = run(() => noKey);
    assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'credentials');
    const starts = events.filter(({ type }) => type === 'attempt.starting').length;
    assert.equal(starts, 5, 'the four that began together, and the one that made it certain');
    for (const record of state.tasks.values()) {
      assert.deepEqual([record.state.is, record.failures, record.setbacks.length], ['ready', 0, 0]);
    }
    assert.ok(!events.some(({ type }) => type === 'breaker.opened' || type === 'task.retrying'));
  });

  it('whose credentials were refused for a moment goes on with one agent, then with all', () => {
    const simulated = run((task, attempt) =>
      attempt === 1 && task < 'd' ? noKey : doneOutcome(`t-${task}`),
    );
    const [first, second] = later(simulated);
    assert.equal(first?.[1], 1);
    assert.equal((second?.[0] ?? 0) - (first?.[0] ?? 0), 50, 'the others wait for the first to end');
    assert.equal(simulated.state.phase.is === 'finished' && simulated.state.phase.status, 'succeeded');
    for (const record of simulated.state.tasks.values()) assert.equal(record.failures, 0);
  });

  it('whose credentials and those of its stand-in are refused stops the run', () => {
    const { state, events } = run(() => noKey, { fallback: { agents: [other], afterMs: 1 } });
    assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'credentials');
    assert.deepEqual(
      [...state.throttles.values()].map(({ credentials }) => credentials),
      ['refused', 'refused'],
    );
    assert.ok(events.filter(({ type }) => type === 'attempt.starting').length <= 10);
  });

  it('refuses another model of the same credentials as well, which is not tried', () => {
    const fallback = { agents: [{ options: { model: 'small' } }], afterMs: 1 };
    const { state } = run(() => noKey, { fallback });
    assert.deepEqual(state.phase.is === 'suspended' && state.phase.reason, 'credentials');
    for (const { attempts } of state.tasks.values())
      for (const { agent } of attempts) assert.equal(agent.options['model'], undefined);
  });

  it('whose credentials are refused for one model has another of them work, and is left where there is none', () => {
    const forbidden: AttemptOutcome = {
      ...noKey,
      failure: { reason: 'agent-error', kind: 'credentials', detail: '403', of: 'model' },
    };
    const refuses = (...models: readonly unknown[]): Script['outcome'] => {
      return (task, _, state) => {
        const model = state.tasks.get(task)?.attempts.at(-1)?.agent.options['model'];
        return models.includes(model) ? forbidden : doneOutcome(`t-${task}`);
      };
    };
    const agent = { driver: 'recipe', options: { model: 'big' } };
    const fallback = { agents: [{ options: { model: 'small' } }], afterMs: 1 };
    const { state } = run(refuses('big'), { agent, fallback });
    assert.equal(state.phase.is === 'finished' && state.phase.status, 'succeeded');
    for (const { failures, attempts } of state.tasks.values()) {
      assert.equal(failures, 0);
      assert.equal(attempts.at(-1)?.agent.options['model'], 'small');
    }
    const whole = run(refuses('big', 'small'), { agent, fallback });
    assert.equal(whole.state.phase.is === 'suspended' && whole.state.phase.reason, 'credentials');
    assert.deepEqual([...whole.state.throttles.keys()], ['recipe/big', 'recipe/small']);
  });

  it('for one model alone has another of the same credentials work at once', () => {
    const refused = (task: string, state: RunState): AttemptOutcome | null => {
      const agent = state.tasks.get(task)?.attempts.at(-1)?.agent;
      return agent?.options['model'] === 'big' ? { ...busy(BEGIN + 9000), of: 'model' } : null;
    };
    const outcome: Script['outcome'] = (task, _, state) => refused(task, state) ?? doneOutcome(`t-${task}`);
    const agent = { driver: 'recipe', options: { model: 'big' } };
    const small = { options: { model: 'small' } };
    const simulated = run(outcome, { agent, fallback: { agents: [small], afterMs: 1 } });
    assert.ok(simulated.now < BEGIN + 700, String(simulated.now - BEGIN));
    assert.deepEqual([...simulated.state.throttles.keys()], ['recipe/big']);
    // Without a stand-in, tasks of other models go on.
    const ruled = run(
      (task, _, state) =>
        state.lastEventAt < BEGIN + 9000 ? outcome(task, 0, state) : doneOutcome(`t-${task}`),
      { agent, agentRules: [{ when: { task: 'f' }, part: small }] },
    );
    const merged = ruled.events.find(({ type }) => type === 'integration.advanced');
    assert.ok((merged?.at ?? 0) < BEGIN + 700, 'the task of the other model waited as well');
    assert.equal(ruled.state.phase.is === 'finished' && ruled.state.phase.status, 'succeeded');
  });

  it('for all models of its credentials has none of them tried', () => {
    const fallback = { agents: [{ options: { model: 'small' } }], afterMs: 1 };
    const whole = (of?: 'credential'): Simulated =>
      run(
        (task, _, state): AttemptOutcome =>
          state.lastEventAt < BEGIN + 9000 &&
          state.tasks.get(task)?.attempts.at(-1)?.agent.options['model'] !== 'small'
            ? { ...busy(BEGIN + 9000), ...(of === undefined ? {} : { of }) }
            : doneOutcome(`t-${task}`),
        { fallback },
      );
    assert.ok(later(whole('credential')).every(([at]) => at >= 9000));
    // Where nobody has told whose limit it is, the stand-in may be served.
    assert.ok(later(whole()).every(([at]) => at < 9000));
  });

  it('does not hold agents with other credentials', () => {
    const qa = { agent: other, rejections: 2, tries: 2 };
    const simulated = run(
      (task, attempt) =>
        task === 'f' && attempt === 1 ? busy(BEGIN + 9000) : doneOutcome(`t-${task}-${attempt}`),
      { qa },
    );
    const reviews = simulated.events.filter(
      (event) => event.type === 'attempt.starting' && event.role === 'qa',
    );
    assert.ok((reviews[0]?.at ?? 0) < BEGIN + 9000);
  });

  it('whose credentials are refused for a rule of one task alone keeps that task waiting, and no other', () => {
    const ruled = run(
      (task, _, state) =>
        state.tasks.get(task)?.attempts.at(-1)?.agent.driver === 'other' ? noKey : doneOutcome(`t-${task}`),
      { agentRules: [{ when: { task: 'b' }, part: other }] },
    );
    const { phase, tasks } = ruled.state;
    assert.equal(phase.is === 'suspended' && phase.reason, 'credentials');
    assert.deepEqual(
      [...tasks.values()].map(({ state, failures }) => [state.is, failures]),
      ['merged', 'ready', 'merged', 'merged', 'merged', 'merged'].map((is) => [is, 0]),
    );
  });

  it('is asked again when the agent that stands in has to wait for long, too', () => {
    const used: string[] = [];
    const simulated = run(
      (task, _, state) => {
        const driver = state.tasks.get(task)?.attempts.at(-1)?.agent.driver ?? '';
        used.push(driver);
        if (driver !== 'other') return noKey;
        return state.lastEventAt < BEGIN + 900 ? busy(BEGIN + 900) : doneOutcome(`t-${task}`);
      },
      { fallback: { agents: [other], afterMs: 1 } },
    );
    assert.equal(simulated.state.phase.is === 'finished' && simulated.state.phase.status, 'succeeded');
    assert.equal(used.at(-1), 'other');
    for (const record of simulated.state.tasks.values()) assert.equal(record.failures, 0);
  });

  it('is not waited for when the agent that stands in can be had before it', () => {
    const simulated = run(
      (task, _, state) => {
        const driver = state.tasks.get(task)?.attempts.at(-1)?.agent.driver;
        const until = BEGIN + (driver === 'other' ? 900 : 9000);
        return state.lastEventAt < until ? busy(until) : doneOutcome(`t-${task}`);
      },
      { fallback: { agents: [other], afterMs: 1 } },
    );
    assert.ok(simulated.now < BEGIN + 9000, String(simulated.now - BEGIN));
  });

  it('keeps a task waiting whose agents are all refused, one of them for another task', () => {
    const third = { driver: 'third', options: {} };
    const simulated = run(
      (task, _, state) => {
        if (state.tasks.get(task)?.attempts.at(-1)?.agent.driver !== 'recipe') return noKey;
        return state.lastEventAt < BEGIN + 9000 ? busy(BEGIN + 9000) : doneOutcome(`t-${task}`);
      },
      {
        agentRules: [{ when: { task: 'a' }, part: third }],
        fallback: { agents: [other], afterMs: 1 },
      },
    );
    const { tasks } = simulated.state;
    assert.deepEqual(
      [...tasks.values()].map(({ state }) => state.is),
      ['ready', 'merged', 'merged', 'merged', 'merged', 'merged'],
    );
    assert.equal(tasks.get('a')?.failures, 0);
  });

  it('whose credentials are refused is tried by one when the user asks for a task that waits for it', () => {
    const third = { driver: 'third', options: {} };
    let isKnown = false;
    const simulated = simulate(
      six,
      { ...TEST_SETTINGS, maxParallel: 4, agentRules: [{ when: { task: 'f' }, part: third }] },
      {
        duration: (task) => (task === 'f' ? 90_000 : 5),
        outcome: (task) => (isKnown || task === 'f' ? doneOutcome(`t-${task}`) : noKey),
        watch: (state, event) => {
          const refused = state.throttles.get('recipe')?.credentials === 'refused';
          if (isKnown || event.type !== 'attempt.ended' || !refused) return [];
          isKnown = true;
          return [{ type: 'requested.retry', task: 'c' }];
        },
      },
    );
    assert.equal(isKnown, true);
    const { phase } = simulated.state;
    assert.equal(phase.is === 'finished' && phase.status, 'succeeded');
    const probe = simulated.events.findIndex(({ type }) => type === 'requested.retry');
    const rest = simulated.events.slice(probe);
    const [first, second] = rest.filter(({ type }) => type === 'attempt.starting');
    assert.ok((second?.at ?? 0) - (first?.at ?? 0) >= 5, 'the others wait for the one that is tried');
  });

  it('is tried at once when the user asks for a task that waits for it', () => {
    const simulated = simulate(
      six,
      { ...TEST_SETTINGS, maxParallel: 4 },
      {
        duration: () => 5,
        outcome: (task, _, state) =>
          state.lastEventAt === BEGIN ? busy(BEGIN + 900_000) : doneOutcome(`t-${task}`),
        watch: (_, event) =>
          event.type === 'attempt.ended' && event.task === 'd' && event.attempt === 1
            ? [{ type: 'requested.retry', task: 'd' }]
            : [],
      },
    );
    assert.ok(simulated.now < BEGIN + 900_000, String(simulated.now - BEGIN));
  });
});
