import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { OPTION_LIST } from './options.ts';
import { parseConfig } from './parse-config.ts';
import type { ConfigProblem } from './problem.ts';

const parse = (text: string) => parseConfig({ name: 'c.yaml', origin: 'project config', text });

function problems(text: string): readonly ConfigProblem[] {
  const result = parse(text);
  assert.ok(!result.ok, `accepted: ${text}`);
  return result.error;
}

test('values are read with their places', () => {
  const result = parse(
    '# mine\nretries: 2\nagent:\n  command: ./agent.sh\nslots: {copy: [.env, config/*.json]}\n',
  );
  assert.ok(result.ok);
  assert.deepEqual(
    [...result.value],
    [
      ['retries', { raw: 2, where: 'c.yaml:2:10' }],
      ['agentCommand', { raw: './agent.sh', where: 'c.yaml:4:12' }],
      ['slotCopy', { raw: ['.env', 'config/*.json'], where: 'c.yaml:5:15' }],
    ],
  );
});

test('an empty file, only comments, and keys without values set nothing', () => {
  for (const text of ['', '# nothing\n', 'retries:\nagent:\n', '---\n']) {
    const result = parse(text);
    assert.ok(result.ok, text);
    assert.equal(result.value.size, 0);
  }
});

test('an unknown option is located, with the one that was probably meant', () => {
  const [first, second, third] = problems('maxParalel: 3\nagent:\n  comand: x\nzzzzzzzzzzzz: 1\n');
  assert.equal(first?.where, 'c.yaml:1:1');
  assert.equal(first?.remedy, 'Did you mean maxParallel?');
  assert.equal(second?.where, 'c.yaml:3:3');
  assert.equal(second?.remedy, 'Did you mean agent.command?');
  assert.match(third?.remedy ?? '', /^Known are agent, maxParallel/);
});

test('an option that stands twice, in any spelling, is told of with both places', () => {
  const [twice] = problems('max_parallel: 3\nmaxParallel: 7\n');
  assert.deepEqual([twice?.where, twice?.message], ['c.yaml:2:1', 'maxParallel stands at c.yaml:1:15, too']);
  assert.match(problems('retries: 1\n---\nretries: 2\n')[0]?.message ?? '', /multiple documents/);
});

test('wrong values, wrong shapes and broken YAML are located', () => {
  assert.equal(problems('retries: often')[0]?.where, 'c.yaml:1:10');
  assert.match(problems('agent: x')[0]?.message ?? '', /agent must be a map/);
  assert.match(problems('- a\n')[0]?.message ?? '', /must be a map of options/);
  assert.equal(problems('retries: [1\nschedule: dag\n')[0]?.where.startsWith('c.yaml:'), true);
  assert.match(problems('retries: 1\nretries: 2\n')[0]?.message ?? '', /unique/);
  assert.match(problems('resources: {a: 0}\n')[0]?.message ?? '', /names with the number/);
});

test('aliases that multiply, or lead nowhere, are refused', () => {
  const bomb = `resources: &a {x: 1}\n${Array.from({ length: 9 }, (_, i) => `k${i}: &${'bcdefghij'[i]} [${Array(10).fill(`*${'abcdefghi'[i]}`).join(', ')}]`).join('\n')}\n`;
  assert.ok(problems(bomb).length > 0);
  assert.ok(problems('retries: *nowhere\n').length > 0);
});

test('total: any text gives a layer or problems, never an exception', () => {
  const key = fc.constantFrom(
    ...OPTION_LIST.map((option) => option.key),
    '__proto__',
    'constructor',
    'x',
    '? [a]',
    '<<',
  );
  const value = fc.oneof(
    fc.string(),
    fc.json(),
    fc.constantFrom('&a *a', '!!binary x', '{', '- 1', '|', '2h', '""'),
  );
  const line = fc.tuple(key, value).map(([k, v]) => `${k}: ${v}`);
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary' }),
    fc.array(line).map((lines) => lines.join('\n')),
  );
  fc.assert(
    fc.property(text, (any) => {
      const result = parse(any);
      if (!result.ok) for (const problem of result.error) assert.match(problem.where, /^c\.yaml:\d+:\d+$/);
    }),
    { numRuns: 500 },
  );
});

test('each option has a key and, but for maps of a driver, a variable, and no two have the same', () => {
  for (const part of ['key', 'env', 'flag'] as const) {
    const names = OPTION_LIST.map((option) => option[part]).filter((name) => name !== undefined);
    assert.equal(new Set(names).size, names.length);
  }
  for (const { name, builtIn, schema } of OPTION_LIST) {
    if (builtIn !== undefined) assert.ok(schema.safeParse(builtIn).success, name);
  }
});
