import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { hostileText } from '../../testing/hostile-text.ts';
import { judgeKeptParts, judgeParts } from './judge-parts.ts';

/** As `breach 12 message`. */
async function judged(
  path: string,
  symbols: readonly string[],
  [base, tip]: readonly [string | null, string | null],
): Promise<readonly string[]> {
  const found = await judgeParts({ path, symbols, base, tip });
  return found.map(({ is, finding }) => `${is} ${finding.line ?? '-'} ${finding.message}`);
}

const LEDGER = `import { a } from './a.ts';

/** A line. */
export interface Line {
  who: string;
}

export class Ledger {
  #lines: Line[] = [];

  /** Adds one. */
  add(line: Line): void {
    this.#lines.push(line);
  }

  total(): number {
    return this.#lines.length;
  }
}

export const RATE = 3;

export function parse(text: string): Line {
  return { who: text };
}
`;

describe('parts of a TypeScript file', () => {
  const edit = (from: string, to: string): readonly [string, string] => {
    assert.ok(LEDGER.includes(from));
    return [LEDGER, LEDGER.replace(from, to)];
  };

  it('may change within a method, in its comment, and in the imports', async () => {
    const [, once] = edit('this.#lines.push(line);', 'if (line.who !== "") this.#lines.push(b(line));');
    const tip = once
      .replace('/** Adds one. */', '/** Adds one that has a name. */')
      .replace("import { a } from './a.ts';", "import { a } from './a.ts';\nimport { b } from './b.ts';");
    assert.deepEqual(await judged('src/l.ts', ['Ledger.add'], [LEDGER, tip]), []);
  });

  it('may not change beside it, and the place is named', async () => {
    assert.deepEqual(
      await judged('src/l.ts', ['Ledger.add'], edit('return this.#lines.length;', 'return 0;')),
      [
        'breach 17 line 17 (in `Ledger.total`) changed, outside of `Ledger.add`, the only part of the file that may change',
        'breach 17 line 17 of the base (in `Ledger.total`) changed or removed, outside of `Ledger.add`, the only part of the file that may change',
      ],
    );
    const [breach] = await judged(
      'src/l.ts',
      ['Ledger.add'],
      edit('  total(): number {\n    return this.#lines.length;\n  }\n', ''),
    );
    assert.match(
      breach ?? '',
      /^breach 16 lines 16 to 18 of the base \(in `Ledger\.total`\) changed or removed/,
    );
  });

  it('may be new, with a brace of its neighbour counted as changed or not', async () => {
    const tip = LEDGER.replace(
      '  total(): number {',
      '  clear(): void {\n    this.#lines = [];\n  }\n\n  total(): number {',
    );
    assert.deepEqual(await judged('src/l.ts', ['Ledger.clear'], [LEDGER, tip]), []);
    const [breach] = await judged('src/l.ts', ['Ledger.add'], [LEDGER, tip]);
    assert.match(breach ?? '', /^breach 16 lines 16 to 18 \(in `Ledger\.clear`\) changed/);
  });

  it('may be a whole class, an interface, a constant, a function', async () => {
    const cases: readonly (readonly [string, readonly [string, string]])[] = [
      ['Ledger', edit('return this.#lines.length;', 'return 0;')],
      ['Line', edit('who: string;', 'who: string;\n  cents: number;')],
      ['Line.who', edit('who: string;', 'who: number;')],
      ['RATE', edit('RATE = 3', 'RATE = 4')],
      ['parse', edit('{ who: text }', '{ who: text.trim() }')],
    ];
    for (const [symbol, texts] of cases)
      assert.deepEqual(await judged('src/l.ts', [symbol], texts), [], symbol);
  });

  it('may need a helper that nobody else sees, which is shown; an exported one is outside', async () => {
    const hidden = await judged(
      'src/l.ts',
      ['parse'],
      edit('export function parse', 'function trim(): void {}\n\nexport function parse'),
    );
    assert.deepEqual(hidden, ['note 23 `trim` is new and not a part of `parse`']);
    const exported = await judged(
      'src/l.ts',
      ['parse'],
      edit('export function parse', 'export function trim(): void {}\n\nexport function parse'),
    );
    assert.match(exported[0] ?? '', /^breach 23 line 23 \(in `trim`\)/);
    const apart = await judged(
      'src/l.ts',
      ['parse'],
      edit('export function parse', 'function trim(): void {}\nexport { trim };\n\nexport function parse'),
    );
    assert.ok(apart.some((line) => line.startsWith('breach')));
    const secret = await judged(
      'src/l.ts',
      ['Ledger.add'],
      edit('  total()', '  #check(): void {}\n\n  total()'),
    );
    assert.deepEqual(secret, ['note 16 `Ledger.#check` is new and not a part of `Ledger.add`']);
    const other = await judged('src/l.ts', ['parse'], edit('  total()', '  #check(): void {}\n\n  total()'));
    assert.ok(other[0]?.startsWith('breach'));
  });

  it('does not hide code in the line of a part, nor behind a part that does not end', async () => {
    const [sameLine] = await judged(
      'src/l.ts',
      ['RATE'],
      edit('export const RATE = 3;', 'export const RATE = 3; steal();'),
    );
    assert.match(sameLine ?? '', /^breach 21 line 21/);
    const open = await judged(
      'src/l.ts',
      ['Ledger.add'],
      edit('this.#lines.push(line);\n  }', 'this.#lines.push(line);'),
    );
    assert.ok(open.some((line) => line.startsWith('breach')));
  });

  it('may move lines of the rest into another order no more than change them', async () => {
    const tip = LEDGER.replace('export const RATE = 3;\n\n', '').concat('\nexport const RATE = 3;\n');
    assert.ok((await judged('src/l.ts', ['Ledger.add'], [LEDGER, tip])).length > 0);
  });

  it('means nothing by white space at the ends of lines, but by line ends', async () => {
    const spaced = LEDGER.replace('export const RATE = 3;', 'export const RATE = 3;   ');
    assert.deepEqual(await judged('src/l.ts', ['parse'], [LEDGER, spaced]), []);
    const windows = LEDGER.replaceAll('\n', '\r\n');
    assert.ok((await judged('src/l.ts', ['parse'], [LEDGER, windows])).length > 0);
    const edited = windows.replace('who: text', 'who: text.trim()');
    assert.deepEqual(await judged('src/l.ts', ['parse'], [windows, edited]), []);
  });

  it('says of a part that is nowhere that it is not there', async () => {
    const found = await judged('src/l.ts', ['Ledger.sum'], edit('return this.#lines.length;', 'return 0;'));
    assert.equal(found.filter((line) => line.startsWith('breach')).length, 2);
    assert.equal(
      found.at(-1),
      'note - has no part of the name `Ledger.sum`, neither on the base nor at the tip',
    );
    const gone = await judged('src/l.ts', ['RATE'], edit('export const RATE = 3;\n', ''));
    assert.deepEqual(gone, ['note - `RATE` is no longer there']);
  });

  it('belongs to its decorators, before and behind `export`', async () => {
    const base =
      '@Entity()\nexport class User {\n  @Column() name!: string;\n}\n\n@Injectable()\nexport class Other {}\n';
    const tip = base
      .replace('@Entity()', "@Entity('users')")
      .replace('@Column()', '@Column({ unique: true })');
    assert.deepEqual(await judged('src/user.ts', ['User'], [base, tip]), []);
    assert.ok((await judged('src/user.ts', ['Other'], [base, tip])).length > 0);
  });

  it('may be one that a class without members gets first', async () => {
    const base = 'export class A {}\n';
    const tip = 'export class A {\n  run(): void {}\n}\n';
    assert.deepEqual(await judged('src/a.ts', ['A.run'], [base, tip]), []);
  });

  it('knows JSX in a tsx file', async () => {
    const base =
      'export function App() {\n  return <div>{1}</div>;\n}\nexport const Other = () => <b>x</b>;\n';
    const tip = base.replace('{1}', '{2}');
    assert.deepEqual(await judged('src/app.tsx', ['App'], [base, tip]), []);
    assert.ok((await judged('src/app.tsx', ['Other'], [base, tip])).length > 0);
  });
});

describe('parts of a JavaScript file', () => {
  const base = `const fs = require('fs');

const routes = {
  list: (req, res) => res.json([]),
  get: (req, res) => res.json({})
};

module.exports.start = function () {
  return 1;
};

exports.stop = () => 2;
`;
  it('are members of objects and what is exported', async () => {
    const added = base.replace('res.json({})\n', 'res.json({}),\n  put: (req, res) => res.json(1)\n');
    assert.deepEqual(await judged('src/r.js', ['routes.put'], [base, added]), []);
    assert.deepEqual(await judged('src/r.cjs', ['start'], [base, base.replace('return 1', 'return 2')]), []);
    assert.deepEqual(await judged('src/r.mjs', ['stop'], [base, base.replace('=> 2', '=> 3')]), []);
    assert.deepEqual(
      await judged(
        'src/r.js',
        ['stop'],
        [base, base.replace("require('fs');", "require('fs');\nconst os = require('os');")],
      ),
      [],
    );
    assert.ok((await judged('src/r.js', ['routes.list'], [base, added])).length > 0);
  });
});

describe('parts of a Python file', () => {
  const base = `"""Users."""
from typing import Optional

from .models import (
    User,
)

LIMIT = 10


class Service:
    """Does it."""

    name: str = "x"

    @property
    def size(self) -> int:
        return 1

    # Finds one.
    @cached(60)
    async def find(self, key: str) -> Optional[User]:
        return None


def helper():
    pass


urlpatterns = [
    path("a", a),
]
`;
  const edit = (from: string, to: string): readonly [string, string] => {
    assert.ok(base.includes(from));
    return [base, base.replace(from, to)];
  };

  it('may change with their decorators and comments, and with the imports', async () => {
    const [, once] = edit('@cached(60)', '@cached(30)');
    const tip = once
      .replace('# Finds one.', '# Finds one by its key.')
      .replace('return None', 'return User(key)')
      .replace('    User,\n', '    Group,\n    User,\n');
    assert.deepEqual(await judged('app/s.py', ['Service.find'], [base, tip]), []);
  });

  it('are classes, functions, assigned names', async () => {
    const cases: readonly (readonly [string, readonly [string, string]])[] = [
      ['Service', edit('return 1', 'return 2')],
      ['Service.size', edit('return 1', 'return 2')],
      ['Service.name', edit('"x"', '"y"')],
      ['helper', edit('    pass', '    return 4')],
      ['LIMIT', edit('LIMIT = 10', 'LIMIT = 20')],
      ['urlpatterns', edit('path("a", a),', 'path("a", a),\n    path("b", b),')],
    ];
    for (const [symbol, texts] of cases)
      assert.deepEqual(await judged('app/s.py', [symbol], texts), [], symbol);
  });

  it('may not change beside them', async () => {
    const [breach] = await judged('app/s.py', ['Service.find'], edit('return 1', 'return 2'));
    assert.match(
      breach ?? '',
      /^breach 18 line 18 \(in `Service\.size`\) changed, outside of `Service\.find`/,
    );
  });

  it('may not give another its place by indentation', async () => {
    assert.ok(
      (
        await judged(
          'app/s.py',
          ['Service'],
          edit('def helper():\n    pass', '    def helper():\n        pass'),
        )
      ).length > 0,
    );
  });

  it('may be new methods of a class, and helpers whose names begin with an underscore', async () => {
    const add = edit(
      '        return None\n',
      '        return None\n\n    def drop(self) -> None:\n        _check()\n',
    );
    assert.deepEqual(await judged('app/s.py', ['Service.drop'], add), []);
    const tip = add[1].replace('def helper', 'def _check():\n    return 1\n\n\ndef helper');
    assert.deepEqual(await judged('app/s.py', ['Service.drop'], [base, tip]), [
      'note 29 `_check` is new and not a part of `Service.drop`',
    ]);
    assert.deepEqual(
      await judged(
        'app/s.py',
        ['A.run'],
        ['class A:\n    pass\n', 'class A:\n    def run(self):\n        return 1\n'],
      ),
      [],
    );
  });
});

describe('parts of other files', () => {
  it('are not looked into, and that is said', async () => {
    assert.deepEqual(await judged('a.go', ['Main'], ['package a\n', 'package b\n']), [
      'note - is not looked into by its parts, so more than `Main` may have changed in it',
    ]);
  });

  it('are not known of what has no text', async () => {
    const [breach] = await judged('a.ts', ['x'], ['', null]);
    assert.match(breach ?? '', /^breach - cannot be read as text/);
    const [large] = await judged('a.ts', ['x'], ['', `const x = 1;\n//${'x'.repeat(2_000_000)}`]);
    assert.match(large ?? '', /^breach - cannot be read as text/);
  });

  it('that must be left alone are compared', async () => {
    const ask = { path: 'src/l.ts', symbols: ['Ledger.total'], base: LEDGER };
    assert.deepEqual(await judgeKeptParts({ ...ask, tip: LEDGER.replace('RATE = 3', 'RATE = 4') }), []);
    const [found] = await judgeKeptParts({ ...ask, tip: LEDGER.replace('.length', '.size') });
    assert.deepEqual(found, {
      is: 'breach',
      finding: {
        path: 'src/l.ts',
        line: 16,
        message: '`Ledger.total` was changed, which this task must leave alone',
      },
    });
    const [unknown] = await judgeKeptParts({ ...ask, tip: null });
    assert.match(unknown?.finding.message ?? '', /may have been changed/);
  });
});

describe('any text', () => {
  const piece = fc.constantFrom(
    'class A {',
    'm() {',
    '}',
    'def f(',
    '):',
    '\n',
    '    ',
    '@x',
    '`${',
    '"',
    "'''",
    '/*',
    '<a>',
    'export ',
    'import ',
    '=',
    ',',
    'A',
  );
  const text = fc.oneof(
    hostileText,
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );

  it('is judged, and equal texts never breach', async () => {
    const path = fc.constantFrom('a.ts', 'a.tsx', 'a.js', 'a.py');
    await fc.assert(
      fc.asyncProperty(path, text, text, async (file, base, tip) => {
        await judgeParts({ path: file, symbols: ['A', 'A.m', 'f'], base, tip });
        const same = await judgeParts({ path: file, symbols: ['A.m'], base, tip: base });
        assert.deepEqual(
          same.filter(({ is }) => is === 'breach'),
          [],
        );
        assert.deepEqual(await judgeKeptParts({ path: file, symbols: ['A'], base, tip: base }), []);
      }),
      { numRuns: 300 },
    );
  });

  it('nested without end is judged too', async () => {
    for (const unit of ['(', '[', '{a:', 'class A{m(){', '`${', '<a>', 'x<', 'if x:\n ']) {
      const deep = unit.repeat(5000);
      for (const path of ['a.tsx', 'a.py']) await judgeParts({ path, symbols: ['A.m'], base: '', tip: deep });
    }
  });
});
