import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { doneOutcome, RunLog } from '../testing/events.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import type { AgentChoices } from './agent-choice.ts';
import { expectedOfHistory, forecast, type Sample, samplesOf, type UsedAgent } from './history.ts';
import type { TaskSize } from './plan.ts';

const CODEX: UsedAgent = { driver: 'codex', model: undefined };

const by = (driver: string, more: Partial<AgentChoices> = {}): AgentChoices => ({
  agent: { driver, options: {} },
  qa: null,
  resolver: null,
  ...more,
});

const sample = (part: Partial<Sample>): Sample => ({
  run: 'r',
  agent: CODEX,
  ms: 60_000,
  used: {},
  ...part,
});

function plan(...sizes: readonly (TaskSize | null)[]) {
  return makePlan(sizes.map((size, at) => makeTask(`t${at}`, 1, size === null ? {} : { size })));
}

describe('the history of a repository', () => {
  it('is what its merged tasks took, all attempts together', () => {
    const log = new RunLog(plan('small', 'large')).open().openGroup(1);
    const usage = { inputTokens: 100, outputTokens: 10, costUsd: 0.5 };
    const failure = { reason: 'exit-code', code: 1, tail: '' } as const;
    log.start('t0').wait(29).end('t0', { is: 'failed', failure, usage, exitCode: 1 });
    log.add({ type: 'task.retrying', task: 't0', notBefore: 0, failure });
    log.start('t0', 2).wait(59).end('t0', doneOutcome({ usage }), 2);
    log.accept('t0').merge('t0').advance(['t0']);
    log.start('t1').wait(10).end('t1', doneOutcome({ usage }));
    const [one, ...others] = samplesOf([log.state()]);
    assert.deepEqual(one, {
      run: 'run-1',
      agent: { driver: 'recipe', model: undefined },
      size: 'small',
      ms: 90_000,
      used: { inputTokens: 200, outputTokens: 20, costUsd: 1 },
    });
    assert.deepEqual(others, []);
    assert.deepEqual(expectedOfHistory([log.state()]), { executor: { usd: 0.5, tokens: 110 } });
  });

  it('is none before anything was merged', () => {
    assert.deepEqual(samplesOf([new RunLog(plan('small')).state()]), []);
    assert.deepEqual(expectedOfHistory([]), {});
    assert.equal(forecast(plan('small'), [], by('codex')), null);
  });

  it('says of a task the median of those that are most like it', () => {
    const samples = [
      sample({ size: 'small', ms: 10_000, used: { costUsd: 1 } }),
      sample({ size: 'small', ms: 30_000, used: { costUsd: 3 } }),
      sample({ size: 'small', ms: 20_000, used: { costUsd: 2 } }),
      sample({ size: 'large', ms: 900_000, used: { costUsd: 90 } }),
      sample({ run: 's', agent: { ...CODEX, driver: 'pi' }, size: 'medium', ms: 5000 }),
    ];
    const found = forecast(plan('small', 'medium', null), samples, by('codex'));
    assert.deepEqual([found?.runs, found?.samples], [2, 5]);
    assert.deepEqual(
      [...(found?.tasks.values() ?? [])],
      [
        { seconds: 20, usd: 2, samples: 3, like: 'agent, model and complexity' },
        { seconds: 30, usd: 3, samples: 4, like: 'agent and model' },
        { seconds: 30, usd: 3, samples: 4, like: 'agent and model' },
      ],
    );
    const others = forecast(plan('small'), samples, by('gemini'))?.tasks.get('t0');
    assert.deepEqual(others, { seconds: 20, usd: 3, samples: 5, like: 'repository' });
  });

  it('is asked for the agent and the model that rules choose for each task, or the plan names', () => {
    const made = (model: string | undefined, usd: number): Sample =>
      sample({ agent: { driver: 'codex', model }, size: 'small', used: { costUsd: usd } });
    const samples = [
      made(undefined, 3),
      made('big', 50),
      made('small', 1),
      sample({ agent: { driver: 'pi', model: undefined }, used: { costUsd: 7 } }),
    ];
    const settings = by('codex', {
      agentRules: [
        { when: { task: 'ruled' }, part: { options: { model: 'big' } } },
        { when: { workType: 'frontend' }, part: { driver: 'pi', options: {} } },
        { when: { role: 'qa' }, part: { options: { model: 'small' } } },
        { when: { task: 'unseen' }, part: { options: { model: 'new' } } },
      ],
    });
    const tasks = [
      makeTask('ruled', 1, { size: 'small' }),
      makeTask('web', 1, { size: 'small', workType: 'FRONTEND' }),
      makeTask('named', 1, { agent: 'ada', size: 'large' }),
      makeTask('plain', 1, { size: 'small' }),
      makeTask('unseen', 1, { size: 'small' }),
    ];
    const planned = { ...makePlan(tasks), profiles: [{ name: 'ada', model: 'small' }] };
    const found = forecast(planned, samples, settings)?.tasks ?? new Map();
    assert.deepEqual(
      [...found].map(([id, { usd, like }]) => [id, usd, like]),
      [
        ['ruled', 50, 'agent, model and complexity'],
        ['web', 7, 'agent and model'],
        ['named', 1, 'agent and model'],
        ['plain', 3, 'agent, model and complexity'],
        ['unseen', 3, 'agent and complexity'],
      ],
    );
  });

  it('stays within what was seen', () => {
    const drawn = fc.record({
      run: fc.constantFrom('r', 's'),
      agent: fc.record({
        driver: fc.constantFrom('codex', 'pi'),
        model: fc.constantFrom(undefined, 'big', 'small'),
      }),
      ms: fc.nat(1e7),
      used: fc.record({ costUsd: fc.integer({ min: 1, max: 100 }) }),
    });
    fc.assert(
      fc.property(fc.array(drawn, { minLength: 1, maxLength: 30 }), (samples) => {
        const one = forecast(plan('small'), samples, by('codex'))?.tasks.get('t0');
        const times = samples.map(({ ms }) => ms / 1000);
        const costs = samples.map(({ used }) => used.costUsd);
        assert.ok(one !== undefined && one.usd !== undefined);
        assert.ok(one.seconds >= Math.min(...times) && one.seconds <= Math.max(...times));
        assert.ok(one.usd >= Math.min(...costs) && one.usd <= Math.max(...costs));
        assert.ok(one.samples >= 1 && one.samples <= samples.length);
      }),
    );
  });
});
