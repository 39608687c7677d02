import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { RunLog } from '../testing/events.ts';
import { makePlan, makeTask, TEST_SETTINGS } from '../testing/plans.ts';
import { agentFor, agentsOf } from './agent-choice.ts';
import type { Role } from './attempt.ts';
import { credentialOf } from './limits.ts';
import { taskRecord } from './run-state.ts';
import type { RunSettings } from './settings.ts';

const plan = makePlan([
  makeTask('task-001-ui', 1, { agent: 'web:ada', workType: 'FRONTEND', size: 'large' }),
  makeTask('task-002-db', 1, { size: 'small' }),
]);
const agent = { driver: 'claude-code', options: { model: 'sonnet', effort: 'low' } };

function chosen(more: Partial<RunSettings>, task: string, role: Role = 'executor', failures = 0): unknown {
  return chosenAfter(more, { task, role, failures, rejections: 0 });
}

interface Before {
  readonly task: string;
  readonly role: Role;
  readonly failures: number;
  readonly rejections: number;
}

function chosenAfter(more: Partial<RunSettings>, { task, role, failures, rejections }: Before): unknown {
  const state = new RunLog(plan, { ...TEST_SETTINGS, agent, retries: 2, ...more }).state();
  const record = { ...taskRecord(state, task), failures, rejections };
  const found = agentFor(state, { record, role, now: 0 });
  return [found?.driver, found?.options];
}

describe('an attempt is done by', () => {
  const agentRules = [
    { when: { agent: 'WEB:*', complexity: 'large' }, part: { options: { model: 'opus' } } },
    { when: { workType: 'frontend' }, part: { driver: 'codex', options: {} } },
    { when: { task: '*-db' }, part: { driver: 'codex', options: { effort: 'high' } } },
    { when: { role: 'qa' }, part: { options: { model: 'haiku' } } },
  ];

  it('the agent of the first rule that holds, with what is the same left as it is', () => {
    const settings = { agentRules };
    assert.deepEqual(chosen(settings, 'task-001-ui'), ['claude-code', { model: 'opus', effort: 'low' }]);
    assert.deepEqual(chosen(settings, 'task-002-db'), ['codex', { effort: 'high' }]);
    assert.deepEqual(chosen(settings, 'task-002-db', 'qa'), [
      'claude-code',
      { model: 'haiku', effort: 'low' },
    ]);
    assert.deepEqual(chosen(settings, 'task-002-db', 'resolver'), ['claude-code', agent.options]);
  });

  it('another on the last try alone', () => {
    const settings = { agentRules, lastTry: { options: { model: 'best' } } };
    assert.deepEqual(chosen(settings, 'task-001-ui', 'executor', 1), chosen({ agentRules }, 'task-001-ui'));
    assert.deepEqual(chosen(settings, 'task-001-ui', 'executor', 2), [
      'claude-code',
      { model: 'best', effort: 'low' },
    ]);
    assert.deepEqual(
      chosen({ ...settings, retries: 0 }, 'task-001-ui'),
      chosen({ agentRules }, 'task-001-ui'),
    );
  });

  it('another before the last rejection by QA that is borne, too', () => {
    const lastTry = { options: { model: 'best' } };
    const model = (allowed: number, rejections: number, role: Role = 'executor'): unknown => {
      const qa = { agent, rejections: allowed, tries: 1 };
      return chosenAfter({ lastTry, qa }, { task: 'task-002-db', role, failures: 0, rejections });
    };
    const [usual, best] = ['sonnet', 'best'].map((name) => ['claude-code', { model: name, effort: 'low' }]);
    assert.deepEqual(
      [0, 1, 2].map((done) => model(3, done)),
      [usual, usual, best],
    );
    assert.deepEqual(model(3, 2, 'qa'), usual);
    // The first rejection is the last one.
    assert.deepEqual(model(1, 0), usual);
  });

  it("no model of the run's own agent where it is of another driver", () => {
    const rules = [{ when: { task: '*-db' }, part: { driver: 'codex', options: {} } }];
    const settings = { agentRules: rules, lastTry: { options: { model: 'best' } } };
    assert.deepEqual(chosen(settings, 'task-002-db', 'executor', 2), ['codex', {}]);
    const all = agentsOf({
      ...TEST_SETTINGS,
      agent,
      ...settings,
      fallback: { agents: [{ options: { model: 'haiku' } }], afterMs: 1 },
    });
    assert.deepEqual(
      all.filter(({ driver }) => driver === 'codex').map(({ options }) => options),
      [{}, {}],
    );
    assert.equal(new Set(all.map(credentialOf)).size, 3);
  });

  it('one that is known before the run begins', () => {
    const lastTry = { driver: 'pi', options: {} };
    const fallback = { agents: [{ driver: 'gemini', options: {} }], afterMs: 1 };
    const all = agentsOf({ ...TEST_SETTINGS, agent, agentRules, lastTry, fallback });
    assert.deepEqual(
      new Set(all.map(({ driver }) => driver)),
      new Set(['claude-code', 'codex', 'pi', 'gemini']),
    );
  });
});

describe('a credential', () => {
  it('is that of the driver, and of a command its own', () => {
    assert.equal(credentialOf(agent), 'claude-code');
    const [one, two] = ['a', 'b'].map((command) => credentialOf({ driver: 'command', options: { command } }));
    assert.notEqual(one, two);
  });
});
