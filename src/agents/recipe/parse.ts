/**
 * A recipe: what the embedded agent does for each task, as YAML.
 *
 * ```yaml
 * tasks:
 *   task-001:                       # the whole id or its short form
 *     - write: {path: src/users.ts, lines: ["export const users = [];"]}
 *     - commit: Add users
 *   task-002:
 *     attempts:
 *       1: [{exit: 3}]              # the first try
 *     default:                      # every other try
 *       - edit: {path: src/app.ts, find: "TODO", replace: "done"}
 * default: [{say: "nothing to do"}] # tasks that are not named
 * ```
 */

import { type Document, isAlias, isMap, isNode, isSeq, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { err, ok, type Result } from '../../core/result.ts';
import { namesTask } from '../completion/task-name.ts';
import { isStepName, STEP_NAMES, STEPS } from './schema.ts';
import type { Step } from './step.ts';

export interface Recipe {
  readonly tasks: ReadonlyMap<string, TaskRecipe>;
  /** For tasks that are not named. */
  readonly otherwise: readonly Step[] | null;
}

interface TaskRecipe {
  readonly attempts: ReadonlyMap<number, readonly Step[]>;
  /** For attempts that are not named. */
  readonly otherwise: readonly Step[] | null;
}

export interface RecipeProblem {
  /** As the caller named it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  readonly message: string;
}

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

/** Total: any text gives a recipe or located problems. `file` only names it in them. */
export function parseRecipe(text: string, file: string): Result<Recipe, readonly RecipeProblem[]> {
  const counter = new LineCounter();
  const problems: RecipeProblem[] = [];
  const at = (offset: number, message: string): void => {
    const { line, col } = counter.linePos(offset);
    problems.push({ file, line: Math.max(line, 1), column: Math.max(col, 1), message });
  };
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, logLevel: 'error' });
    for (const error of document.errors) at(error.pos[0], error.message);
    if (problems.length > 0) return err(problems);
    const recipe = readRecipe(document.toJS(), (path, message) =>
      at(offsetOf(document, path), describe(path, message)),
    );
    return problems.length > 0 ? err(problems) : ok(recipe);
  } catch (error) {
    // The YAML library throws on aliases that grow without end and on nesting deeper than the stack.
    return err([
      {
        file,
        line: 1,
        column: 1,
        message: `cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
      },
    ]);
  }
}

/** Null when the recipe says nothing about this task and has no default. */
export function stepsFor(recipe: Recipe, task: string, attempt: number): readonly Step[] | null {
  const exact = recipe.tasks.get(task);
  const named = exact ?? [...recipe.tasks].find(([name]) => namesTask(name, task))?.[1];
  if (named === undefined) return recipe.otherwise;
  return named.attempts.get(attempt) ?? named.otherwise ?? recipe.otherwise;
}

export function describeRecipeProblem(problem: RecipeProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
}

function readRecipe(value: unknown, report: Report): Recipe {
  const tasks = new Map<string, TaskRecipe>();
  const fields = readMap(value, [], report, ['tasks', 'default']);
  const named = fields.has('tasks')
    ? readMap(fields.get('tasks'), ['tasks'], report)
    : new Map<string, unknown>();
  for (const [task, recipe] of named) tasks.set(task, readTask(recipe, ['tasks', task], report));
  return {
    tasks,
    otherwise: fields.has('default') ? readSteps(fields.get('default'), ['default'], report) : null,
  };
}

function readTask(value: unknown, path: Path, report: Report): TaskRecipe {
  if (Array.isArray(value)) return { attempts: new Map(), otherwise: readSteps(value, path, report) };
  const fields = readMap(value, path, report, ['attempts', 'default']);
  const attempts = new Map<number, readonly Step[]>();
  const numbered = fields.has('attempts')
    ? readMap(fields.get('attempts'), [...path, 'attempts'], report)
    : new Map<string, unknown>();
  for (const [key, steps] of numbered) {
    const here = [...path, 'attempts', key];
    if (/^[1-9]\d{0,5}$/.test(key)) attempts.set(Number(key), readSteps(steps, here, report));
    else report(here, 'must be the number of an attempt, counted from 1');
  }
  return {
    attempts,
    otherwise: fields.has('default') ? readSteps(fields.get('default'), [...path, 'default'], report) : null,
  };
}

function readMap(
  value: unknown,
  path: Path,
  report: Report,
  known?: readonly string[],
): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    report(path, known === undefined ? 'must be a map' : `must be a map with ${known.join(' or ')}`);
    return new Map();
  }
  const fields = new Map<string, unknown>(Object.entries(value));
  for (const key of fields.keys()) {
    if (known !== undefined && !known.includes(key))
      report([...path, key], `is not known; use ${known.join(' or ')}`);
  }
  return fields;
}

function readSteps(value: unknown, path: Path, report: Report): readonly Step[] {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    report(path, 'must be a list of steps');
    return [];
  }
  return value.flatMap((step: unknown, index) => readStep(step, [...path, index], report));
}

function readStep(value: unknown, path: Path, report: Report): readonly Step[] {
  const entries = typeof value === 'string' ? [[value, null] as const] : entriesOf(value);
  const [first] = entries;
  if (first === undefined || entries.length !== 1) {
    report(path, 'must be one step: its name, or a map of its name to its value');
    return [];
  }
  const [name, content] = first;
  if (!isStepName(name)) {
    report(path, `there is no step "${name}"; use one of ${STEP_NAMES.join(', ')}`);
    return [];
  }
  const schema: z.ZodType<Step> = STEPS[name];
  const parsed = schema.safeParse(content);
  if (parsed.success) return [parsed.data];
  for (const issue of parsed.error.issues) {
    report(
      [...path, name, ...issue.path.map((key) => (typeof key === 'symbol' ? key.toString() : key))],
      issue.message,
    );
  }
  return [];
}

function entriesOf(value: unknown): readonly (readonly [string, unknown])[] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}

/** Where the last thing of the path that stands in the text begins; for a map's entry that is its key. */
function offsetOf(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const key of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find((item) => String(item.key) === String(key));
      offset = startOf(pair?.key) ?? offset;
      node = pair?.value;
    } else if (isSeq(node)) {
      node = typeof key === 'number' ? node.items[key] : undefined;
      offset = startOf(node) ?? offset;
    } else break;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isNode(node) ? node.range?.[0] : undefined;
}

function describe(path: Path, message: string): string {
  return path.length === 0 ? message : `${path.join('.')} ${message}`;
}
