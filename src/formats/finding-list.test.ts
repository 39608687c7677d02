import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FindingList } from './finding-list.ts';

const one = (line: number) => ({
  rule: 'r',
  at: { file: 'f', line, column: 1 },
  message: `m${line}`,
  remedy: 'x',
});

test('an error is listed however many warnings of its rule came before', () => {
  const findings = new FindingList();
  for (let line = 1; line <= 300; line += 1) findings.warn(one(line));
  findings.error(one(301));
  assert.deepEqual(
    findings.errors.map(({ message }) => message),
    ['m301'],
  );
  assert.equal(findings.sorted('').length, 202);
  assert.ok(
    findings.sorted('').some(({ message }) => message.startsWith('there are more findings of the rule r')),
  );
  assert.deepEqual([findings.isFull('r'), findings.isFull('r', 'warning')], [false, true]);
});
