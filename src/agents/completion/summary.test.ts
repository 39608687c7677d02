import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createSummaryFinder, readSummary } from './summary.ts';

interface Found {
  readonly json: string;
  readonly before: string | null;
}

function findIn(text: string): readonly Found[] {
  const found: Found[] = [];
  const finder = createSummaryFinder((_, json, before) => found.push({ json, before }));
  for (const line of text.split('\n')) finder.line(line);
  return found;
}

const DONE = '{"task_completed": true, "summary": "a } in { text \\" too"}';

test('a summary is found on one line, over many, in a fence, and in another object', () => {
  for (const text of [DONE, `All done: ${DONE} so.`, `\`\`\`json\n${DONE}\n\`\`\``, `{"result": ${DONE}}`])
    assert.deepEqual(
      findIn(text).map(({ json }) => json),
      [DONE],
      text,
    );
  const spread = '{\n  "files": {"made": []},\n  "task_completed": false\n}';
  assert.deepEqual(findIn(`words\n\n${spread}`), [{ json: spread, before: 'words' }]);
});

test('each of several is told, the last one last, with the line above it that says something', () => {
  const [first, ...rest] = findIn(`${DONE}\nsecond\n---\n${DONE}`);
  assert.deepEqual(first, { json: DONE, before: null });
  assert.deepEqual(rest.at(-1), { json: DONE, before: 'second' });
});

test('what is not closed, no JSON, or too far from its brace is none', () => {
  for (const text of [
    DONE.slice(0, -1),
    '{"task_completed": yes}',
    '{"task_completed": "true"}',
    '"task_completed": true',
    `{"long": "${'x'.repeat(17 * 1024)}", "task_completed": true}`,
  ])
    assert.deepEqual(findIn(text), [], text.slice(0, 60));
});

test('a summary is found however much stands around it', () => {
  const noise = 'noise { "a": [ }\n'.repeat(20_000);
  assert.deepEqual(
    findIn(`${noise}${DONE}\n${noise}`).map(({ json }) => json),
    [DONE],
  );
});

test('fields of a wrong type are left out, and only a boolean makes a summary', () => {
  assert.deepEqual(
    readSummary({ task_completed: true, validation_passed: 'yes', error_message: '', summary: 'Made it' }),
    { taskCompleted: true, summary: 'Made it' },
  );
  assert.deepEqual(readSummary({ task_completed: false, validation_passed: false, error_message: 'no' }), {
    taskCompleted: false,
    validationPassed: false,
    errorMessage: 'no',
  });
  for (const value of [null, [], 'task_completed', { task_completed: 1 }, {}])
    assert.equal(readSummary(value), null);
});

test('any object with the key is found as it was written, between lines of any words', () => {
  const words = fc.string().filter((text) => !/["{}\n\r]/.test(text));
  const rest = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,8}$/),
    fc.oneof(fc.string(), fc.integer(), fc.array(fc.string(), { maxLength: 2 })),
    { maxKeys: 4 },
  );
  fc.assert(
    fc.property(words, rest, fc.boolean(), words, (before, more, completed, after) => {
      const value = { ...more, task_completed: completed };
      const json = JSON.stringify(value, null, 2);
      assert.deepEqual(
        findIn(`${before}\n${json}\n${after}`).map((each) => each.json),
        [json],
      );
    }),
  );
});
