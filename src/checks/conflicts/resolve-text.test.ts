import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { resolveText } from './resolve-text.ts';

async function resolve(path: string, [base, ours, theirs]: readonly [string | null, string, string]) {
  return await resolveText({ path, base, ours, theirs });
}

async function resolved(path: string, texts: readonly [string | null, string, string]) {
  const made = await resolve(path, texts);
  assert.ok(made.ok, made.ok ? '' : made.error);
  return { text: made.value.text, patterns: made.value.patterns.join(' ') };
}

async function refused(path: string, texts: readonly [string | null, string, string], reason: RegExp) {
  const made = await resolve(path, texts);
  assert.ok(!made.ok, made.ok ? made.value.text : '');
  assert.match(made.error, reason);
}

const CODE = `// The licence.

import { a } from './a.ts';
import { read, write } from './files.ts';

/** Doc. */
export class Ledger {
  add(): void {
    a();
  }
}

export function one(): number {
  return 1;
}
`;

function fn(name: string): string {
  return `\nexport function ${name}(): number {\n  if (a()) {\n    return 2;\n  }\n  return 1;\n}\n`;
}

describe('a file that both sides changed', () => {
  it('gets the imports and functions of both', async () => {
    const ours = `${CODE.replace('import { read', "import { b } from './b.ts';\nimport { read")}${fn('two')}`;
    const theirs = `${CODE.replace('import { read', "import { c } from './c.ts';\nimport { read")}${fn('three')}`;
    const { text, patterns } = await resolved('src/x.ts', [CODE, ours, theirs]);
    const imports = "import { b } from './b.ts';\nimport { c } from './c.ts';\nimport { read";
    assert.equal(text, `${CODE.replace('import { read', imports)}${fn('two')}${fn('three')}`);
    assert.equal(patterns, 'imports symbols');
  });

  it('gets the names that both import from one module, in one statement', async () => {
    const ours = CODE.replace('{ read, write }', '{ append, read, write }');
    const theirs = CODE.replace('{ read, write }', '{\n  read,\n  sync,\n  write,\n}');
    const { text } = await resolved('src/x.ts', [CODE, ours, theirs]);
    assert.equal(text, CODE.replace('{ read, write }', '{\n  append,\n  read,\n  sync,\n  write,\n}'));
    const anew = (name: string) =>
      CODE.replace('import { a }', `import { ${name} } from './new.ts';\nimport { a }`);
    const both = await resolved('src/x.ts', [CODE, anew('m'), anew('n')]);
    assert.equal(both.text, anew('m, n'));
    await refused('src/x.ts', [CODE, anew('m as x'), anew('n as x')], /both/);
  });

  it('gets the methods of both in a class, and keeps what one of them alone changed', async () => {
    const add = (name: string) => CODE.replace('    a();\n  }\n', `    a();\n  }\n\n  ${name}(): void {}\n`);
    const theirs = add('n').replace('return 1;', 'return 11;');
    const { text } = await resolved('src/x.ts', [CODE, add('m'), theirs]);
    assert.equal(
      text,
      add('m')
        .replace('  m(): void {}\n', '  m(): void {}\n\n  n(): void {}\n')
        .replace('return 1;', 'return 11;'),
    );
  });

  it('is left alone where somebody needs to be asked', async () => {
    await refused(
      'src/x.ts',
      [CODE, CODE.replace('return 1', 'return 2'), CODE.replace('return 1', 'return 3')],
      /both change one/,
    );
    await refused(
      'src/x.ts',
      [CODE, `${CODE}${fn('two')}`, `${CODE}${fn('two').replace('2', '3')}`],
      /both add two/,
    );
    await refused(
      'src/x.ts',
      [CODE, `${CODE}\nstart();\n`, `${CODE}\nstop();\n`],
      /not only what is named: start/,
    );
    await refused(
      'src/x.ts',
      [CODE, CODE.slice(0, CODE.indexOf('\nexport function one')), CODE.replace('return 1', 'return 3')],
      /deletes/,
    );
    await refused('src/x.ts', [CODE, `${CODE}function (`, `${CODE}${fn('two')}`], /taken apart/);
    await refused(
      'src/x.ts',
      [CODE, `import { two } from './two.ts';\n${CODE}`, `${CODE}${fn('two')}`],
      /the name two/,
    );
    await refused('src/x.rs', ['a', 'b', 'c'], /no files of this kind/);
    await refused('src/x.ts', [CODE, `${CODE}${fn('two')}`, CODE], /not what both added/);
    const swap = CODE.replace(/^import .*\n(import .*\n)/m, '$1');
    await refused(
      'src/x.ts',
      [CODE, swap.replace('\n\n/**', "\nimport { a } from './a.ts';\n\n/**"), `${CODE}${fn('two')}`],
      /order/,
    );
    await refused(
      'src/x.ts',
      [
        CODE,
        CODE.replace('\n}\n\nexport f', '\n}; \n\nexport f'),
        CODE.replace('function one', 'function uno'),
      ],
      /./,
    );
  });

  it('gets the tests of both, also within a suite', async () => {
    const suite = `import { it } from 'node:test';\n\ndescribe('a', () => {\n  it('one', () => {\n    run(1);\n  });\n});\n`;
    const add = (name: string) =>
      suite.replace('  });\n});', `  });\n\n  it('${name}', () => {\n    run(1);\n  });\n});`);
    const { text, patterns } = await resolved('a.test.ts', [suite, add('two'), add('three')]);
    assert.equal(patterns, 'tests');
    assert.equal(
      text,
      add('two').replace('  });\n});', `  });\n\n  it('three', () => {\n    run(1);\n  });\n});`),
    );
    await refused(
      'a.test.ts',
      [suite, add('two'), add('two').replace('run(1);\n  });\n});', 'run(2);\n  });\n});')],
      /both add test two/,
    );
    await refused(
      'a.test.ts',
      [suite, suite.replace('run(1)', 'run(1);\n    x()'), suite.replace('run(1)', 'y();\n    run(1)')],
      /both change test one/,
    );
  });

  it('gets what both add in Python', async () => {
    const base =
      '"""Doc."""\nimport os\n\n\nclass A:\n    x = 1\n\n    def m(self):\n        return 1\n\n\ndef one():\n    return 1\n';
    const ours = `${base
      .replace('import os\n', 'import os\nfrom a import b\n')
      .replace(
        '        return 1\n',
        '        return 1\n\n    @property\n    def n(self):\n        return 2\n',
      )}\n\n# About two.\n@dec\ndef two():\n    return 2\n`;
    const theirs =
      base
        .replace('import os\n', 'import os\nfrom c import d\n')
        .replace('        return 1\n', '        return 1\n\n    def p(self):\n        return 3\n') +
      '\n\ndef three():\n    return 3\n';
    const { text, patterns } = await resolved('a.py', [base, ours, theirs]);
    assert.equal(patterns, 'imports symbols');
    assert.equal(
      text,
      '"""Doc."""\nimport os\nfrom a import b\nfrom c import d\n\n\nclass A:\n    x = 1\n\n    def m(self):\n        return 1\n\n    @property\n    def n(self):\n        return 2\n\n    def p(self):\n        return 3\n\n\ndef one():\n    return 1\n\n\n# About two.\n@dec\ndef two():\n    return 2\n\n\ndef three():\n    return 3\n',
    );
    await refused(
      'a.py',
      [base, base.replace('x = 1', 'x = 1\n    y = 2'), base.replace('x = 1', 'x = 1\n    z = 3')],
      /not only what is named/,
    );
  });
});

describe('a file of settings that both sides changed', () => {
  const PACKAGE =
    '{\n  "name": "x",\n  "dependencies": {\n    "b": "1",\n    "m": "1"\n  },\n  "scripts": {\n    "test": "t"\n  }\n}\n';

  it('gets the dependencies and keys of both, in order where they were', async () => {
    const ours = PACKAGE.replace('"m": "1"', '"m": "1",\n    "z": "2"').replace(
      '"test": "t"',
      '"test": "t",\n    "lint": "l"',
    );
    const theirs = PACKAGE.replace('"m": "1"', '"m": "1",\n    "n": "3"').replace(
      '"test": "t"',
      '"test": "t",\n    "build": "b"',
    );
    const { text, patterns } = await resolved('package.json', [PACKAGE, ours, theirs]);
    assert.deepEqual(Object.keys(JSON.parse(text).dependencies), ['b', 'm', 'n', 'z']);
    assert.deepEqual(
      Object.keys(JSON.parse(text).scripts),
      ['test', 'lint', 'build'].sort(
        (a, b) => ['test', 'build', 'lint'].indexOf(a) - ['test', 'build', 'lint'].indexOf(b),
      ),
    );
    assert.equal(patterns, 'dependencies keys');
  });

  it('is left alone when they want one thing to be different', async () => {
    const add = (line: string) => PACKAGE.replace('"m": "1"', `"m": "1",\n    ${line}`);
    await refused('package.json', [PACKAGE, add('"z": "1"'), add('"z": "2"')], /both add z/);
    const dev = PACKAGE.replace('"scripts"', '"devDependencies": {\n    "z": "2"\n  },\n  "scripts"');
    await refused(
      'package.json',
      [
        PACKAGE,
        add('"z": "1"').replace('"x"', '"y"'),
        dev.replace('"name": "x",', '"name": "x",\n  "k": 1,'),
      ],
      /both add z, in another way/,
    );
    await refused(
      'package.json',
      [PACKAGE, PACKAGE.replace('"b": "1"', '"b": "2"'), PACKAGE.replace('"b": "1"', '"b": "3"')],
      /both change b/,
    );
    await refused(
      'package.json',
      [PACKAGE, add('"y": "1"').replace('\n}\n', '\n'), add('"z": "2"')],
      /taken apart/,
    );
  });

  it('may have comments, and may be new on both sides', async () => {
    const base = '{\n  // about a\n  "a": 1, // one\n}\n';
    const { text } = await resolved('tsconfig.json', [
      base,
      base.replace('// one', '// one\n  "b": 2,'),
      base.replace('// one', '// one\n  // about c\n  "c": { "d": 1 },'),
    ]);
    assert.equal(text, base.replace('// one', '// one\n  "b": 2,\n  // about c\n  "c": { "d": 1 },'));
    const made = await resolved('x.json', [null, '{\n  "a": 1\n}\n', '{\n  "b": 2\n}\n']);
    assert.equal(made.text, '{\n  "a": 1,\n  "b": 2\n}\n');
  });

  it('is YAML', async () => {
    const base = '# top\nname: x\njobs:\n  # the test\n  test:\n    runs-on: y\n    steps:\n      - run: a\n';
    const { text, patterns } = await resolved('.github/workflows/a.yml', [
      base,
      `${base}  lint:\n    runs-on: z\n`,
      `${base}  # more\n  build:\n    runs-on: w\nother: 1\n`,
    ]);
    assert.equal(patterns, 'keys');
    assert.equal(text, `${base}  # more\n  build:\n    runs-on: w\n  lint:\n    runs-on: z\nother: 1\n`);
    await refused(
      'a.yaml',
      [base, `${base}      - run: b\n`, `${base}      - run: c\n`],
      /both change steps/,
    );
    await refused(
      'a.yaml',
      [base, `${base}  lint:\n    a: 1\n`, `${base}  lint:\n    a: 2\n`],
      /both add lint/,
    );
  });

  it('is TOML', async () => {
    const base =
      '# top\n[project]\nname = "x"\ndependencies = [\n  "a>=1",\n  "b"\n]\n\n[tool.x]\nk = """\n[no]\n"""\n';
    const ours = `${base.replace('"b"\n', '"b",\n  "My_Lib[x]>=2"\n')}\n# about y\n[tool.y]\na = 1\n`;
    const theirs = `${base.replace('"b"\n', '"b",\n  "c ; python_version < \'3\'",\n')}l = 2\n\n[tool.z]\na = 1\n`;
    const { text, patterns } = await resolved('pyproject.toml', [base, ours, theirs]);
    assert.equal(patterns, 'dependencies keys');
    assert.equal(
      text,
      base.replace('"b"\n', '"b",\n  "c ; python_version < \'3\'",\n  "My_Lib[x]>=2",\n') +
        'l = 2\n\n# about y\n[tool.y]\na = 1\n\n[tool.z]\na = 1\n',
    );
    await refused(
      'pyproject.toml',
      [base, base.replace('"b"\n', '"b",\n  "c>1"\n'), base.replace('"b"\n', '"b",\n  "C>2"\n')],
      /both add c/,
    );
    const cargo = '[package]\nname = "x"\n\n[dependencies]\nserde = "1"\n';
    const crates = await resolved('Cargo.toml', [
      cargo,
      `${cargo}tokio = "1"\n`,
      `${cargo}rand = { version = "1" }\n`,
    ]);
    assert.equal(crates.text, `${cargo}rand = { version = "1" }\ntokio = "1"\n`);
    assert.equal(crates.patterns, 'dependencies');
  });

  it('is a list of lines', async () => {
    const list = 'a==1\n# about b\nB_c>=2\n';
    const { text } = await resolved('requirements-dev.txt', [list, `${list}z\n`, `${list}x[y] ~= 1\n`]);
    assert.equal(text, `${list}x[y] ~= 1\nz\n`);
    await refused('requirements.txt', [list, `${list}z==1\n`, `${list}Z==2\n`], /both add z/);
    const sums = 'm v1 h1:a=\nm v1/go.mod h1:b=\n';
    assert.equal(
      (await resolved('go.sum', [sums, `${sums}n v1 h1:c=\n`, `${sums}o v1 h1:d=\n`])).text,
      `${sums}n v1 h1:c=\no v1 h1:d=\n`,
    );
    await refused('go.sum', [sums, `${sums}n v1 h1:c=\n`, `${sums}n v1 h1:d=\n`], /both add n v1/);
    assert.equal((await resolved('.gitignore', ['a\n', 'a\nb\n', 'a\nc\n'])).text, 'a\nb\nc\n');
    await refused('.gitignore', ['a\n', 'a\n!b\n', 'a\nc\n'], /taken apart/);
  });
});
