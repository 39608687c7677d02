import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig } from '../config/parse-config.ts';
import { resolveSettings } from '../config/resolve.ts';
import type { Plan } from '../core/plan.ts';
import type { AgentSettings } from '../core/settings.ts';
import { makePlan, makeTask } from '../testing/plans.ts';
import { profileGaps } from './profile-gaps.ts';

const plan: Plan = {
  ...makePlan([
    makeTask('a', 1, { agent: 'builder', reviewers: ['checker'] }),
    makeTask('b', 1, { agent: 'builder' }),
    makeTask('c', 1, { agent: 'nobody' }),
    makeTask('d', 1, { agent: 'builder', done: true }),
  ]),
  profiles: [
    { name: 'builder', path: 'builder.md' },
    { name: 'checker', path: 'checker.md' },
  ],
};
const parts = {
  profileGaps: ({ driver, options }: AgentSettings, { name }: { readonly name: string }) => [
    `${name} is not ${driver} ${String(options['model'] ?? '')}`.trim(),
  ],
};

function gaps(config: object, of: Plan = plan): readonly (readonly unknown[])[] {
  const parsed = parseConfig({ name: 'c.yaml', origin: 'project config', text: JSON.stringify(config) });
  assert.ok(parsed.ok, JSON.stringify(parsed));
  const resolved = resolveSettings({ flags: {}, env: {}, planWishes: {}, projectConfig: parsed.value });
  assert.ok(resolved.ok, JSON.stringify(resolved));
  return profileGaps(parts, of, resolved.value).map(({ message, file, tasks }) => [message, file, tasks]);
}

const agent = { driver: 'one' };

test('who does a task is looked at with the profile that it names, and the same gap is said once', () => {
  assert.deepEqual(gaps({ agent, qa: { enabled: false } }), [
    ['builder is not one', 'builder.md', ['a', 'b']],
  ]);
  assert.deepEqual(gaps({}), []);
});

test('so is whoever reviews, resolves, stands in, or does the last try', () => {
  const found = gaps({
    agent: { ...agent, fallback: [{ driver: 'two' }], lastTry: { model: 'large' } },
    qa: { agent: 'three' },
    resolve: { agent: 'four' },
  });
  assert.deepEqual(
    found.map(([message, , tasks]) => [message, tasks]),
    [
      ['builder is not one', ['a', 'b']],
      ['builder is not one large', ['a', 'b']],
      ['builder is not two', ['a', 'b']],
      ['builder is not four', ['a', 'b']],
      ['checker is not three', ['a']],
      ['checker is not two', ['a']],
    ],
  );
});

test('an adviser only reads, whatever the plan says; where none is asked nothing is said of one', () => {
  const questions = { by: 'adviser', agent: 'five', options: { model: 'm' } };
  const bare = makePlan([makeTask('a', 1), makeTask('b', 1)]);
  assert.deepEqual(gaps({ agent, questions }, bare), [
    ['adviser is not five m', 'coxswain.config.yaml', ['a', 'b']],
  ]);
  assert.deepEqual(gaps({ agent, questions: { ...questions, by: 'user' } }, bare), []);
});
