/** What agents are told of the tasks of any plan is told by the manifest that it becomes, or by the list of its changes. */

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../../../core/finding.ts';
import type { Plan, Task } from '../../../core/plan.ts';
import { printable } from '../../../core/printable.ts';
import { promptText } from '../../../core/prompt-text.ts';
import { hostileText } from '../../../testing/hostile-text.ts';
import { planExamples, readTexts } from '../../../testing/plan-examples.ts';
import { makePlan, makeTask } from '../../../testing/plans.ts';
import type { TaskWords } from '../../plan-files.ts';
import { lostBetween } from './compare-plans.ts';
import { importPlan } from './import-plan.ts';

const PLACE = { folder: 'parallel/x', facts: { generatedAt: '2026-01-01T00:00:00.000Z' } };

/** The lines of the prompt that say what is to be done, each as its words alone. */
function toldBy(plan: Plan, task: Task): ReadonlySet<string> {
  const prompt = printable(promptText(task.prompt, plan.context));
  const from = prompt.indexOf('=== IMPLEMENTATION REQUIREMENTS ===\n');
  const to = prompt.lastIndexOf('=== EXECUTION INSTRUCTIONS ===\n');
  assert.ok(from >= 0 && to > from);
  return new Set([printable(task.title), ...prompt.slice(from, to).split('\n')].map(wordsOf));
}

/** Without numbers of lists and boxes. */
function wordsOf(line: string): string {
  return (
    line.replace(/^[\s>*+-]*(?:(?:\d+[.)]|\[[ xX]\])\s[\s*+-]*)*/, '').match(/[\p{L}\p{N}]+/gu) ?? []
  ).join(' ');
}

/** Lines of the first that the second has not, of tasks that are in both. */
function missing(before: Plan, after: Plan): readonly string[] {
  const tasks = new Map(before.tasks.map((task) => [task.id, task]));
  return after.tasks.flatMap((task) => {
    const was = tasks.get(task.id);
    if (was === undefined) return [];
    const now = toldBy(after, task);
    return [...toldBy(before, was)].filter((line) => line !== '' && line !== 'None' && !now.has(line));
  });
}

const PIECES = [
  '# A title\n',
  '## Objective\n',
  '## Scope\n\nCREATE: zz.py\n',
  '### Requirements\n',
  '## Acceptance Criteria\n',
  '#### Success criteria\n',
  '- one thing\n',
  '  - a thing below it\n',
  '- [ ] a box\n',
  '- [x] a box that is ticked\n',
  '1. first\n2. second\n',
  '\n',
  '\n\n',
  'Some prose: with a colon.\n',
  'MODIFY: nothing.py\n',
  '```sh\nmake all\n```\n',
  '```\nnever closed\n',
  '~~~~\nof tildes\n',
  '    indented\n',
  '<!-- a note -->\n',
  '<!-- never closed\n',
  '<div>\n',
  '> quoted\n',
  '| a | b |\n|---|---|\n| c | d |\n',
  'Set\n===\n',
  'Text\n---\n',
  '---\n',
  '=== ACCEPTANCE CRITERIA ===\n',
  '- - - - - - - - - - - - - - - - - - - deep\n',
  '\r\n',
];
const prose = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...PIECES) },
      fc.string({ unit: 'grapheme', maxLength: 30 }).map((text) => `${text}\n`),
      hostileText.map((text) => `${text.replaceAll(/\d+[.)]\s/g, '').slice(0, 300)}\n`),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

function indented(text: string, by: string): string {
  return text.replaceAll(/^(?=[^\n])/gm, by);
}

const queue = fc
  .array(fc.tuple(prose, prose, prose), { minLength: 1, maxLength: 3 })
  .map((items) =>
    items.map(([above, description, criteria], index): [string, string] => [
      `00${index + 1}-pending-item.md`,
      `# Item ${index}\n**Status**: pending\n\n${above}\n## Description\n${description}\n## Success Criteria\n${criteria}\n## Notes\n${above}`,
    ]),
  );
const auto = fc
  .array(fc.tuple(prose, prose), { minLength: 1, maxLength: 3 })
  .map((tasks): [string, string][] => [
    [
      'auto-plan.md',
      `# Plan\n${tasks
        .map(
          ([text, done], index) =>
            `\n### Task ${index + 1}: Name ${index}\n- Depends on: none\n- Files: src/${index}.ts\n- Done when: it is done\n${indented(done, '  ')}\n${text}`,
        )
        .join('\n')}`,
    ],
  ]);
const groups = fc
  .array(fc.tuple(prose, prose, prose), { minLength: 1, maxLength: 3 })
  .map((tasks): [string, string][] => [
    [
      'MULTI_AGENT_PLAN.md',
      `# Multi-Agent Plan: X\n${tasks
        .map(
          ([text, criteria, last], index) =>
            `\n### Parallel Group ${index + 1}: Name\n\n- [ ] ${index + 1}.1: do it (Builder-1, 2h)\n${indented(text, '  ')}\n- [ ] ${index + 1}.2: do that (Builder-2)\n  - ${criteria}\n\n**Success Criteria**:\n- ${last}`,
        )
        .join('\n')}`,
    ],
  ]);
const streams = fc
  .array(prose, { minLength: 1, maxLength: 2 })
  .map((texts): [string, string][] => [
    [
      'MULTI_AGENT_PLAN.md',
      texts.map((text, index) => `\n### Workstream ${index + 1}: Name\n\n${text}`).join('\n'),
    ],
  ]);

describe('what agents are told of tasks stands in the folder', () => {
  for (const { name, texts } of planExamples()) {
    const read = readTexts(texts);
    const { plan, words } = read ?? {};
    if (plan === undefined || words === undefined || !isValid(read?.findings ?? [])) continue;
    it(`of the example ${name}`, () => {
      const imported = importPlan({ plan, words }, PLACE);
      assert.ok(imported.ok);
      assert.deepEqual(missing(plan, imported.value.plan), []);
      assert.doesNotMatch(imported.value.changes.join('\n'), /of its text/);
    });
  }

  for (const [name, files] of Object.entries({ queue, auto, groups, streams }))
    it(`of any document: ${name}`, () => {
      let count = 0;
      fc.assert(
        fc.property(files, (given) => {
          const read = readTexts(new Map(given));
          const { plan, words } = read ?? {};
          if (plan === undefined || words === undefined || !isValid(read?.findings ?? [])) return;
          const imported = importPlan({ plan, words }, PLACE);
          assert.ok(imported.ok, JSON.stringify(imported));
          count += imported.value.plan.tasks.length;
          assert.deepEqual(missing(plan, imported.value.plan), []);
          assert.doesNotMatch(imported.value.changes.join('\n'), /of its text/);
        }),
        { numRuns: 150 },
      );
      assert.ok(count > 50, `${count}`);
    });
});

describe('what the one plan tells its agents and the other does not', () => {
  const line = fc.stringMatching(/^[a-z]{1,6}(?: [a-z]{1,6}){0,3}$/);
  const words = fc.record({ requirements: line, more: line, checklist: line });

  function plans(of: readonly TaskWords[]): { readonly plan: Plan; readonly words: Map<string, TaskWords> } {
    const tasks = of.map((_, index) => makeTask(`task-00${index}`, 1, { title: '', prompt: '' }));
    return { plan: makePlan(tasks), words: new Map(of.map((each, index) => [`task-00${index}`, each])) };
  }

  it('is told, of each task, with one of its lines', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(words, words), { minLength: 1, maxLength: 4 }), (pairs) => {
        const before = plans(pairs.map(([one]) => one));
        const lost = lostBetween(before, plans(pairs.map(([, other]) => other)));
        for (const [index, [one, other]] of pairs.entries()) {
          const now = new Set(Object.values(other));
          const gone = [...new Set(Object.values(one))].filter((each) => !now.has(each));
          const told = lost.filter((each) => each.startsWith(`task-00${index}: `));
          assert.equal(told.length, gone.length === 0 ? 0 : 1);
          if (gone.length > 0)
            assert.ok(
              told[0]?.includes(`: ${gone.length} line`) && told[0].includes(JSON.stringify(gone[0])),
            );
        }
      }),
    );
  });

  it('is told of a prompt of its own', () => {
    const own = { requirements: '', more: '', checklist: '', prompt: 'prompts/task-000.txt' };
    const before = {
      ...plans([own]),
      plan: makePlan([makeTask('task-000', 1, { prompt: 'Mine.\nAnd this.' })]),
    };
    const after = { ...plans([own]), plan: makePlan([makeTask('task-000', 1, { prompt: 'Mine.' })]) };
    assert.deepEqual(lostBetween(before, before), []);
    assert.deepEqual(lostBetween(before, after), [
      'task-000: 1 line of its own prompt is not taken along, e.g. "And this."',
    ]);
  });
});
