/** A file of another tool's, YAML or JSON, of which a few fields are read. Total: any text gives fields or problems. */

import { isNode, isScalar, LineCounter, parseAllDocuments, parseDocument } from 'yaml';
import type { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import type { ConfigProblem } from '../problem.ts';
import { suggest } from '../suggest.ts';

export interface FamilyText {
  /** As the user knows it; problems name it. */
  readonly name: string;
  readonly text: string;
}

export interface FamilyFile<T> {
  readonly value: T;
  /** `.claude/auto-context.yaml:3:5`: of the value at the path, or of the nearest thing around it. */
  where(path: readonly PropertyKey[]): string;
}

/** What is written there and is not followed, with what is done instead. */
export interface FamilyNote {
  readonly where: string;
  readonly message: string;
  readonly remedy: string;
}

/** For an object of a schema that is something else. */
export const NO_FIELDS = 'must hold fields';

/** Fields that the schema does not have belong to the other tool and are passed over. */
export function readFamilyFile<T>(
  { name, text }: FamilyText,
  schema: z.ZodType<T>,
): Result<FamilyFile<T>, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const problem = (where: string, message: string, remedy: string): ConfigProblem => ({
    origin: 'project config',
    where,
    message,
    remedy,
  });
  try {
    const options = { lineCounter: lines, prettyErrors: false, logLevel: 'silent' } as const;
    const [document = parseDocument(text, options), ...others] = parseAllDocuments(text, options);
    const [broken] = document.errors;
    if (broken !== undefined)
      return err([problem(place(broken.pos[0]), `cannot be read: ${broken.message}`, 'Mend it.')]);
    // A line of dashes at the end begins one with nothing in it.
    const second = others.find(
      ({ contents }) => isNode(contents) && !(isScalar(contents) && contents.value === null),
    );
    if (second !== undefined)
      return err([
        problem(place(second.range[0]), 'a second document begins here, which is not read', 'Make them one.'),
      ]);
    const where = (path: readonly PropertyKey[]): string => {
      for (let length = path.length; length >= 0; length -= 1) {
        const part = path.slice(0, length);
        const node = part.length === 0 ? document.contents : document.getIn(part, true);
        if (isNode(node) && node.range) return place(node.range[0]);
      }
      return place(0);
    };
    const parsed = schema.safeParse(document.toJS({ maxAliasCount: 20 }) ?? {});
    if (parsed.success) return ok({ value: parsed.data, where });
    return err(
      parsed.error.issues.map(({ path, message }) =>
        problem(
          where(path),
          `${path.map(String).join('.') || 'the file'}: ${message}`,
          'Give it such a value, or remove it.',
        ),
      ),
    );
  } catch (error) {
    // An alias without its anchor, too many aliases, or nesting so deep that the library's recursion ends.
    const detail = error instanceof Error ? error.message : String(error);
    return err([problem(place(0), `cannot be read: ${detail}`, 'Mend it.')]);
  }
}

/** What is nearly one of our fields was meant as one; all else is somebody's own. The known ones by the path of what holds them. */
export function misspelt<T>(
  { value, where }: FamilyFile<T>,
  known: readonly (readonly [path: readonly string[], names: readonly string[]])[],
): readonly FamilyNote[] {
  return known.flatMap(([path, names]) =>
    Object.keys(fieldsAt(value, path)).flatMap((key) => {
      const near = names.includes(key) ? undefined : suggest(key, names);
      if (near === undefined) return [];
      const message = `${[...path, key].join('.')} is not read`;
      return [{ where: where([...path, key]), message, remedy: `Did you mean ${near}?` }];
    }),
  );
}

function fieldsAt(value: unknown, path: readonly string[]): object {
  let at = value;
  for (const key of path) at = isFields(at) ? at[key] : null;
  return isFields(at) ? at : {};
}

function isFields(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
