import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parse } from 'yaml';
import { WORK_TYPES } from '../../core/plan.ts';
import { newSession, readSession } from './session-file.ts';
import { mandatorySkills, mayFollow, nextStates, SESSION_STATES } from './session-states.ts';

const NAME = '.claude/auto-state-machine.yaml';
const NEW = newSession({ state: 'IDLE', id: 'auto-1', startedAt: '2026-02-07T10:00:00Z' });

function read(text: string) {
  const file = readSession(NAME, text);
  assert.ok(file.ok, file.ok ? '' : file.error);
  return file.value;
}

test('a change leaves comments, unknown fields, their order and their quotes as they are', () => {
  const own = `# mine\n${NEW}branch: 'feature' # keep\nlast_parallel_group: 3\n`;
  const text = read(own).with([
    ['current_state', 'DETECT'],
    ['completed_phases', ['IDLE']],
    [['token_usage', 'estimated'], 12],
    ['last_transition', '2026-02-07T11:00:00Z'],
  ]);
  const [before, after] = [own.split('\n'), text.split('\n')];
  const differ = before.filter((line) => !after.includes(line));
  assert.deepEqual(differ, ['current_state: "IDLE"', 'completed_phases: []', '  estimated: 0']);
  assert.ok(after.includes('current_state: "DETECT"') && after.includes("branch: 'feature' # keep"));
  assert.ok(after.includes('completed_phases: [IDLE]'));
  // To readers of the older YAML a bare time is a date.
  assert.ok(after.includes('last_transition: "2026-02-07T11:00:00Z"'));
});

test('what is missing or empty has its usual value, and can be set', () => {
  for (const text of ['', '# nothing\n', 'token_usage:\nfocus:\n', '{}']) {
    const file = read(text);
    assert.equal(file.session.current_state, 'IDLE');
    assert.equal(file.session.token_usage.budget, 200_000);
    const changed = parse(
      file.with([
        [['token_usage', 'estimated'], 5],
        ['focus', ['a', 'b: c']],
      ]),
    );
    assert.deepEqual([changed.token_usage.estimated, changed.focus], [5, ['a', 'b: c']]);
  }
});

test('what is wrong is told with its place', () => {
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ['focus: 3\n', /^\.claude\/auto-state-machine\.yaml:1:8 focus: must be a list$/],
    ['a: [1\n', /^\.claude\/auto-state-machine\.yaml:\d+:\d+ the YAML cannot be read/],
    ['- 1\n', /^\.claude\/auto-state-machine\.yaml:1:1 the file: must hold fields$/],
    ['focus: [a]\n---\nmine: 1\n', /:2:1 a second document begins here; a session is one$/],
    ['token_usage:\n  budget: 0\n', /:2:11 token_usage\.budget: must be above 0$/],
  ];
  for (const [text, message] of cases) {
    const file = readSession(NAME, text);
    assert.ok(!file.ok);
    assert.match(file.error, message);
  }
});

test('any text gives a session or a problem, and a session can be changed', () => {
  const texts = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.string().map((more) => `${NEW}${more}\n`),
  );
  fc.assert(
    fc.property(texts, fc.string(), (text, value) => {
      const file = readSession(NAME, text);
      if (!file.ok) return assert.ok(file.error.startsWith(`${NAME}:`));
      const again = readSession(
        NAME,
        file.value.with([
          ['work_type', value],
          ['focus', [value]],
        ]),
      );
      assert.ok(again.ok, again.ok ? '' : again.error);
      assert.deepEqual([again.value.session.work_type, again.value.session.focus], [value, [value]]);
    }),
  );
});

test('every state can be reached from IDLE and left to IDLE, and no state jumps over execution and review', () => {
  const reached = new Set<string>(['IDLE']);
  for (const state of reached) for (const next of nextStates(state)) reached.add(next);
  assert.deepEqual([...reached].sort(), [...SESSION_STATES].sort());
  for (const state of SESSION_STATES) {
    assert.ok(mayFollow(state, 'IDLE') && mayFollow(state, state));
    assert.equal(mayFollow(state, 'COMPLETE'), state === 'REVIEW' || state === 'COMPLETE');
    assert.equal(mayFollow(state, 'REVIEW'), ['EXECUTE', 'INTEGRATE', 'REVIEW'].includes(state));
  }
  assert.deepEqual(nextStates('SMART_VERIFY'), ['IDLE']);
});

test('the skills of a state depend on the type of work', () => {
  assert.deepEqual(mandatorySkills('PARALLELIZE', ''), ['task-decomposer', 'parallel-orchestrator']);
  assert.deepEqual(mandatorySkills('EXECUTE', 'FRONTEND'), [
    'superpowers:test-driven-development',
    'frontend-design',
  ]);
  assert.deepEqual(mandatorySkills('REVIEW', 'RESEARCH'), []);
  assert.deepEqual(mandatorySkills('INTEGRATE', 'BACKEND'), []);
});

test('states and types of work are those that the family has', () => {
  assert.equal(
    SESSION_STATES.join(' '),
    'IDLE DETECT CLASSIFY PLAN PARALLELIZE EXECUTE INTEGRATE REVIEW COMPLETE',
  );
  assert.equal(
    WORK_TYPES.join(' '),
    'FRONTEND BACKEND FULLSTACK DOCUMENTATION DOCUMENTS INTEGRATION TESTING CREATIVE RESEARCH',
  );
});
