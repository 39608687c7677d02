import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import fc from 'fast-check';

import { type CommitBench, openCommitBench } from '../../../testing/commit-bench.ts';
import { hostileText } from '../../../testing/hostile-text.ts';
import { parseSource } from '../../symbols/syntax.ts';
import { pythonTypes } from './python-types.ts';
import { scriptTypes } from './script-types.ts';
import { typeContract } from './type-contract.ts';

const TS = `
/** One line of the ledger. */
export interface Expense {
  who: string;
  readonly cents: number;
  note?: string;
  tags: Array<'food' | "rent">;
  pay(by: string, at?: Date): Promise<void>;
}
export type Key = string | number;
export type Point = { x: number, y: number };
export enum Color { Red = 'red', Blue = 'blue' }
`;

const PY = `
from typing import List, Optional, Protocol, TypedDict
from enum import Enum

class Color(str, Enum):
    RED = "red"
    BLUE = "blue"

@dataclass
class Expense:
    """One line."""
    who: str
    cents: int = 0
    tags: List[str]
    parent: Optional["Expense"] = None
    kind: Literal["a", "b"]

class Row(TypedDict, total=False):
    key: str

class Store(Protocol):
    def save(self, row: Row) -> bool: ...

Key = str | int
`;

describe('the types of a contract', () => {
  let bench: CommitBench;
  before(async () => {
    bench = await openCommitBench();
  });
  after(() => bench.close());

  /** As `status: detail`, then `path:line message`. */
  async function ask(
    [path, text]: readonly [string, string],
    tip: Readonly<Record<string, string | null>>,
    base: Readonly<Record<string, string>> = { 'README.md': 'x' },
  ): Promise<readonly string[]> {
    const question = { contract: { path, text }, ...bench.pair(base, tip) };
    const isInScope = (file: string): boolean => file.startsWith('src/');
    const { status, findings } = await typeContract({ ...question, isInScope }, bench.reader);
    return [status, ...findings.map((each) => `${each.path}:${each.line ?? '-'} ${each.message}`)];
  }
  const ts = ['contracts/types.ts', TS] as const;
  const py = ['contracts/types.py', PY] as const;

  it('are the same in other words', async () => {
    const code = `// mine
export type Expense = {
  tags: ("rent"|'food')[], // of a kind
  who: string
  pay: (by: string, at?: Date) => Promise<void>,
  readonly cents: number
  note?: string
}
type Key = number | string
export interface Point { y: number; x: number }
export enum Color { Blue = "blue", Red = "red" }
export { type Key }
`;
    assert.deepEqual(await ask(ts, { 'src/model.ts': code }), ['passed']);
    const python = `from enum import Enum
class Color(Enum):
    BLUE = 'blue'
    RED = 'red'
@dataclass(frozen=True)
class Expense:
    who: str
    cents: int = 5
    tags: list[str]
    parent: Expense | None = None
    kind: typing.Literal['a', 'b']
    def total(self): return self.cents
class Row(TypedDict):
    key: str
Key = Union[int, str]
`;
    assert.deepEqual(await ask(py, { 'src/model.py': python }), [
      'failed',
      'src/model.py:14 `Row.key` is required; in the contract it is optional',
    ]);
  });

  it('are named where they differ', async () => {
    const code = `export interface Expense {
  who: number;
  cents: number;
  note: string;
  tags: ('food' | 'rent')[];
  extra: boolean;
  hint?: string;
}
export type Key = string;
export type Point = { x: number; y: number };
export enum Color { Red = 'red', Green = 'green' }
`;
    assert.deepEqual(await ask(ts, { 'src/model.ts': code }), [
      'failed',
      'src/model.ts:2 `Expense.who` is number; in the contract it is string',
      'src/model.ts:3 `Expense.cents` is number; in the contract it is readonly number',
      'src/model.ts:4 `Expense.note` is required; in the contract it is optional',
      'src/model.ts:1 `Expense.pay` of the contract is missing',
      'src/model.ts:6 `Expense.extra` is not in the contract',
      'src/model.ts:9 `Key` is string; in the contract it is number | string',
      'src/model.ts:11 `Color.Blue` of the contract is missing',
      'src/model.ts:11 `Color.Green` is not in the contract',
      'src/model.ts:7 `Expense.hint` is not in the contract',
    ]);
    const python = `class Expense(BaseModel):
    who: int
    tags: List[int]
    parent: Optional["Expense"] = None
    more: str
class Store(Protocol):
    def save(self, row: Row, twice: bool) -> bool: ...
`;
    assert.deepEqual(await ask(py, { 'src/model.py': python }), [
      'failed',
      'src/model.py:2 `Expense.who` is int; in the contract it is str',
      'src/model.py:1 `Expense.cents` of the contract is missing',
      'src/model.py:3 `Expense.tags` is list[int]; in the contract it is list[str]',
      'src/model.py:1 `Expense.kind` of the contract is missing',
      'src/model.py:5 `Expense.more` is not in the contract',
      'src/model.py:7 `Store.save` is (self,row:Row,twice:bool)->bool; in the contract it is (self,row:Row)->bool',
    ]);
  });

  it('may be kept by a class, with more methods and hidden members', async () => {
    const code = `export class Expense extends Base {
  note?: string;
  tags!: ('food' | 'rent')[];
  #secret = 1;
  static all: Expense[] = [];
  constructor(public who: string, readonly cents: number, private db: Db) { super(); }
  async pay(by: string, at?: Date): Promise<void> {}
  more(): void {}
}
`;
    assert.deepEqual(await ask(ts, { 'src/model.ts': code }), ['passed']);
  });

  it('may be inherited, which is said', async () => {
    const [status, first] = await ask(['contracts/t.ts', 'export interface A { a: string }'], {
      'src/a.ts': 'export interface A extends Base {}\n',
    });
    assert.equal(status, 'warning');
    assert.equal(first, 'src/a.ts:1 `A.a` of the contract is missing, unless it is inherited');
  });

  it('are not looked for outside of the scope, and "not run" says so', async () => {
    assert.deepEqual(await ask(ts, { 'lib/model.ts': 'export type Key = boolean;\n' }), ['not run']);
    assert.deepEqual(await ask(['contracts/x.ts', 'const a = 1;'], { 'src/a.ts': '' }), ['not run']);
  });

  it('are not held against the task where they differed before', async () => {
    const old = 'export type Key = boolean;\n';
    assert.deepEqual(await ask(ts, { 'src/b.ts': 'x\n' }, { 'src/model.ts': old }), [
      'warning',
      'src/model.ts:1 `Key` is boolean; in the contract it is number | string (as on the base)',
    ]);
  });

  it('must stay exported', async () => {
    const base = { 'src/model.ts': 'export type Key = string | number;\n' };
    assert.deepEqual(await ask(ts, { 'src/model.ts': 'type Key = string | number;\n' }, base), [
      'failed',
      'src/model.ts:- `Key` of the contract was exported here on the base and is no longer',
    ]);
    const moved = {
      'src/model.ts': "export type { Key } from '../lib/k.ts';\n",
      'lib/k.ts': base['src/model.ts'],
    };
    assert.deepEqual(await ask(ts, moved, base), ['not run']);
  });

  it('are read from any text', async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        for (const language of ['typescript', 'python'] as const) {
          const source = await parseSource(
            `${language === 'python' ? 'class A:\n  ' : 'export interface A {'}${text}`,
            language,
          );
          assert.ok(source);
          assert.ok(Array.isArray(language === 'python' ? pythonTypes(source) : scriptTypes(source)));
        }
      }),
    );
    const deep = await parseSource(`export type A = ${'('.repeat(20_000)}`, 'typescript');
    assert.ok(deep);
    scriptTypes(deep);
    const union = await parseSource(`export type A = ${'{a:'.repeat(3000)}`, 'typescript');
    assert.ok(union);
    scriptTypes(union);
  });
});
