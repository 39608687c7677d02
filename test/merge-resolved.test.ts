/** Conflicts that need nobody, with the real binary: both sides add imports, functions, tests and packages. */

import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { makeProject, type Project } from './lib/project.ts';

const MANIFEST = { name: 'app', version: '1.0.0', type: 'module', private: true };

function packageOf(...names: readonly string[]): string {
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:packages/${name}`]));
  return `${JSON.stringify({ ...MANIFEST, dependencies }, null, 2)}\n`;
}

function lockOf(...names: readonly string[]): string {
  const dependencies = Object.fromEntries(names.map((name) => [name, `file:packages/${name}`]));
  const packages = {
    '': { name: 'app', version: '1.0.0', dependencies },
    ...Object.fromEntries(
      names.flatMap((name) => [
        [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }],
        [`packages/${name}`, { version: '1.0.0' }],
      ]),
    ),
  };
  return `${JSON.stringify({ name: 'app', version: '1.0.0', lockfileVersion: 3, requires: true, packages }, null, 2)}\n`;
}

const CODE = "import { zero } from './zero.js';\n\nexport function sum(a, b) {\n  return a + b + zero;\n}\n";

function codeWith(name: string): string {
  const imported = CODE.replace('import', `import { ${name} } from './${name}.js';\nimport`);
  return `${imported}\nexport function add${name}(a) {\n  return sum(a, ${name});\n}\n`;
}

const small = (name: string): string => `${JSON.stringify({ name, version: '1.0.0' })}\n`;

/** Each begins from the base: they meet only when they are merged. */
function recipe(change: (name: string) => Readonly<Record<string, string>>): string {
  const task = (id: string, name: string): string =>
    [
      `  ${id}:`,
      ...Object.entries(change(name)).map(
        ([path, text]) => `    - write: {path: ${path}, text: ${JSON.stringify(text)}}`,
      ),
      // Both have begun before one has ended.
      `    - run: 'touch "$STARTS.${name}"; until [ -e "$STARTS.one" ] && [ -e "$STARTS.two" ]; do sleep 0.05; done'`,
    ].join('\n');
  return `tasks:\n${task('task-001', 'one')}\n${task('task-002', 'two')}\n`;
}

/** What each brought does what it did. */
const CHECK = `import * as sum from './src/sum.js';
const added = [sum.addone, sum.addtwo].filter((add) => add !== undefined);
process.exit(added.every((add) => add(1) === 2) ? 0 : 1);
`;

const FILES = {
  'src/sum.js': CODE,
  'check.js': CHECK,
  'src/zero.js': 'export const zero = 0;\n',
  'package.json': packageOf('base'),
  'package-lock.json': lockOf('base'),
  ...Object.fromEntries(['base', 'one', 'two'].map((name) => [`packages/${name}/package.json`, small(name)])),
};
const CHANGED = (name: string): Readonly<Record<string, string>> => ({
  'src/sum.js': codeWith(name),
  [`src/${name}.js`]: `export const ${name} = 1;\n`,
  'package.json': packageOf('base', name),
  'package-lock.json': lockOf('base', name),
});

const projects: Project[] = [];
after(() => {
  for (const project of projects) project.remove();
});

function project(config: string): Project {
  const made = makeProject({
    files: FILES,
    waves: [{ tasks: { 'task-001': { create: 'src/one.js' }, 'task-002': { create: 'src/two.js' } } }],
    recipe: recipe(CHANGED),
    config: `retries: 0\nmaxParallel: 2\nchecks:\n  enabled: false\n${config}`,
  });
  projects.push(made);
  return made;
}

interface Report {
  readonly conflicts: readonly {
    readonly outcome: string;
    readonly tested: boolean | null;
    readonly resolved: readonly { readonly path: string; readonly pattern: string }[];
  }[];
}

describe('cox run with work that meets in one file', () => {
  it('merges it at once where both only added something, and tests the result', async () => {
    const made = project('mergeTest: node check.js\n');
    const ended = await made.cox(['run', made.plan], { STARTS: `${made.root}/starts` });
    assert.equal(ended.code, 0, `${ended.stdout}${ended.stderr}`);
    assert.match(
      `${ended.stdout}${ended.stderr}`,
      /conflicts resolved in .*src\/sum\.js \(imports, symbols\)/,
    );
    const [branch = ''] = made
      .git(['for-each-ref', '--format=%(refname:short)', 'refs/heads/integration'])
      .split('\n');
    const code = made.git(['show', `${branch}:src/sum.js`]);
    for (const part of ['./one.js', './two.js', 'addone', 'addtwo'])
      assert.equal(code.split(part).length, 2, code);
    const manifest: unknown = JSON.parse(made.git(['show', `${branch}:package.json`]));
    assert.partialDeepStrictEqual(manifest, JSON.parse(packageOf('base', 'one', 'two')));
    const lock: unknown = JSON.parse(made.git(['show', `${branch}:package-lock.json`]));
    assert.partialDeepStrictEqual(lock, JSON.parse(lockOf('base', 'one', 'two')));
    const report: Report = JSON.parse((await made.cox(['report', '--json'])).stdout);
    const [conflict] = report.conflicts;
    assert.deepEqual([report.conflicts.length, conflict?.outcome, conflict?.tested], [1, 'resolved', true]);
    assert.deepEqual(conflict?.resolved.map(({ path, pattern }) => `${path} ${pattern}`).sort(), [
      'package-lock.json lockfile',
      'package.json dependencies',
      'src/sum.js imports',
      'src/sum.js symbols',
    ]);
  });

  for (const place of ['after-intent:merge.starting:2', 'after-effect:merge.starting:2']) {
    it(`comes to the same after a crash at ${place}`, async () => {
      const made = project('mergeTest: node check.js\n');
      const starts = { STARTS: `${made.root}/starts` };
      const crashed = await made.cox(['run', made.plan], { ...starts, COX_FAULT: place });
      assert.equal(crashed.signal, 'SIGKILL', `${crashed.stdout}${crashed.stderr}`);
      const resumed = await made.cox(['resume'], starts);
      assert.equal(resumed.code, 0, `${resumed.stdout}${resumed.stderr}`);
      const report: Report = JSON.parse((await made.cox(['report', '--json'])).stdout);
      assert.deepEqual(
        report.conflicts.map(({ outcome, resolved }) => [outcome, resolved.length]),
        [['resolved', 4]],
      );
    });
  }

  it('leaves it to the user when that is switched off, nobody resolves and no try is left', async () => {
    const made = project('merge:\n  resolve: "off"\n');
    const ended = await made.cox(['run', made.plan], { STARTS: `${made.root}/starts` });
    assert.equal(ended.code, 4, `${ended.stdout}${ended.stderr}`);
    assert.match(`${ended.stdout}${ended.stderr}`, /conflicts in .*src\/sum\.js/);
  });
});
