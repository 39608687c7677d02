import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { classifyValidation } from './validation.ts';

const PYTHON: readonly string[] = [
  "from apps.users.models import User; print('Wave 1 OK')",
  "from apps.orders.models import Order\nprint('Wave 2 OK')",
  'from . import models',
  'from ..core import (a, b)',
  'from app import *',
  'import app',
  'import app.models as m',
  'import os, sys; print(sys.path)',
  'import app # it loads',
  "print('OK')",
  'assert 1 + 1 == 2',
  'assert(app.ready)',
  'x = 1; assert x',
  'a, b = load()\nprint(a)',
  'total=sum([1, 2]); print(total)',
  "app.check('all')",
  "open('x').read()",
  'exit(0)',
  'for x in range(3):\n  print(x)',
  'if True: print(1)',
  'if x == "a: b": print(x)',
  "for x in ['then', 'do']: assert x",
  "with open('x') as f: print(f.read())",
  'try:\n  import app\nexcept ImportError:\n  raise',
  '# the models load\nfrom app import models',
  'def check():\n  return 1\ncheck()',
  'raise SystemExit(0)',
];

const SHELL: readonly string[] = [
  'python -m pytest tests/ -q',
  "python -c 'from a import b; print(1)'",
  'python manage.py check && python manage.py test',
  'npm test',
  'npx tsc --noEmit',
  'true',
  'test -f src/a.ts',
  '[ -f a ] && echo ok',
  'make check',
  './scripts/check.sh --all',
  'cd web && npm run build',
  'DEBUG=1 npm test',
  'X=$(pwd); echo $X',
  'for f in *.py; do python "$f"; done',
  'if [ -f x ]; then echo y; fi',
  'if [ -f x ]\nthen\n  echo y\nfi',
  'while read -r line; do echo "$line"; done < x',
  'check() { echo ok; }; check',
  'import -window root shot.png',
  '(cd web && npm test)',
  'uv run pytest',
  'go test ./...',
  'echo "import os"',
  '# all tests\nnpm test',
  'if npm test -- --grep "Cart: adds"; then exit 0; fi',
  'for f in \'a: b\' c; do test -f "$f"; done',
  'while read -r line; do echo a:\ndone < x',
  'if grep -q "a:" x\nthen echo "b: c"\nfi',
  'print-env --all',
  'test "$(grep -c import a.py)" = 3',
  'node -e "import(\'./a.js\')"',
];

describe('classifyValidation', () => {
  for (const text of PYTHON) {
    it(`python: ${JSON.stringify(text)}`, () =>
      assert.deepEqual(classifyValidation(text), { kind: 'python', code: text }));
  }
  for (const text of SHELL) {
    it(`shell: ${JSON.stringify(text)}`, () => {
      assert.deepEqual(classifyValidation(text), { kind: 'shell', command: text });
    });
  }

  it('is nothing for white space and remarks alone', () => {
    for (const text of ['', ' \n\t', '# later', '#\n\n  # later\n', 'none', 'N/A', '-', '# later\nNone.'])
      assert.equal(classifyValidation(text), null);
  });

  it('takes any text, and loses none of it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const validation = classifyValidation(text);
        if (validation === null) return;
        assert.equal(validation.kind === 'shell' ? validation.command : validation.code, text.trim());
      }),
    );
  });

  it('takes no time over long lines', () => {
    for (const text of [
      'a,'.repeat(50_000),
      ' #\n'.repeat(50_000),
      'a.'.repeat(50_000),
      'if '.repeat(50_000),
    ]) {
      assert.notEqual(classifyValidation(`${text}!`), undefined);
    }
  });
});
