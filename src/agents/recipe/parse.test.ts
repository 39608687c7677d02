import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { recipeText } from '../../testing/recipes.ts';
import { parseEventLine } from '../lines/event-line.ts';
import { describeRecipeProblem, parseRecipe, type Recipe, stepsFor } from './parse.ts';
import { STEP_NAMES } from './schema.ts';

function read(text: string): Recipe {
  const parsed = parseRecipe(text, 'recipe.yaml');
  assert.ok(parsed.ok, parsed.ok ? '' : parsed.error.map(describeRecipeProblem).join('\n'));
  return parsed.value;
}

function problems(text: string): readonly string[] {
  const parsed = parseRecipe(text, 'r.yaml');
  return parsed.ok ? [] : parsed.error.map(describeRecipeProblem);
}

describe('a recipe', () => {
  const recipe = read(`
tasks:
  task-001:
    - write: {path: a/b.txt, lines: [one, two]}
    - commit: Add it
  task-002-orders:
    attempts:
      1: [{exit: 3}]
      3: [lie]
    default: [{say: again}]
default:
  - sleep: 1.5s
  - hang
`);

  test('is found by id, by short id, by attempt, or by default', () => {
    assert.deepEqual(stepsFor(recipe, 'task-001-users', 9), [
      { do: 'write', path: 'a/b.txt', text: 'one\ntwo\n' },
      { do: 'commit', message: 'Add it' },
    ]);
    assert.deepEqual(stepsFor(recipe, 'task-002-orders', 1), [{ do: 'exit', code: 3 }]);
    assert.deepEqual(stepsFor(recipe, 'task-002-orders', 2), [{ do: 'say', text: 'again' }]);
    assert.deepEqual(stepsFor(recipe, 'task-002-orders', 3), [{ do: 'lie' }]);
    assert.deepEqual(stepsFor(recipe, 'task-003', 1), [
      { do: 'sleep', ms: 1500 },
      { do: 'hang', ignoreTerm: false },
    ]);
    assert.equal(stepsFor(read('tasks: {}'), 'task-003', 1), null);
  });

  test('knows a short and a long form of its steps', () => {
    const text = recipeText({
      default: [
        { run: 'make' },
        { run: { argv: ['make', '-j'] } },
        { failTimes: 2 },
        { promise: { word: 'TASK_FAILED', detail: 'no' } },
        { assertFile: { path: 'a', absent: true } },
        { orphan: true },
        { progress: { percent: 10 } },
        { quota: { retryAfter: '1m' } },
      ],
    });
    assert.deepEqual(stepsFor(read(text), 'x', 1), [
      { do: 'run', argv: ['sh', '-c', 'make'] },
      { do: 'run', argv: ['make', '-j'] },
      { do: 'failTimes', times: 2, code: 1 },
      { do: 'promise', word: 'TASK_FAILED', detail: 'no' },
      { do: 'assertFile', path: 'a', absent: true },
      { do: 'orphan', ms: 60_000 },
      { do: 'progress', percent: 10 },
      { do: 'quota', retryAfter: 60_000 },
    ]);
  });

  for (const [text, expected] of [
    ['default:\n  - dance: 1', /^r\.yaml:2:5: default\.0 there is no step "dance"; use one of write, /],
    [
      'default:\n  - write: {path: ../x, text: a}',
      /^r\.yaml:2:13: default\.0\.write\.path must be a relative path/,
    ],
    ['default:\n  - write: {path: /x, text: a}', /^r\.yaml:2:13: .*must be a relative path/],
    ['default:\n  - write: {path: x}', /^r\.yaml:2:5: .*either text or lines/],
    ['default:\n  - say: a\n    exit: 1', /^r\.yaml:2:5: .*one step/],
    ['default:\n  - sleep: soon', /^r\.yaml:2:5: .*a time such as/],
    ['default: 3', /^r\.yaml:1:1: default must be a list/],
    ['tasks:\n  a:\n    attempts:\n      0: []', /^r\.yaml:4:7: .*number of an attempt/],
    ['tasks: [1]', /^r\.yaml:1:1: tasks must be a map/],
    ['task: {}', /^r\.yaml:1:1: task is not known; use tasks or default/],
    ['', /^r\.yaml:1:1: must be a map with tasks or default/],
    ['a: [', /^r\.yaml:1:\d+: /],
    ['a: &a [*a]\nb: "x', /^r\.yaml:2:\d+: /],
  ] as const) {
    test(`tells where ${JSON.stringify(text)} is wrong`, () => {
      const [first = ''] = problems(text);
      assert.match(first, expected);
    });
  }

  test('with aliases that grow without end is refused', () => {
    const growing = Array.from(
      { length: 12 },
      (_, i) =>
        `x${i}: &x${i} [${
          i === 0
            ? 'a'
            : Array(9)
                .fill(`*x${i - 1}`)
                .join(',')
        }]`,
    );
    assert.match(problems(growing.join('\n'))[0] ?? '', /cannot be read|is not known/);
  });
});

test('any text is a recipe or has problems with a place', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom(
      'tasks:',
      'default:',
      '\n  ',
      '- ',
      '[',
      ']',
      '{',
      '}',
      ': ',
      '&a ',
      '*a',
      '? ',
      '| ',
      '!!',
      '"',
      '#',
      '1: ',
      'attempts:',
    ),
    fc.constantFrom(...STEP_NAMES),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
      const parsed = parseRecipe(pieces.join(''), 'r');
      assert.ok(
        parsed.ok ||
          (parsed.error.length > 0 && parsed.error.every(({ line, column }) => line >= 1 && column >= 1)),
      );
    }),
    { numRuns: 300 },
  );
  assert.equal(parseRecipe('['.repeat(100_000), 'r').ok, false);
});

test('any value of any step is taken or refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...STEP_NAMES), fc.jsonValue(), (name, value) => {
      const parsed = parseRecipe(recipeText({ default: [{ [name]: value }] }), 'r');
      assert.ok(parsed.ok || parsed.error.length > 0);
    }),
  );
});

describe('a line of the recipe agent', () => {
  test('that is an event of the protocol', () => {
    assert.deepEqual(parseEventLine('{"event":"progress","percent":5,"step":"s"}'), [
      { type: 'progress', percent: 5, step: 's' },
    ]);
    assert.deepEqual(parseEventLine('{"event":"usage","usage":{"costUsd":1}}'), [
      { type: 'usage', usage: { costUsd: 1 } },
    ]);
  });

  test('that is none is text, whatever it holds', () => {
    for (const line of [
      '',
      'x',
      '{"event":"progress","percent":500}',
      '{"event":"text"',
      '{"event":"other"}',
    ]) {
      assert.deepEqual(parseEventLine(line), [{ type: 'text', text: line }]);
    }
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (line) => parseEventLine(line).length === 1));
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) => parseEventLine(`{"event":${JSON.stringify(value)}}`).length === 1,
      ),
    );
  });
});
