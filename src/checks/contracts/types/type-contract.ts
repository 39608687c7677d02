/** Whether the types that a contract file declares are, where the code declares them too, what the contract says. */

import type { Commit } from '../../../core/attempt.ts';
import type { TextFile } from '../../../core/plan.ts';
import type { CheckFinding } from '../../../core/proof.ts';
import type { CommitReader } from '../../../ports/commit-reader.ts';
import { languageOf, parseSource } from '../../symbols/syntax.ts';
import type { ContractAnswer } from '../found.ts';
import { compareShapes, type Difference } from './compare-shapes.ts';
import { pythonTypes } from './python-types.ts';
import { scriptTypes } from './script-types.ts';
import type { TypeShape } from './type-shape.ts';

export interface TypeQuestion {
  readonly contract: TextFile;
  readonly base: Commit;
  readonly tip: Commit;
  /** Which files are looked into. */
  readonly isInScope: (path: string) => boolean;
}

interface FileShapes {
  readonly path: string;
  readonly shapes: readonly TypeShape[];
}

/** Of one language family in a scope; more would be a scope that says nothing. */
const MOST_FILES = 500;

export async function typeContract(question: TypeQuestion, reader: CommitReader): Promise<ContractAnswer> {
  const { contract, base, tip, isInScope } = question;
  const promised = (await shapesOf(contract.path, contract.text))?.filter(({ exported }) => exported);
  if (promised === undefined || promised.length === 0)
    return notRun(contract, 'declares no type that could be compared');
  const names = promised.map(({ name }) => name);
  const look = { names, family: familyOf(contract.path), isInScope };
  const now = await declared(look, tip, reader);
  const before = await declared(look, base, reader);
  const findings = [
    ...promised.flatMap((type) => differences(type, now, before)),
    ...(await lost(promised, {
      now,
      before,
      stillExports: (path, name) => reExports(question, reader, path, name),
    })),
  ];
  const count = now.flatMap(({ shapes }) => shapes).length;
  if (count === 0 && findings.length === 0)
    return notRun(
      contract,
      `no file in the scope declares ${promised.length === 1 ? `\`${names[0]}\`` : `one of its ${promised.length} types`}`,
    );
  const failed = findings.filter(({ is }) => is === 'breach');
  const notes = findings.filter(({ is }) => is === 'note');
  const outcome = failed.length > 0 ? counted(failed.length, 'difference') : 'as agreed';
  return {
    status: failed.length > 0 ? 'failed' : notes.length > 0 ? 'warning' : 'passed',
    detail: `${contract.path}: ${counted(count, 'declaration')} of ${counted(promised.length, 'type')}, ${outcome}`,
    findings: [...failed, ...notes].map(({ finding }) => finding),
  };
}

interface Found {
  readonly is: Difference['is'];
  readonly finding: CheckFinding;
}

/** What differed in the same way before the task began is only shown. */
function differences(type: TypeShape, now: readonly FileShapes[], before: readonly FileShapes[]): Found[] {
  return now.flatMap(({ path, shapes }) => {
    const old = before.find((file) => file.path === path)?.shapes ?? [];
    const known = new Set(
      ofName(old, type.name).flatMap((shape) => compareShapes(type, shape).map(({ message }) => message)),
    );
    return ofName(shapes, type.name).flatMap((shape) =>
      compareShapes(type, shape).map(({ is, line, message }): Found => {
        if (!known.has(message)) return { is, finding: { path, line, message } };
        return { is: 'note', finding: { path, line, message: `${message} (as on the base)` } };
      }),
    );
  });
}

interface Exports {
  readonly now: readonly FileShapes[];
  readonly before: readonly FileShapes[];
  readonly stillExports: (path: string, name: string) => Promise<boolean>;
}

/** Exported on the base, and by no file now. */
async function lost(types: readonly TypeShape[], { now, before, stillExports }: Exports): Promise<Found[]> {
  const found: Found[] = [];
  for (const { name } of types) {
    const was = exporting(before, name);
    if (was === undefined || exporting(now, name) !== undefined) continue;
    if (await stillExports(was.path, name)) continue;
    const message = `\`${name}\` of the contract was exported here on the base and is no longer`;
    found.push({ is: 'breach', finding: { path: was.path, message } });
  }
  return found;
}

function exporting(files: readonly FileShapes[], name: string): FileShapes | undefined {
  return files.find(({ shapes }) => ofName(shapes, name).some(({ exported }) => exported));
}

/** It was moved to a file that is not looked into, and is passed on from there. */
async function reExports(
  { tip }: TypeQuestion,
  reader: CommitReader,
  path: string,
  name: string,
): Promise<boolean> {
  const text = (await reader.read(tip, path)) ?? '';
  const statements = text.match(/\b(?:export|from)\b[^;]*/g) ?? [];
  return statements.some(
    (each) => /\b(?:from|import)\b/.test(each) && (each.includes(name) || /[*]\s*from/.test(each)),
  );
}

function ofName(shapes: readonly TypeShape[], name: string): readonly TypeShape[] {
  return shapes.filter((shape) => shape.name === name);
}

interface Look {
  readonly names: readonly string[];
  readonly family: Family;
  readonly isInScope: (path: string) => boolean;
}

type Family = 'script' | 'python' | null;

function familyOf(path: string): Family {
  const language = languageOf(path);
  if (language === null) return null;
  return language === 'python' ? 'python' : 'script';
}

async function declared(look: Look, commit: Commit, reader: CommitReader): Promise<readonly FileShapes[]> {
  const paths = (await reader.list(commit)).filter(
    (path) => familyOf(path) === look.family && look.isInScope(path),
  );
  const found: FileShapes[] = [];
  for (const path of paths.slice(0, MOST_FILES)) {
    const text = await reader.read(commit, path);
    if (text === null || !look.names.some((name) => text.includes(name))) continue;
    const shapes = (await shapesOf(path, text))?.filter(({ name }) => look.names.includes(name)) ?? [];
    if (shapes.length > 0) found.push({ path, shapes });
  }
  return found;
}

async function shapesOf(path: string, text: string): Promise<readonly TypeShape[] | null> {
  const language = languageOf(path);
  const source = language === null ? null : await parseSource(text, language);
  if (source === null) return null;
  return source.language === 'python' ? pythonTypes(source) : scriptTypes(source);
}

function notRun({ path }: TextFile, reason: string): ContractAnswer {
  return { status: 'not run', detail: `${path}: ${reason}`, findings: [] };
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
