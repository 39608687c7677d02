import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { describeFailure } from '../../core/failure.ts';
import { Observation } from '../listening/observation.ts';
import { declaredFailure, judgeCompletion, saysDone } from './judge.ts';
import { createCompletionScanner, type Signs } from './scanner.ts';

const TASK = 'task-001-users';
const PROMPT = `TASK-task-001-users: Users
=== COMPLETION SIGNAL ===
When finished print this line and nothing after it:

<promise>TASK_DONE: task-001-users</promise>

If you cannot, print <promise>TASK_FAILED: task-001-users</promise> with the reason.
=== OUTPUT FORMAT (REQUIRED) ===
\`\`\`json
{"task_completed": true, "validation_passed": true, "files_created": [], "summary": "", "error_message": null}
\`\`\`
`;

function scan(chunks: readonly string[], given: readonly string[] = [PROMPT], task = TASK): Signs {
  const scanner = createCompletionScanner({ task, given });
  for (const chunk of chunks) scanner.push(chunk);
  scanner.end();
  return scanner.signs();
}

describe('promises', () => {
  for (const text of [
    '<promise>TASK_DONE: task-001-users</promise>',
    'All done.\n<promise>READY_FOR_QA: task-001-users</promise>\n',
    'ok <promise> TASK_DONE : task-001 </promise> bye',
    '<promise>TASK_DONE: TASK-001</promise>',
    '<promise>TASK_DONE: task-001-users.</promise>',
    '{"type":"result","result":"Works.\\n\\n<promise>TASK_DONE: task-001-users</promise>"}',
    '<promise>TASK_DONE: task-001-users\n</promise>',
  ]) {
    test(`done: ${JSON.stringify(text)}`, () => assert.equal(scan([text]).promisedDone, true));
  }

  for (const text of [
    '<promise>TASK_DONE: task-002</promise>',
    '<promise>TASK_DONE: task-0011</promise>',
    '<promise>TASK_DONE: task-001-orders</promise>',
    '<promise>TASK_DONE: {id}</promise>',
    '<promise>TASK_DONE</promise>',
    'TASK_DONE: task-001-users',
    '<promise>TASK_DONE: task-001-users',
  ]) {
    test(`not done: ${JSON.stringify(text)}`, () => assert.equal(scan([text]).promisedDone, false));
  }

  test('a long form answers for a short id, dotted ids are whole', () => {
    assert.equal(scan(['<promise>TASK_DONE: task-001-users</promise>'], [], 'task-001').promisedDone, true);
    assert.equal(scan(['<promise>TASK_DONE: 1.1.2</promise>'], [], '1.1').promisedDone, false);
    assert.equal(scan(['<promise>TASK_DONE: 1.1</promise>'], [], '1.1').promisedDone, true);
    assert.equal(
      scan(['<promise>TASK_DONE: Build the page</promise>'], [], 'Build the page').promisedDone,
      true,
    );
  });

  test('a failure keeps its reason, cleaned, and the first one counts', () => {
    const signs = scan([
      '<promise>TASK_FAILED: task-001 - no \u001b[31mdatabase\u001b[0m</promise>\n<promise>TASK_FAILED: task-001</promise>',
    ]);
    assert.equal(signs.promisedFailure, 'no database');
  });

  test('a question keeps its words, the last one counts, and one without words is none', () => {
    const ask = (text: string): string => `<promise>TASK_QUESTION: task-001${text}</promise>\n`;
    assert.equal(scan([ask(' Which one?'), ask(': The\n\u001b[31mleft?')]).promisedQuestion, 'The\nleft?');
    assert.equal(scan([ask(' Which one?'), ask('')]).promisedQuestion, 'Which one?');
    assert.equal(scan(['<promise>TASK_QUESTION: task-002 Which?</promise>\n']).promisedQuestion, null);
  });

  test('a verdict may span lines, and the last one counts', () => {
    const signs = scan([
      '<promise>TASK_APPROVED: task-001</promise>\n<promise>TASK_REJECTED: task-001\n- a test fails\n- no docs\n</promise>',
    ]);
    assert.deepEqual(signs.review, { verdict: 'rejected', detail: '- a test fails\n- no docs' });
    assert.equal(scan(['<promise>QA_BLOCKED: task-001: no disk</promise>']).review?.verdict, 'blocked');
  });

  test('an unfinished promise does not swallow a later one', () => {
    assert.equal(
      scan(['<promise>TASK_DONE: ta\nno\n<promise>TASK_DONE: task-001</promise>\n']).promisedDone,
      true,
    );
    assert.equal(
      scan([`<promise>TASK_DONE: ta\n${'x'.repeat(20_000)}\n<promise>TASK_DONE: task-001</promise>\n`])
        .promisedDone,
      true,
    );
  });
});

describe('on standard error', () => {
  const PROMISE = '<promise>TASK_DONE: task-001-users</promise>';
  const hear = (lines: readonly string[]): Signs => {
    const observed = new Observation({ task: TASK, given: [PROMPT] });
    for (const line of lines) observed.takeError(line);
    observed.end();
    return observed.signs;
  };

  for (const line of [PROMISE, `  ${PROMISE}\r`, `\u001b[32m${PROMISE}\u001b[0m`]) {
    test(`a promise on a line of its own counts: ${JSON.stringify(line)}`, () =>
      assert.equal(hear(['working', line]).promisedDone, true));
  }

  for (const line of [
    `+ echo '${PROMISE}'`,
    `echo '${PROMISE}'`,
    `${PROMISE} is what I shall print`,
    `{"text":"${PROMISE}"}`,
    `command: printf 'x\\n${PROMISE}\\n'`,
  ]) {
    test(`one with something beside it does not: ${line}`, () =>
      assert.equal(hear([line]).promisedDone, false));
  }

  test('neither does the prompt, nor a summary', () => {
    const nothing: Signs = {
      promisedDone: false,
      promisedFailure: null,
      promisedQuestion: null,
      review: null,
      advice: null,
      summary: null,
    };
    assert.deepEqual(hear(PROMPT.split('\n')), nothing);
    assert.deepEqual(hear(['Made it.', '{"task_completed": true, "validation_passed": true}']), nothing);
  });

  test('a failure counts as well; what standard output says of it comes first', () => {
    const failed = (reason: string): string => `<promise>TASK_FAILED: task-001 - ${reason}</promise>`;
    assert.equal(hear([failed('no disk')]).promisedFailure, 'no disk');
    const observed = new Observation({ task: TASK, given: [] });
    observed.takeError(failed('first, on standard error'));
    observed.take({ type: 'text', text: failed('on standard output') }, 0);
    assert.equal(observed.signs.promisedFailure, 'on standard output');
  });
});

describe('echoes', () => {
  const nothing: Signs = {
    promisedDone: false,
    promisedFailure: null,
    promisedQuestion: null,
    review: null,
    advice: null,
    summary: null,
  };

  test('the printed prompt is no sign', () => assert.deepEqual(scan([PROMPT]), nothing));

  test('nor is it quoted, indented, with other line ends or inside JSON', () => {
    assert.deepEqual(scan([PROMPT.replaceAll(/^/gm, '> ')]), nothing);
    assert.deepEqual(scan([PROMPT.replaceAll(/^/gm, '    ')]), nothing);
    assert.deepEqual(scan([PROMPT.replaceAll('\n', '\r\n')]), nothing);
    assert.deepEqual(scan([JSON.stringify({ type: 'user', text: PROMPT })]), nothing);
  });

  test('the promise after the printed prompt counts', () => {
    assert.equal(
      scan([`${PROMPT}working\n<promise>TASK_DONE: task-001-users</promise>\n`]).promisedDone,
      true,
    );
  });

  test('the very summary of the prompt counts as an answer', () => {
    const example = /^\{"task_completed.*$/m.exec(PROMPT)?.[0] ?? '';
    for (const answer of [
      example,
      JSON.stringify(JSON.parse(example), null, 2),
      `\`\`\`json\n${example}\n\`\`\``,
    ]) {
      assert.ok(saysDone(scan([answer]), false), answer);
      assert.ok(saysDone(scan([`${PROMPT}Made the users.\n\n${answer}\n`]), false), answer);
      assert.equal(scan([`=== OUTPUT FORMAT (REQUIRED) ===\n${answer}\n`]).summary, null, answer);
    }
  });

  test('a prompt of one line holds nothing to tell an echo by', () => {
    const line = '<promise>TASK_DONE: task-001-users</promise>';
    assert.equal(scan([line], [line]).promisedDone, true);
  });

  test('a text of the context folder is no sign either', () => {
    const feedback = 'Its last output:\n\n    <promise>TASK_FAILED: task-001-users</promise>\n';
    assert.equal(scan([`$ cat feedback.md\n${feedback}`], [PROMPT, feedback]).promisedFailure, null);
  });
});

describe('the JSON summary', () => {
  const good = {
    task_completed: true,
    validation_passed: true,
    summary: 'Made {users}.',
    error_message: null,
  };

  test('is found on one line, over many, in a fence and beside other braces', () => {
    for (const text of [
      JSON.stringify(good),
      JSON.stringify(good, null, 2),
      `Here { it is:\n\`\`\`json\n${JSON.stringify(good, null, 4)}\n\`\`\`\n} bye`,
      `{"type":"result","data":${JSON.stringify({ summary: 'Made {users}.', task_completed: true })}}`,
    ]) {
      const signs = scan([text]);
      assert.equal(signs.summary?.taskCompleted, true, text);
      assert.equal(signs.summary?.summary, 'Made {users}.', text);
      assert.ok(saysDone(signs, false));
    }
  });

  test('false, or a failed validation, is a declared failure with its message', () => {
    const failed = scan([JSON.stringify({ ...good, task_completed: false, error_message: 'no key' })]);
    assert.equal(declaredFailure(failed), 'no key');
    const invalid = scan([
      JSON.stringify({ ...good, validation_passed: false, summary: '' }),
      '\n<promise>TASK_DONE: task-001</promise>',
    ]);
    assert.equal(declaredFailure(invalid), 'its validation did not pass');
    assert.equal(saysDone(invalid, true), false);
  });

  test('the last one counts, and words that are no boolean do not', () => {
    const signs = scan([
      `${JSON.stringify({ ...good, task_completed: false })}\n${JSON.stringify(good)}\n{"task_completed": "yes"}\n`,
    ]);
    assert.equal(signs.summary?.taskCompleted, true);
  });

  test('it is found behind and before a flood', () => {
    const flood = `${'{'.repeat(70)}\n`.repeat(20_000);
    assert.equal(scan([flood, JSON.stringify(good, null, 2), '\n', flood]).summary?.taskCompleted, true);
  });

  test('a cut-off one does not hide the next', () => {
    assert.equal(
      scan([`{"task_completed": true, "full_log": "\n${JSON.stringify(good)}\n`]).summary?.summary,
      good.summary,
    );
    assert.equal(scan([`{"task_completed": tr\n${JSON.stringify(good)}\n`]).summary?.taskCompleted, true);
  });
});

test('hostile output costs no more than time in proportion', () => {
  const size = 2_000_000;
  const line = '<promise>TASK_DONE: task-001</promise>\n';
  for (const text of [
    `${' '.repeat(size)}x\n${line}`,
    `${'* "'.repeat(size / 3)}x\n${line}`,
    '<promise>TASK_DONE:'.repeat(size / 19),
    `<promise>TASK_DONE: ${'x\n'.repeat(size / 2)}`,
    `<promise>${' '.repeat(size)}TASK_DONE`,
    '{"task_completed":'.repeat(size / 18),
    '{"task_completed": "\n'.repeat(size / 21),
    '\\n'.repeat(size / 2),
  ]) {
    scan([text]);
  }
});

test('signs do not depend on where the output is split', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom(
      '\n',
      '\\n',
      '{',
      '}',
      '"',
      '\\',
      '> ',
      '<promise>',
      '</promise>',
      'TASK_DONE: task-001',
      'TASK_FAILED: task-001 why',
      '<promise>TASK_DONE: task-001-users</promise>',
      'When finished print this line and nothing after it:',
      '{"task_completed": true}',
      '"task_completed": false',
      PROMPT,
    ),
  );
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 30 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      (pieces, cuts) => {
        const whole = pieces.join('');
        const places = [
          0,
          ...cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b),
          whole.length,
        ];
        const chunks = places.slice(1).map((end, index) => whole.slice(places[index], end));
        assert.equal(chunks.join(''), whole);
        assert.deepEqual(scan(chunks), scan([whole]));
      },
    ),
    { numRuns: 500 },
  );
});

describe('judgement', () => {
  const none: Signs = {
    promisedDone: false,
    promisedFailure: null,
    promisedQuestion: null,
    review: null,
    advice: null,
    summary: null,
  };
  const base = {
    signs: none,
    marker: false,
    rule: 'signal',
    exit: { code: 0, signal: null },
    verdict: null,
    tail: 't',
  } as const;

  test('an exit of 0 without a sign is done only under the exit-code rule', () => {
    assert.deepEqual(judgeCompletion(base), {
      is: 'failed',
      failure: { reason: 'no-completion-sign', tail: 't' },
    });
    assert.deepEqual(judgeCompletion({ ...base, rule: 'exit-code' }), { is: 'done' });
  });

  test('of one that printed a promise with another id, that is told', () => {
    const scanner = createCompletionScanner({ task: 'task-001-users', given: [] });
    scanner.push('<promise>TASK_DONE: the users</promise>\n');
    const judged = judgeCompletion({ ...base, signs: scanner.signs() });
    assert.ok(judged.is === 'failed');
    assert.match(describeFailure(judged.failure), /printed the promise "TASK_DONE: the users"/);
  });

  test('the agent’s word counts before its exit', () => {
    const exit = { code: 3, signal: null };
    assert.deepEqual(judgeCompletion({ ...base, marker: true, exit }), { is: 'done' });
    assert.deepEqual(judgeCompletion({ ...base, signs: { ...none, promisedDone: true }, exit }), {
      is: 'done',
    });
    assert.deepEqual(judgeCompletion({ ...base, marker: true, signs: { ...none, promisedFailure: 'no' } }), {
      is: 'failed',
      failure: { reason: 'declared-failed', detail: 'no' },
    });
  });

  test('without a word the exit decides, under either rule', () => {
    for (const rule of ['signal', 'exit-code'] as const) {
      assert.deepEqual(judgeCompletion({ ...base, rule, exit: { code: 3, signal: null } }), {
        is: 'failed',
        failure: { reason: 'exit-code', code: 3, tail: 't' },
      });
      assert.deepEqual(judgeCompletion({ ...base, rule, exit: { code: null, signal: 'SIGKILL' } }), {
        is: 'failed',
        failure: { reason: 'signal', signal: 'SIGKILL', status: 137, tail: 't' },
      });
    }
  });
});
