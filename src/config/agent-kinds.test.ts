import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { agentPart, agentParts, agentRules } from './agent-kinds.ts';

describe('an agent in a config file', () => {
  it('is another driver, or other options of the same one, some of them in short', () => {
    const part = agentPart();
    assert.deepEqual(part.parse({ model: 'opus' }), { options: { model: 'opus' } });
    const whole = { driver: 'codex', effort: 'high', options: { profile: 'p', effort: 'low' } };
    assert.deepEqual(part.parse(whole), { driver: 'codex', options: { profile: 'p', effort: 'high' } });
    for (const wrong of [{}, { driver: '' }, { modell: 'x' }, 'codex', { options: [] }, null])
      assert.ok(!part.safeParse(wrong).success, JSON.stringify(wrong));
  });

  it('is for what its rule names', () => {
    const rules = agentRules();
    const rule = { when: { role: 'qa', task: 'task-00*' }, model: 'haiku', tools: ['Read'] };
    assert.deepEqual(rules.parse([rule]), [
      { when: { role: 'qa', task: 'task-00*' }, part: { options: { model: 'haiku', tools: ['Read'] } } },
    ]);
    for (const wrong of [{ role: 'boss' }, { complexity: 'huge' }, { team: 'x' }, { task: 3 }, { task: '' }])
      assert.ok(!rules.safeParse([{ when: wrong, model: 'x' }]).success, JSON.stringify(wrong));
    assert.ok(!rules.safeParse([{ when: { role: 'qa' } }]).success);
    assert.ok(!rules.safeParse([{ model: 'x' }]).success);
  });

  it('is told what is wrong with which of them', () => {
    const wrong = (...more: readonly unknown[]): string | undefined =>
      agentRules().safeParse([{ when: { role: 'qa' }, model: 'haiku' }, ...more]).error?.issues[0]?.message;
    assert.match(
      wrong({ when: { role: 'boss' }, model: 'x' }) ?? '',
      /^rule 2 .*boss.*executor, qa, resolver/,
    );
    assert.match(wrong({ when: { team: 'x' }, model: 'x' }) ?? '', /^rule 2 knows no `when.team`/);
    assert.match(wrong({ when: {}, modell: 'x' }) ?? '', /^rule 2 knows no `modell`, but .*model/);
    assert.match(wrong({ when: {} }) ?? '', /^rule 2 changes nothing/);
    assert.match(wrong('x') ?? '', /^rule 2 must be a map/);
    assert.match(wrong({ model: 'x' }) ?? '', /^rule 2 needs `when`/);
  });

  it('can be anything without harm', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        agentParts().safeParse(value);
        agentRules().safeParse([{ when: value, driver: value }]);
      }),
    );
  });
});
