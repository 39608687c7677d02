import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import ts from 'typescript';

import { outlineOf } from './outline.ts';
import { languageOf, parseSource } from './syntax.ts';

/** As `name first-last`, with `-` behind what nobody else can see. */
async function outline(path: string, text: string): Promise<readonly string[]> {
  const language = languageOf(path);
  assert.ok(language);
  const source = await parseSource(text, language);
  assert.ok(source);
  return outlineOf(source).symbols.map(({ name, from, to, hidden }) => {
    const lines = `${source.lineAt(from)}-${source.lineAt(to - 1)}`;
    return `${name} ${lines}${hidden ? ' -' : ''}`;
  });
}

it('a file is read however seldom this process has its turn', async (t) => {
  let now = 0;
  t.mock.method(performance, 'now', () => {
    now += 70_000;
    return now;
  });
  assert.deepEqual(await outline('a.ts', 'export const a = 1;\n'), ['a 1-1']);
});

describe('the outline of a file', () => {
  it('has the declarations of TypeScript, with decorators and comments', async () => {
    const text = `/** Doc. */
@dec() export class A<T> extends B {
  /** d */
  @x() private readonly p: number = 1;
  #q;
  static get v(): string { return ''; }
  set v(to: string) {}
  constructor(private a: string) { super(); }
  async m?(x: T): Promise<void> {}
  ['k']() {}
}

// apart

export interface I { a: string; m(x: string): void; 'quoted-n': 1 }
export type T1 = { a: string } & Z;
export const enum E { A = 1 }
export const f = (a) => a, g = 2;
export default function main() {}
namespace N { export const z = 1; }
const hidden = { k1: 1, k2() {}, 'k3': () => 2 }, { d1, x: d2 } = y;
function late() {}
export { late };
declare function ambient(): void;
declare global { interface Window { a: 1 } }
const [h1] = q;
export function over(a: string): string;
export function over(a: any) { return a; }
export abstract class X { abstract run(): void; }
`;
    assert.deepEqual(await outline('a.ts', text), [
      'A 1-11',
      'A.p 3-4 -',
      'A.#q 5-5 -',
      'A.v 6-6',
      'A.v 7-7',
      'A.constructor 8-8',
      'A.m 9-9',
      'I 15-15',
      'I.a 15-15',
      'I.m 15-15',
      'I.quoted-n 15-15',
      'T1 16-16',
      'E 17-17',
      'f 18-18',
      'g 18-18',
      'default 19-19',
      'main 19-19',
      'N 20-20 -',
      'N.z 20-20',
      'hidden 21-21 -',
      'hidden.k1 21-21',
      'hidden.k2 21-21',
      'hidden.k3 21-21',
      'd1 21-21 -',
      'd2 21-21 -',
      'late 22-22',
      'ambient 24-24 -',
      'Window 25-25 -',
      'Window.a 25-25',
      'h1 26-26 -',
      'over 27-27',
      'over 28-28',
      'X 29-29',
      'X.run 29-29',
    ]);
  });

  it('has what JavaScript exports by assignment', async () => {
    const text =
      'module.exports = { one, two() {} };\nexports.three = () => 3;\nA.prototype.run = function () {};\n';
    assert.deepEqual(await outline('a.cjs', text), [
      'module.exports 1-1',
      'one 1-1',
      'two 1-1',
      'three 2-2',
      'A.prototype.run 3-3',
    ]);
  });

  it('has the definitions and names of Python', async () => {
    const text = `"""Doc."""
# About A.
@dec(1)
@other
class A(Base):
    x: int = 1

    @property
    async def m(self) -> None:
        self.y = 1

        def inner():
            pass

if CHECK:
    def g(): pass
else:
    def g(): return 1
urls = [
    1,
]
urls += [2]
a, _b = 1, 2
type Alias = int | str
`;
    assert.deepEqual(await outline('a.py', text), [
      'A 2-13',
      'A.x 6-6',
      'A.m 8-13',
      'A.m.inner 12-13',
      'g 16-16',
      'g 18-18',
      'urls 19-21',
      'urls 22-22',
      'a 23-23',
      '_b 23-23 -',
      'Alias 24-24',
    ]);
  });

  it('has the lines that TypeScript itself gives, of every declaration of this project’s core', async () => {
    const folder = join(import.meta.dirname, '../../core');
    let count = 0;
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(join(folder, name), 'utf8');
      // Comments above count here, and not there; last lines are the same.
      const own = new Set((await outline(name, text)).map((line) => line.replace(/ \d+-(\d+).*$/, ' $1')));
      for (const expected of declarations(name, text)) {
        count += 1;
        assert.ok(own.has(expected), `${name}: ${expected}`);
      }
    }
    assert.ok(count > 500, `${count} declarations`);
  });
});

/** As `name last-line`, of the top of a file and of classes and interfaces. */
function declarations(name: string, text: string): readonly string[] {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest);
  const found: string[] = [];
  const visit = (node: ts.Node, prefix: string): void => {
    if (ts.isVariableStatement(node)) {
      const [only, second] = node.declarationList.declarations;
      if (only !== undefined && second === undefined && ts.isIdentifier(only.name))
        add(only.name, node, prefix);
      return;
    }
    if (!('name' in node) || !isNamed(node)) return;
    const dotted = add(node.name, node, prefix);
    if (ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node)) {
      for (const member of node.members) visit(member, dotted);
    }
  };
  const add = (id: ts.Node, node: ts.Node, prefix: string): string => {
    const dotted = prefix === '' ? id.getText(file) : `${prefix}.${id.getText(file)}`;
    found.push(`${dotted} ${file.getLineAndCharacterOfPosition(node.getEnd()).line + 1}`);
    return dotted;
  };
  for (const statement of file.statements) visit(statement, '');
  return found;
}

function isNamed(node: ts.Node): node is ts.Node & { readonly name: ts.Node } {
  return 'name' in node && node.name !== undefined;
}
