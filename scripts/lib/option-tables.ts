/** The part of docs/configuration.md that follows from the table of options. */

import { OPTION_LIST, type Option } from '../../src/config/options.ts';

const BEGIN = '<!-- options: written by scripts/configuration-doc.ts -->';
const END = '<!-- end of options -->';

/** The document with its tables as they should be. Throws when its marks are missing. */
export function optionTables(document: string): string {
  const begin = document.indexOf(BEGIN);
  const end = document.indexOf(END);
  if (begin === -1 || end < begin) throw new Error(`docs/configuration.md needs "${BEGIN}" and "${END}"`);
  return `${document.slice(0, begin + BEGIN.length)}\n\n${tables()}\n${document.slice(end)}`;
}

function tables(): string {
  const sections = new Map<string, Option[]>();
  for (const option of OPTION_LIST)
    sections.set(option.section, [...(sections.get(option.section) ?? []), option]);
  return [...sections].map(([section, options]) => `### ${section}\n\n${table(options)}\n`).join('\n');
}

function table(options: readonly Option[]): string {
  const rows = options.map(({ key, flag, env, builtIn, description }) => [
    code(key),
    flag === undefined ? '' : code(flag),
    env === undefined ? '' : code(env),
    builtIn === undefined ? '' : code(typeof builtIn === 'string' ? builtIn : JSON.stringify(builtIn)),
    description.replaceAll('|', '\\|'),
  ]);
  const head = [
    'key in a config file',
    'flag of `run` and `plan`',
    'environment',
    'built in',
    'what it sets',
  ];
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function code(text: string): string {
  return `\`${text.replaceAll('|', '\\|')}\``;
}
