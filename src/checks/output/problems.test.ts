import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { newProblems, problemsIn } from './problems.ts';

describe('places that tools name', () => {
  it('are read from what they print', () => {
    const output = [
      'src/a.ts(12,5): error TS2322: Type X.',
      'src/b.py:3: error: Missing return  [return]',
      './src/c.py:4:1: F401 unused import',
      'src/d.go:5:2: undefined: x',
      'src/e.js',
      '  7:3  error  Unexpected var  no-var',
      '  8:1  warning  Long  max-len',
      '',
      'error[E0425]: cannot find value `y`',
      '  --> src/f.rs:9:13',
      'https://example.org:80: no place',
      '12:30:01 no place either',
    ];
    assert.deepEqual(
      problemsIn(output.join('\n')).map(({ path, line, message }) => `${path} ${line} ${message}`),
      [
        'src/a.ts 12 error TS2322: Type X.',
        'src/b.py 3 error: Missing return  [return]',
        'src/c.py 4 F401 unused import',
        'src/d.go 5 undefined: x',
        'src/e.js 7 error: Unexpected var no-var',
        'src/e.js 8 warning: Long max-len',
        'src/f.rs 9 cannot find value `y`',
      ],
    );
  });

  it('are old where they only moved, and new where there are more of them', () => {
    const base = problemsIn('a.py:1: bad\na.py:5: worse');
    const tip = problemsIn('a.py:3: bad\na.py:9: bad\na.py:5: worse\nb.py:1: bad');
    assert.deepEqual(newProblems(tip, base), problemsIn('a.py:9: bad\nb.py:1: bad'));
    assert.deepEqual(newProblems(base, tip), []);
  });

  it('are read from any text without a failure', () => {
    const piece = fc.constantFrom('a.ts', ':', '(1,2)', ': ', '\n', '  1:2  error  x', '--> ', ' ', '/', '9');
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          for (const { path, line, message } of problemsIn(text))
            assert.ok(path !== '' && (line ?? 1) > 0 && message !== '');
        },
      ),
    );
  });
});
