import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { parsePattern, patternsMeet, patternsOverlap } from './glob-overlap.ts';
import {
  conflictPairs,
  isOfCaseAlone,
  type ScopedTask,
  scopeClashes,
  scopesConflict,
  symbolsMeet,
} from './ownership.ts';
import type { Scope, ScopeEntry } from './plan.ts';

function entries(texts: readonly string[]): readonly ScopeEntry[] {
  return texts.map((text) => {
    const [pattern = '', symbol] = text.split('::');
    return symbol === undefined ? { pattern } : { pattern, symbol };
  });
}

function scope(
  create: readonly string[],
  modify: readonly string[],
  boundary: readonly string[] = [],
): Scope {
  return { create: entries(create), modify: entries(modify), boundary: entries(boundary) };
}

describe('scopesConflict', () => {
  it('lets two tasks with different files run at once', () => {
    assert.deepEqual(scopesConflict(scope(['a.py'], ['b.py']), scope(['c.py'], ['d.py'])), []);
  });

  it('rule 1: two that create one path', () => {
    assert.deepEqual(scopesConflict(scope(['src/a.py', 'x'], []), scope(['src/*.py'], [])), [
      { kind: 'create-create', a: { pattern: 'src/*.py' }, b: { pattern: 'src/a.py' } },
    ]);
  });

  it('rule 2: two that modify one file without symbols', () => {
    assert.equal(scopesConflict(scope([], ['a.py']), scope([], ['a.py']))[0]?.kind, 'modify-modify');
    assert.equal(scopesConflict(scope([], ['a.py::X']), scope([], ['a.py']))[0]?.kind, 'modify-modify');
  });

  it('rule 2: equal symbols and a dotted prefix conflict, others do not', () => {
    assert.equal(scopesConflict(scope([], ['a.py::A']), scope([], ['a.py::A'])).length, 1);
    assert.equal(scopesConflict(scope([], ['a.py::A']), scope([], ['a.py::A.run'])).length, 1);
    assert.equal(scopesConflict(scope([], ['a.py::A.run']), scope([], ['a.py::A.stop'])).length, 0);
    assert.equal(scopesConflict(scope([], ['a.py::A']), scope([], ['a.py::AB'])).length, 0);
  });

  it('rule 3: one creates what the other modifies, whatever the symbol', () => {
    assert.equal(scopesConflict(scope(['a.py'], []), scope([], ['a.py::X']))[0]?.kind, 'create-modify');
  });

  it('does not compare boundaries', () => {
    assert.deepEqual(scopesConflict(scope(['a.py'], [], ['b.py']), scope(['b.py'], [], ['a.py'])), []);
  });
});

describe('where case does not count', () => {
  const clash = (a: Scope, b: Scope): readonly boolean[] => {
    const tasks = [
      { id: 'a', scope: a },
      { id: 'b', scope: b },
    ];
    return [...scopeClashes(tasks, true)].map(isOfCaseAlone);
  };

  it('paths that differ in it alone are one, folders and other forms of a letter too; symbols are not', () => {
    for (const [a, b] of [
      ['A.py', 'a.py'],
      ['Src/a.py', 'src/'],
      ['É.py', 'e\u0301.py'],
      ['src/[A-C].py', 'SRC/b.PY'],
      ['src/*.PY', 'src/a.py'],
      ['app/[Id]/x', 'app/[id]/X'],
    ] as const) {
      assert.deepEqual(clash(scope([a], []), scope([b], [])), [true], `${a} and ${b}`);
    }
    assert.deepEqual(clash(scope([], ['a.py::Users']), scope([], ['A.py::users'])), []);
    assert.deepEqual(clash(scope(['[D-Z].py'], []), scope(['a.py'], [])), []);
    assert.deepEqual(clash(scope(['a.py'], []), scope(['a.py'], [])), [false]);
  });

  it('everything meets that meets where it counts', () => {
    const pattern = fc
      .array(fc.constantFrom('a', 'B', 'b', '*', '?', '[A-Z]', '[!a]', '[b', 'É]', '/', '**', 'É'), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(pattern, pattern, (a, b) => {
        if (patternsOverlap(a, b))
          assert.ok(patternsMeet(parsePattern(a, true), parsePattern(b, true)), `${a} ${b}`);
      }),
      { numRuns: 3000 },
    );
  });

  it('tasks do not run at once, whatever the machine', () => {
    const pairs = conflictPairs([
      { id: 'a', scope: scope(['Users.py'], []) },
      { id: 'b', scope: scope([], ['users.py']) },
    ]);
    assert.deepEqual([...(pairs.get('a') ?? [])], ['b']);
  });
});

describe('symbolsMeet', () => {
  it('is symmetric, and true for a missing symbol', () => {
    assert.ok(symbolsMeet(undefined, 'A'));
    assert.ok(symbolsMeet('A.b', 'A') && symbolsMeet('A', 'A.b'));
    assert.ok(!symbolsMeet('A.b', 'A.c'));
  });
});

describe('conflictPairs', () => {
  const pattern = fc.constantFrom(
    'a',
    'a/b',
    'a/b/c',
    'a/*',
    'a/**',
    'b/*.py',
    'b/x.py',
    '**/x.py',
    'c::S',
    'c::S.m',
    'c',
  );
  const tasks: fc.Arbitrary<readonly ScopedTask[]> = fc
    .array(fc.tuple(fc.array(pattern, { maxLength: 3 }), fc.array(pattern, { maxLength: 3 })), {
      maxLength: 8,
    })
    .map((scopes) =>
      scopes.map(([create, modify], index) => ({ id: `t${index}`, scope: scope(create, modify) })),
    );

  /** The three rules, pair by pair. */
  function conflictByRule(a: Scope, b: Scope): boolean {
    const meet = (x: ScopeEntry, y: ScopeEntry): boolean => patternsOverlap(x.pattern, y.pattern);
    const create = a.create.some((x) => [...b.create, ...b.modify].some((y) => meet(x, y)));
    const created = b.create.some((y) => a.modify.some((x) => meet(x, y)));
    const modify = a.modify.some((x) => b.modify.some((y) => meet(x, y) && symbolsMeet(x.symbol, y.symbol)));
    return create || created || modify;
  }

  it('finds what comparing every pair finds', () => {
    fc.assert(
      fc.property(tasks, (given) => {
        const pairs = conflictPairs(given);
        for (const a of given) {
          for (const b of given) {
            if (a.id === b.id) continue;
            assert.equal(pairs.get(a.id)?.has(b.id), conflictByRule(a.scope, b.scope), `${a.id} and ${b.id}`);
            assert.equal(scopesConflict(a.scope, b.scope).length > 0, conflictByRule(a.scope, b.scope));
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  it('has an entry for every task, empty for one without a scope', () => {
    const pairs = conflictPairs([
      { id: 'none', scope: scope([], []) },
      { id: 'all', scope: scope([], ['**/*']) },
      { id: 'one', scope: scope(['a.py'], []) },
    ]);
    assert.deepEqual([...(pairs.get('none') ?? ['missing'])], []);
    assert.deepEqual([...(pairs.get('all') ?? [])], ['one']);
  });

  it('never sets a task against itself', () => {
    assert.equal(conflictPairs([{ id: 'a', scope: scope(['x'], ['x']) }]).get('a')?.size, 0);
  });
});
