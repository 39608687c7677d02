/** A config file that says what can be set. */

import { stringify } from 'yaml';
import { OPTION_LIST, type Option } from './options.ts';

/** By the key of an option a value that would suit the project. */
export type Suggestions = Readonly<Record<string, unknown>>;

/** Every option of the table, as a comment, with its built-in value or a suggested one; `set` are no comments. */
export function configText(suggestions: Suggestions = {}, set: Suggestions = {}): string {
  const sections = new Map<string, Option[]>();
  for (const option of OPTION_LIST)
    sections.set(option.section, [...(sections.get(option.section) ?? []), option]);
  const parts = [...sections].map(([section, options]) =>
    [`# --- ${section} ---`, '', ...options.map((option) => optionText(option, suggestions, set))].join('\n'),
  );
  return `${HEAD}\n${parts.join('\n')}`;
}

const HEAD = `# Settings of Coxswain for this project. Each is shown with its built-in value, or with one that may suit the
# project; take the "# " away to set it. Keys with one beginning (slots.setup, slots.copy) belong below one \`slots:\`.
# Flags and the environment win over this file.
`;

function optionText(
  { key, description, builtIn }: Option,
  suggestions: Suggestions,
  set: Suggestions,
): string {
  const isSet = Object.hasOwn(set, key);
  const suggested = Object.hasOwn(suggestions, key) ? suggestions[key] : undefined;
  const lines = isSet ? nested(key, set[key]) : nested(key, suggested ?? builtIn).map((line) => `# ${line}`);
  return [`# ${description}`, ...lines, ''].join('\n');
}

/** A key without a value that could be shown ends with its colon. */
function nested(key: string, value: unknown): readonly string[] {
  const tree = key.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), value ?? null);
  return stringify(tree, { nullStr: '', lineWidth: 0 })
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
}
