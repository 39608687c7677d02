/** A config file's text into the values it sets, each with its place. Total: any text gives a layer or located problems. */

import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { err, ok, type Result } from '../core/result.ts';
import { OPTION_LIST, type Option, type OptionName } from './options.ts';
import type { ConfigProblem, Origin } from './problem.ts';
import { suggest } from './suggest.ts';

export interface ConfigFile {
  /** As the user knows it; problems name it. */
  readonly name: string;
  readonly origin: Extract<Origin, 'project config' | 'user config'>;
  readonly text: string;
}

export interface SetValue {
  /** As it was written; it is a value that the option's schema accepts. */
  readonly raw: unknown;
  readonly where: string;
}

/** What one place sets. */
export type Layer = ReadonlyMap<OptionName, SetValue>;

const BY_KEY: ReadonlyMap<string, Option> = new Map(OPTION_LIST.map((option) => [option.key, option]));
const SECTIONS: readonly string[] = [
  ...new Set(OPTION_LIST.flatMap(({ key }) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : []))),
];

export function parseConfig(file: ConfigFile): Result<Layer, readonly ConfigProblem[]> {
  const lines = new LineCounter();
  const document = parseDocument(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    logLevel: 'error',
  });
  const reader = new ConfigReader(file, lines);
  for (const error of document.errors) reader.complain(error.pos[0], error.message, 'Mend the YAML.');
  if (document.errors.length === 0)
    reader.readRoot(document.contents, () => document.toJS({ maxAliasCount: 100 }));
  return reader.problems.length === 0 ? ok(reader.values) : err(reader.problems);
}

class ConfigReader {
  readonly values = new Map<OptionName, SetValue>();
  readonly problems: ConfigProblem[] = [];
  readonly #file: ConfigFile;
  readonly #lines: LineCounter;

  constructor(file: ConfigFile, lines: LineCounter) {
    this.#file = file;
    this.#lines = lines;
  }

  complain(offset: number, message: string, remedy: string): void {
    const { origin } = this.#file;
    this.problems.push({ origin, where: this.#where(offset), message, remedy });
  }

  /** `resolve` gives the whole document as plain values, aliases followed. */
  readRoot(root: Node | null, resolve: () => unknown): void {
    if (root === null || (isScalar(root) && root.value === null)) return;
    if (!isMap(root)) {
      this.complain(
        offsetOf(root),
        'a config file must be a map of options',
        'Write it as `option: value` lines.',
      );
      return;
    }
    let plain: unknown;
    try {
      plain = resolve();
    } catch (error) {
      // An alias without its anchor, or so many aliases that they would fill the memory.
      const detail = error instanceof Error ? error.message : String(error);
      this.complain(offsetOf(root), detail, 'Write the values out instead of using aliases.');
      return;
    }
    this.#readMap(root, plain, '');
  }

  #readMap(map: YAMLMap, plain: unknown, prefix: string): void {
    for (const pair of map.items) {
      const name = isScalar(pair.key) ? String(pair.key.value) : '';
      const key = `${prefix}${inOurCase(name)}`;
      const option = BY_KEY.get(key);
      if (option !== undefined) this.#readOption(option, pair, memberOf(plain, name));
      else if (prefix === '' && SECTIONS.includes(key)) this.#readSection(pair, memberOf(plain, name), key);
      else this.#unknown(pair, `${prefix}${name}`, prefix);
    }
  }

  #readSection(pair: Pair, plain: unknown, key: string): void {
    const { value } = pair;
    if (isScalar(value) && value.value === null) return;
    if (isMap(value)) return this.#readMap(value, plain, `${key}.`);
    const inside = [...BY_KEY.keys()]
      .filter((each) => each.startsWith(`${key}.`))
      .map((each) => each.slice(key.length + 1));
    this.complain(
      offsetOf(pair.key),
      `${key} must be a map`,
      `Write its options below it: ${inside.join(', ')}.`,
    );
  }

  #readOption(option: Option, pair: Pair, raw: unknown): void {
    const offset = offsetOf(pair.value ?? pair.key);
    // `key:` with nothing behind it sets nothing.
    if (raw === null && !option.schema.safeParse(null).success) return;
    const before = this.values.get(option.name);
    if (before !== undefined) {
      this.complain(
        offsetOf(pair.key),
        `${option.key} stands at ${before.where}, too`,
        'Leave one of them out.',
      );
      return;
    }
    const parsed = option.schema.safeParse(raw);
    if (parsed.success) {
      this.values.set(option.name, { raw, where: this.#where(offset) });
      return;
    }
    const message = parsed.error.issues.map((issue) => issue.message).join(', ');
    this.complain(offset, `${option.key} ${message}`, `It means: ${option.description}.`);
  }

  #unknown(pair: Pair, key: string, prefix: string): void {
    const known =
      prefix === ''
        ? [...new Set([...BY_KEY.keys()].map((each) => each.split('.')[0] ?? each))]
        : [...BY_KEY.keys()];
    const near = suggest(key, known) ?? suggest(key, [...BY_KEY.keys()]);
    const remedy =
      near === undefined
        ? `Known are ${known.filter((each) => each.startsWith(prefix)).join(', ')}.`
        : `Did you mean ${near}?`;
    this.complain(offsetOf(pair.key), `there is no option ${JSON.stringify(key.slice(0, 100))}`, remedy);
  }

  #where(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.#file.name}:${Math.max(1, line)}:${Math.max(1, col)}`;
  }
}

/** `min_disk` is `minDisk`: the formats of some families write it so. */
function inOurCase(name: string): string {
  return name.replace(/(?<=[a-z])_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function offsetOf(node: unknown): number {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return 0;
  const first: unknown = node.range[0];
  return typeof first === 'number' ? first : 0;
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}
