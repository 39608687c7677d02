import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createEcho } from './echo.ts';

const PROMISE = '<promise>TASK_DONE: task-001</promise>';
const SUMMARY = '{"task_completed": true, "summary": ""}';
const PROMPT = `Do it.
When all is well, print this line:
${PROMISE}
Or say \`<promise>TASK_FAILED: task-001</promise>\` and why.
End with this:
${SUMMARY}`;

test('a promise alone on its line is an echo only behind the line that it was given behind', () => {
  const echo = createEcho([PROMPT]);
  assert.equal(echo.isEchoedLine(PROMISE, 'When all is well, print this line:'), true);
  assert.equal(echo.isEchoedLine(`> ${PROMISE}`, '  > When all is well,  print this line:'), true, 'quoted');
  assert.equal(echo.isEchoedLine(PROMISE, 'All tests pass.'), false);
  assert.equal(echo.isEchoedLine(PROMISE, null), false);
});

test('a promise within a sentence is an echo wherever the sentence is', () => {
  const echo = createEcho([PROMPT]);
  const sentence = 'Or say `<promise>TASK_FAILED: task-001</promise>` and why.';
  assert.equal(echo.isEchoedLine(`I was told: ${sentence}`, 'anything'), true);
  assert.equal(echo.isEchoedLine(`- ${sentence}`, null), true);
  assert.equal(echo.isEchoedLine('<promise>TASK_FAILED: task-001</promise> and why.', null), false);
});

test('a summary is an echo with the same JSON behind the same line', () => {
  const echo = createEcho(['Other text.\nMore of it.', PROMPT]);
  assert.equal(echo.isEchoedSummary('{"task_completed":true,  "summary":""}', 'End with this:'), true);
  assert.equal(echo.isEchoedSummary(SUMMARY, 'Tests pass.'), false);
  assert.equal(
    echo.isEchoedSummary('{"task_completed": true, "summary": "Made it"}', 'End with this:'),
    false,
  );
});

test('a text of one line has nothing around its sign, and is no echo', () => {
  const echo = createEcho([PROMISE, `\n${SUMMARY}\n`]);
  assert.equal(echo.isEchoedLine(PROMISE, null), false);
  assert.equal(echo.isEchoedSummary(SUMMARY, null), false);
});
