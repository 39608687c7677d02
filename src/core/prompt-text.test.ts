import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { makePlan, makeTask } from '../testing/plans.ts';
import type { Plan } from './plan.ts';
import { promptText, sharePrompts } from './prompt-text.ts';

const CONTEXT = `\n# Context\n\n${'What every task has to know.\n'.repeat(400)}\n`;
const CONTRACT = `# Contract\n${'type A = B;\n'.repeat(100)}`;

function planOf(prompts: readonly string[], context: readonly string[]): Plan {
  const tasks = prompts.map((prompt, index) => makeTask(`t${index}`, 1, { prompt }));
  return { ...makePlan(tasks), context: context.map((text, index) => ({ path: `${index}.md`, text })) };
}

const textsOf = ({ tasks, context }: Plan): readonly string[] =>
  tasks.map(({ prompt }) => promptText(prompt, context));

describe('prompts of one plan', () => {
  it('share the context that they hold, and are the same texts', () => {
    const prompts = Array.from({ length: 100 }, (_, index) => `Task ${index}\n${CONTEXT.trim()}\nDo it.\n`);
    const plan = planOf(
      [...prompts, 'Short', `${CONTRACT}${CONTEXT.trim()}${CONTRACT}`],
      [CONTEXT, CONTRACT],
    );
    const shared = sharePrompts(plan);
    assert.deepEqual(textsOf(shared), textsOf(plan));
    assert.deepEqual(shared.tasks[0]?.prompt, ['Task 0\n', 0, '\nDo it.\n']);
    assert.equal(shared.tasks[100]?.prompt, 'Short');
    assert.ok(JSON.stringify(shared).length < 3 * (CONTEXT.length + 100 * 300));
    assert.deepEqual(sharePrompts(shared), shared);
  });

  it('are the same texts whatever they and the context hold', () => {
    const piece = fc.constantFrom(
      'a'.repeat(250),
      `${'a'.repeat(250)}b`,
      'b',
      ' ',
      '\n',
      'x'.repeat(300),
      '0',
    );
    const text = fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 4 }), fc.array(text, { maxLength: 3 }), (prompts, context) => {
        const plan = planOf(prompts, context);
        assert.deepEqual(textsOf(JSON.parse(JSON.stringify(sharePrompts(plan)))), prompts);
      }),
    );
  });
});
