import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { droppedLines } from './dropped-lines.ts';

const path = 'a.ts';
const base = 'import { a } from "a";\n\nfunction one() {\n  return 1;\n}\n';

function dropped(ours: string, theirs: string, result: string): string[] {
  return droppedLines({ path, base, ours, theirs, result }).map(
    ({ side, line, text }) => `${side}:${line} ${text}`,
  );
}

test('a hunk of either side that is not in the result is named, with its place', () => {
  const ours = `${base}function two() {\n  return 2;\n}\n`;
  const theirs = `import "b";\n${base}`;
  assert.deepEqual(dropped(ours, theirs, theirs), ['ours:6 function two() {', 'ours:7 return 2;']);
  assert.deepEqual(dropped(ours, theirs, ours), ['theirs:1 import "b";']);
  assert.deepEqual(dropped(ours, theirs, `import "b";\n${ours}`), []);
  assert.deepEqual(droppedLines({ path, base: '', ours: 'x\n', theirs: '', result: '' }), [
    { path, side: 'ours', line: 1, text: 'x' },
  ]);
});

test('moved lines, white space and the end of a list are no loss', () => {
  const ours = `${base}const list = [\n  1,\n  2\n];\nconst  more=2;`;
  const result = `const more = 2;\nconst list = [\n\t\t1,\n 2,\n 3];\n${base}`;
  assert.deepEqual(dropped(ours, base, result), []);
});

test('what a side added and the other deleted with its surroundings is a loss; its deletion alone is none', () => {
  const ours = base.replace('  return 1;\n', '  log();\n  return 1;\n');
  const theirs = 'import { a } from "a";\n';
  assert.deepEqual(dropped(ours, theirs, theirs), ['ours:4 log();']);
  assert.deepEqual(dropped(base, theirs, theirs), []);
  assert.deepEqual(dropped(`${base}  return 1;\n`, theirs, '  return 1;\n'), []);
});

test('one of two equal lines is missed where it stood', () => {
  const ours = `${base}test("two", () => {\n  return 1;\n});\n`;
  const result = `${base}test("two", () => {\n});\n`;
  assert.deepEqual(dropped(ours, base, result), ['ours:7 return 1;']);
});

test('a line that both add is wanted once', () => {
  const both = `import "b";\n${base}`;
  assert.deepEqual(dropped(both, both, both), []);
  assert.deepEqual(dropped(both, both, base), ['ours:1 import "b";', 'theirs:1 import "b";']);
});

test('a line that was put together of both stands for each, and one that only looks alike does not', () => {
  const ours = base.replace('{ a }', '{ a, b }');
  const theirs = base.replace('{ a }', '{ a, c }');
  assert.deepEqual(dropped(ours, theirs, base.replace('{ a }', '{ a, b, c }')), []);
  assert.deepEqual(dropped(ours, theirs, base.replace('{ a }', '{\n  c,\n  b,\n  a,\n}')), []);
  assert.deepEqual(dropped(ours, theirs, ours), ['theirs:1 import { a, c } from "a";']);
  const guarded = base.replace('return 1', 'if (!ready) return 1');
  assert.deepEqual(dropped(guarded, base, base.replace('return 1', 'if (ready) return 1')), [
    'ours:4 if (!ready) return 1;',
  ]);
});

test('texts are cleaned and clipped, and a list is bounded', () => {
  const ours = Array.from({ length: 300 }, (_, index) => `${index} \u001b[31m${'x'.repeat(400)}\n`).join('');
  const found = droppedLines({ path, base: '', ours, theirs: '', result: '' });
  assert.equal(found.length, 100);
  assert.ok(found.every(({ text }) => Buffer.byteLength(text) <= 203 && !text.includes('\u001b')));
});

const lineOf = fc.integer({ min: 0, max: 9 }).map((number) => `line ${number}`);

test('a result that holds all the lines of both has dropped none; without one that only one side has it has', () => {
  const texts = fc.record({
    base: fc.array(lineOf, { maxLength: 8 }),
    ours: fc.array(lineOf, { maxLength: 8 }),
    theirs: fc.array(lineOf, { maxLength: 8 }),
  });
  fc.assert(
    fc.property(texts, fc.nat(), (drawn, at) => {
      const ours = [...drawn.base, ...drawn.ours];
      const theirs = [...drawn.theirs, ...drawn.base];
      const whole = [...drawn.theirs, ...drawn.base, ...drawn.ours];
      const look = (result: readonly string[]) =>
        droppedLines({
          path,
          base: drawn.base.join('\n'),
          ours: ours.join('\n'),
          theirs: theirs.join('\n'),
          result: result.join('\n'),
        });
      assert.deepEqual(look(whole), []);
      const own = drawn.ours.filter(
        (line) => !theirs.includes(line) && ours.filter((each) => each === line).length === 1,
      );
      const lost = own[at % Math.max(1, own.length)];
      if (lost === undefined) return;
      const found = look(whole.filter((line) => line !== lost));
      assert.deepEqual(found, [{ path, side: 'ours', line: ours.indexOf(lost) + 1, text: lost }]);
    }),
  );
});
