/** The parts of package.json and pyproject.toml that decide what checks do, and the tip's file with the base's parts. Pure. */

import { parseJsonTable, parseTomlTable, type Table, tableAt, textAt } from '../detect/parsed.ts';

/** Settings of tools in package.json. */
const NODE_SETTINGS = ['jest', 'mocha', 'ava', 'c8', 'nyc', 'vitest', 'eslintConfig', 'eslintIgnore', 'tap'];
const PYTHON_SETTINGS = ['pytest', 'mypy', 'ruff', 'flake8', 'coverage', 'pylint', 'tox', 'django'];

/** Names of scripts of the base that now are another text, or gone. */
export function changedScripts(base: string | undefined, tip: string | undefined): ReadonlySet<string> {
  const [before, now] = [scriptsOf(base), scriptsOf(tip)];
  const changed = Object.keys(before).filter((name) => textAt(before, name) !== textAt(now, name));
  // What is run before and after a script is found by its name.
  const added = Object.keys(now).filter(
    (name) => !Object.hasOwn(before, name) && Object.hasOwn(before, name.replace(/^(?:pre|post)/, '')),
  );
  return new Set([...changed, ...added]);
}

/** Whether running that script of the base would run one of these, by way of others too. */
export function reachesScript(
  base: string | undefined,
  script: string,
  wanted: ReadonlySet<string>,
): boolean {
  return !reached(scriptsOf(base), script, wanted).isDisjointFrom(wanted);
}

/** Names of scripts that are run with this one, itself among them; `more` are looked for though the table lacks them. */
function reached(scripts: Table, script: string, more: ReadonlySet<string>): ReadonlySet<string> {
  const seen = new Set<string>();
  const left = [script];
  for (let name = left.pop(); name !== undefined; name = left.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const words = (textAt(scripts, name) ?? '').match(/[\w:.@/-]+/g) ?? [];
    const next = [`pre${name}`, `post${name}`, ...words];
    left.push(...next.filter((each) => Object.hasOwn(scripts, each) || more.has(each)));
  }
  return seen;
}

/** `node check.js`, `sh tools/lint.sh`, `./build`: an interpreter with its options, or nothing, before a file. */
const RUN_FILE =
  /(?:^|[\s;&|(])(?:(?:node|bun|tsx|ts-node|sh|bash|python3?)(?:\s+-[\w=:-]+)*\s+(?:\.\/)?|\.\/)([\w@./-]+)/g;

/** Files that running that script of the base would run as programs; what `--test` is given are tests, and no such files. */
export function filesRunBy(base: string | undefined, script: string): readonly string[] {
  const scripts = scriptsOf(base);
  return [...reached(scripts, script, new Set())].flatMap((name) =>
    [...(textAt(scripts, name) ?? '').matchAll(RUN_FILE)].flatMap(([written, path = '']) =>
      written.includes('--test') ? [] : [path],
    ),
  );
}

export function changedNodeSettings(base: string | undefined, tip: string | undefined): readonly string[] {
  return changedKeys(parseJsonTable(base), parseJsonTable(tip), NODE_SETTINGS);
}

export function changedPythonSettings(base: string | undefined, tip: string | undefined): readonly string[] {
  const tools = (text: string | undefined): Table => tableAt(parseTomlTable(text), 'tool');
  return changedKeys(tools(base), tools(tip), PYTHON_SETTINGS);
}

/** The tip's package.json with what the base says on checks. The base's own where the tip's is none. */
export function withPartsOf(base: string, tip: string | undefined): string {
  const now = parseJsonTable(tip);
  if (Object.keys(now).length === 0) return base;
  const before = parseJsonTable(base);
  const parts = ['scripts', ...NODE_SETTINGS];
  const kept = Object.entries(now).filter(([key]) => !parts.includes(key));
  const restored = Object.entries(before).filter(([key]) => parts.includes(key));
  return `${JSON.stringify(Object.fromEntries([...kept, ...restored]), null, 2)}\n`;
}

function scriptsOf(text: string | undefined): Table {
  return tableAt(parseJsonTable(text), 'scripts');
}

function changedKeys(before: Table, now: Table, keys: readonly string[]): readonly string[] {
  const valueAt = (table: Table, key: string): string =>
    JSON.stringify(Object.hasOwn(table, key) ? table[key] : null) ?? 'null';
  return keys.filter((key) => valueAt(before, key) !== valueAt(now, key));
}
