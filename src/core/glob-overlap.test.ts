import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { parsePattern, pathMatches, patternCovers, patternsOverlap } from './glob-overlap.ts';

function matches(pattern: string, path: string): boolean {
  return pathMatches(pattern, path);
}

describe('pathMatches', () => {
  const yes: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'src/a.ts'],
    ['./src//a.ts', 'src/a.ts'],
    ['src/*.ts', 'src/a.ts'],
    ['src/*', 'src/.env'],
    ['src/**', 'src/a/b/c.ts'],
    ['src/**/*.ts', 'src/c.ts'],
    ['src/**/*.ts', 'src/a/b/c.ts'],
    ['**/*', 'a'],
    ['**', 'a/b'],
    ['src/', 'src/a/b.ts'],
    ['.', 'anything/at/all'],
    ['src', 'src/a/b.ts'],
    ['a?c', 'abc'],
    ['a?c', 'a😀c'],
    ['[a-c]x', 'bx'],
    ['[!a-c]x', 'dx'],
    ['[^a-c]x', 'dx'],
    ['[]a]', ']'],
    ['[-a]', '-'],
    ['[a', '[a'],
    ['app/[id]/page.tsx', 'app/[id]/page.tsx'],
    ['app/[...slug]/*.tsx', 'app/[...slug]/page.tsx'],
    ['a**b', 'axyb'],
  ];
  for (const [pattern, path] of yes) it(`${pattern} means ${path}`, () => assert.ok(matches(pattern, path)));

  const no: readonly (readonly [string, string])[] = [
    ['src/a.ts', 'src/b.ts'],
    ['src/a.ts', 'src'],
    ['src/*', 'src/a/b.ts'],
    ['src/**', 'src'],
    ['src/', 'src'],
    ['src', 'srcs/a'],
    ['*', 'a/b'],
    ['a?c', 'ac'],
    ['a?c', 'a/c'],
    ['[a-c]x', 'dx'],
    ['[!a-c]x', 'bx'],
    ['[z-a]', 'm'],
    ['a**b', 'a/b'],
    ['**/*', ''],
  ];
  for (const [pattern, path] of no)
    it(`${pattern} does not mean '${path}'`, () => assert.ok(!matches(pattern, path)));
});

describe('patternsOverlap', () => {
  const yes: readonly (readonly [string, string])[] = [
    ['a/*.py', 'a/b.py'],
    ['a/*.py', 'a/test_*'],
    ['a/**', '**/x.py'],
    ['**/*', 'deep/down/x'],
    ['a*c', '*b*'],
    ['a/b', 'a/b/c'],
    ['a/', 'a/b'],
    ['a/**/z', 'a/z'],
    ['[ab]', '[bc]'],
    ['x/[id]/p', 'x/[id]/p'],
    ['a/**', 'a'],
  ];
  for (const [a, b] of yes) {
    it(`${a} and ${b} meet`, () => {
      assert.ok(patternsOverlap(a, b));
      assert.ok(patternsOverlap(b, a));
    });
  }

  const no: readonly (readonly [string, string])[] = [
    ['a/*.py', 'a/*.ts'],
    ['a/*.py', 'b/*.py'],
    ['a/*', 'a/b/c.py'],
    ['[ab]', '[cd]'],
    ['[!a]', 'a'],
    ['ab*', 'b*'],
    ['?', '??'],
    ['a/b', 'a/bc'],
  ];
  for (const [a, b] of no) {
    it(`${a} and ${b} stay apart`, () => {
      assert.ok(!patternsOverlap(a, b));
      assert.ok(!patternsOverlap(b, a));
    });
  }

  it('takes no exponential time', () => {
    const stars = '*a'.repeat(200);
    assert.equal(patternsOverlap(stars, `${stars}b`), false);
    assert.equal(patternsOverlap('**/a/'.repeat(100), `${'**/b/'.repeat(100)}c`), true);
  });
});

describe('against every path over a small alphabet', () => {
  const names = ['a', 'b', 'aa', 'ab', 'ba', 'bb', 'aaa', 'aab', 'aba', 'abb', 'baa', 'bab', 'bba', 'bbb'];
  const paths = [
    ...names,
    ...names.flatMap((first) => names.map((second) => `${first}/${second}`)),
    ...['a', 'b', 'ab'].flatMap((x) =>
      ['a', 'b', 'ba'].flatMap((y) => ['a', 'b', 'aa'].map((z) => `${x}/${y}/${z}`)),
    ),
  ];
  // `**` beside other characters is left out: picomatch lets some forms of it cross a slash.
  const piece = fc.constantFrom('a', 'b', '?', '*', '[ab]', '[a]', '[^a]', '[b-z]');
  const segment = fc.oneof(
    { weight: 4, arbitrary: fc.array(piece, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('')) },
    { weight: 1, arbitrary: fc.constant('**') },
  );
  const pattern = fc
    .array(segment, { minLength: 1, maxLength: 3 })
    .map((segments) => segments.join('/').replace(/\*\*(?=[^/])|(?<=[^/])\*\*/g, '*'));

  /** Picomatch's word, with our three own rules: `x/**` is not `x`, a plain path is a folder too, `[id]` is a name. */
  function expected(source: string): readonly string[] {
    const parsed = parsePattern(source);
    if (parsed.plain) return paths.filter((path) => path === source || path.startsWith(`${source}/`));
    const test = picomatch(source.replace(/(^|\/)\*\*$/, '$1**/*'), {
      dot: true,
      noextglob: true,
      nobrace: true,
    });
    return paths.filter((path) => test(path));
  }

  it('matches what picomatch matches', () => {
    fc.assert(
      fc.property(pattern, (source) => {
        assert.deepEqual(
          paths.filter((path) => pathMatches(source, path)),
          expected(source),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('meets exactly when one path is matched by both', () => {
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        const both = new Set(expected(a)).intersection(new Set(expected(b)));
        const meet = patternsOverlap(a, b);
        assert.equal(meet, patternsOverlap(b, a));
        if (both.size > 0) assert.ok(meet, `${a} and ${b} share ${[...both][0]}`);
        // The enumeration is short: two patterns may share only paths that are longer, or that hold other letters.
        else if (meet) assert.ok(/[?*\]]/.test(a + b));
      }),
      { numRuns: 1000 },
    );
  });

  it('is exact where all shared paths are enumerated', () => {
    const letters = fc.constantFrom('a', 'b', '[ab]', '*');
    const short = fc
      .array(
        fc.array(letters, { minLength: 1, maxLength: 2 }).map((parts) => parts.join('')),
        { minLength: 2, maxLength: 2 },
      )
      .map((segments) => segments.join('/').replaceAll('**', '*'));
    fc.assert(
      fc.property(short, short, (a, b) => {
        // Over {a, b}, two patterns of at most two letters a segment meet in a segment of at most four letters,
        // and in one of at most three when they meet at all: a run adds no letter that neither pattern has.
        const both = new Set(expected(a)).intersection(new Set(expected(b)));
        assert.equal(patternsOverlap(a, b), both.size > 0, `${a} and ${b}`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('patternCovers', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['other/*', 'other/x.py', true],
    ['other/', 'other/a/x.py', true],
    ['other', 'other/a/*.py', true],
    ['**/*', 'src/**', true],
    ['src/**', 'src/a/*.ts', true],
    ['src/*', 'src/*.ts', true],
    ['src/*.ts', 'src/*', false],
    ['src/*.ts', 'src/*.ts', true],
    ['src/secret.ts', 'src/*.ts', false],
    ['src/*', 'src/**', false],
    ['a/**/b', 'a/b', true],
  ];
  for (const [a, b, expected] of cases) {
    it(`${a} ${expected ? 'covers' : 'does not cover'} ${b}`, () => {
      assert.equal(patternCovers(parsePattern(a), parsePattern(b)), expected);
    });
  }
});
