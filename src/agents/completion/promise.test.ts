import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  endsInsidePromise,
  mayHoldPromise,
  PROMISE_WORDS,
  promisesIn,
  strayPromiseIn,
  withoutPromises,
} from './promise.ts';

const TASK = 'task-001-users';

test('a promise about the task, by each of its names, with what stands behind the id', () => {
  for (const [text, detail] of [
    ['<promise>TASK_FAILED: task-001-users</promise>', ''],
    ['<promise>TASK_FAILED: task-001</promise>', ''],
    ['<promise> TASK_FAILED : TASK-001: no database </promise>', 'no database'],
    ['<promise>TASK_FAILED: task-001 - no\ndatabase</promise>', 'no\ndatabase'],
    ['so <promise>TASK_FAILED: task-001. It is late</promise>, sorry', 'It is late'],
  ] as const)
    assert.deepEqual(promisesIn(text, TASK), [{ word: 'TASK_FAILED', detail }], text);
});

test('an id counts in quotes, in marks of Markdown and in colour, and a number as it is spoken of', () => {
  for (const [content, detail] of [
    ['"task-001"', ''],
    ['`task-001-users`', ''],
    ['**task-001** no database', 'no database'],
    ['\u001b[1mtask-001\u001b[0m: late', 'late'],
    ['“task-001”', ''],
    ['task-001 "quoted" words', '"quoted" words'],
  ] as const)
    assert.deepEqual(
      promisesIn(`<promise>TASK_FAILED: ${content}</promise>`, TASK),
      [{ word: 'TASK_FAILED', detail }],
      content,
    );
  assert.equal(promisesIn('<promise>TASK_DONE: Task 1.2</promise>', '1.2').length, 1);
  for (const other of ['Task 1.2', 'Task 11', 'task-1'])
    assert.deepEqual(promisesIn(`<promise>TASK_DONE: ${other}</promise>`, '1'), [], other);
});

test('the last promise about no such task is known as it was printed', () => {
  const text = '<promise>TASK_DONE: 7</promise> <promise>TASK_DONE: \u001b[1mthe\nusers</promise>';
  assert.equal(
    strayPromiseIn(`${text} <promise>TASK_DONE: task-001</promise>`, TASK),
    'TASK_DONE: the users',
  );
  assert.equal(strayPromiseIn('<promise>TASK_DONE: task-001</promise>', TASK), null);
});

test('a promise about another task, or of another form, is none', () => {
  for (const text of [
    '<promise>TASK_DONE: task-002</promise>',
    '<promise>TASK_DONE: task-001x</promise>',
    '<promise>TASK_DONE: task-001.2</promise>',
    '<promise>TASK_DONE</promise>',
    '<promise>TASK_WON: task-001</promise>',
    '<promise>task_done: task-001</promise>',
    '<promise>TASK_DONE: task-001',
    'TASK_DONE: task-001',
  ])
    assert.deepEqual(promisesIn(text, TASK), [], text);
});

test('of one that is begun twice the last beginning counts', () => {
  const text = '<promise>TASK_DONE: task-002 <promise>TASK_FAILED: task-001 late</promise>';
  assert.deepEqual(promisesIn(text, TASK), [{ word: 'TASK_FAILED', detail: 'late' }]);
});

test('a text that ends inside of a promise says so, until it is closed', () => {
  assert.equal(endsInsidePromise('<promise>TASK_QUESTION: task-001 Which\ncolour'), true);
  for (const text of [
    '<promise>TASK_DONE: task-001</promise>',
    '<promise>TASK_DONE',
    '<promise>words: x',
    'words',
  ])
    assert.equal(endsInsidePromise(text), false, text);
});

test('each word is read back in any surroundings, and taken out again', () => {
  const words = fc.string().filter((text) => !/[<>]/.test(text));
  const detail = fc.stringMatching(/^[A-Za-z][a-z ]{0,20}[a-z]$/);
  fc.assert(
    fc.property(words, fc.constantFrom(...PROMISE_WORDS), detail, words, (before, word, said, after) => {
      const text = `${before}<promise>${word}: ${TASK} ${said}</promise>${after}`;
      assert.deepEqual(promisesIn(text, TASK), [{ word, detail: said }]);
      assert.equal(mayHoldPromise(text), true);
      assert.equal(endsInsidePromise(text), false);
      assert.equal(withoutPromises(text), `${before} ${after}`);
    }),
  );
});
