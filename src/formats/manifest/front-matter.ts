/** The front matter of a task file. */

import type { WorkType } from '../../core/plan.ts';
import { estimateSeconds } from '../estimate.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import { readYaml, type YamlDocument, type YamlPiece } from '../read-yaml.ts';
import { type FrontMatter, frontMatterSchema } from './schema.ts';
import {
  asideKeys,
  isSaid,
  limitKeys,
  meansDeps,
  misspelt,
  OF_CONFIGURATION,
  orderingKeys,
  pathText,
  readShape,
  untoldWords,
} from './shape.ts';

export interface TaskHeader {
  readonly id?: Located<string>;
  readonly wave?: Located<number>;
  readonly agent?: Located<string>;
  readonly component?: string;
  readonly workType?: WorkType;
  readonly deps: readonly Located<string>[];
  readonly blocks: readonly Located<string>[];
  readonly contracts: readonly Located<string>[];
  readonly skills: readonly string[];
  readonly resources: readonly string[];
  readonly estimateSeconds?: number;
  readonly verifyOnly: boolean;
  /** Of keys that are not read, and of which nothing is told yet. */
  readonly others: readonly Located<OtherKey>[];
  /** What is not here may well be written; a finding says why it could not be read. */
  readonly isUnread?: true;
}

export interface OtherKey {
  readonly key: string;
  readonly value: unknown;
}

const EMPTY: TaskHeader = {
  deps: [],
  blocks: [],
  contracts: [],
  skills: [],
  resources: [],
  verifyOnly: false,
  others: [],
  isUnread: true,
};
const NONE = /^(?:none|nothing|n\/?a|\[\]|[-–—])?\.?$/i;
const EVERY_KEY: ReadonlySet<string> = new Set(Object.keys(frontMatterSchema.shape));

export function readFrontMatter(
  source: LocatedText,
  piece: YamlPiece | null,
  findings: FindingList,
): TaskHeader {
  const document = piece === null ? null : readYaml(source, piece, findings);
  if (document === null) return EMPTY;
  const { value, issues } = readShape(frontMatterSchema, document.value ?? {}, EVERY_KEY);
  for (const issue of issues) {
    findings.error({
      rule: 'front-matter-field',
      at: document.at(issue.path),
      message: `${pathText(issue.path) || 'the front matter'}: ${issue.message}`,
      remedy: 'Give the field a value of the expected kind, or leave it out.',
    });
  }
  if (value === undefined) return EMPTY;
  const body = piece === null ? '' : source.text.slice(piece.offset + piece.text.length);
  const told = tellOfKeys(value, document, { body, findings });
  const others = Object.entries(value)
    .filter(([key]) => !EVERY_KEY.has(key) && !told.has(key))
    .map(([key, each]) => ({ value: { key, value: each }, at: document.at([key]) }));
  return { ...headerOf(value, document, findings), others };
}

interface Told {
  /** What stands below the front matter. */
  readonly body: string;
  readonly findings: FindingList;
}

/** Gives the keys that are told of. */
function tellOfKeys(
  value: FrontMatter,
  document: YamlDocument,
  { body, findings }: Told,
): ReadonlySet<string> {
  const deps = Object.keys(value)
    .filter((key) => meansDeps(key) && isSaid(value[key]))
    .map((key) => ({
      key,
      why: 'what a task waits for stands under `deps`',
      remedy: 'Write it there.',
    }));
  const others = misspelt(value, [...EVERY_KEY]).map(({ key, meant }) => ({
    key,
    why: `the key is written \`${meant}\``,
    remedy: 'Write it so.',
  }));
  const words = untoldWords(value, body).map((key) => ({
    key,
    why: 'what a task is to do stands below the front matter',
    remedy: 'Write it there, into a section such as `## Scope` or `## Requirements`.',
  }));
  const aside = asideKeys(value).map((key) => ({
    key,
    why: 'the task is run like any other',
    remedy: 'Take it out of the plan if it is not to be run.',
  }));
  const ordering = orderingKeys(value).map((key) => ({
    key,
    why: 'the task is run beside others, and by the rules of all',
    remedy: 'Give tasks that are not to run at once a word in `resources` in common, or waves of their own.',
  }));
  const limits = limitKeys(value).map((key) => ({ key, ...OF_CONFIGURATION }));
  const all = [...deps, ...others, ...words, ...aside, ...ordering, ...limits];
  for (const { key, why, remedy } of all)
    findings.warn({
      rule: 'front-matter-key',
      at: document.at([key]),
      message: `${quoted(key)} is not read: ${why}`,
      remedy,
    });
  return new Set(all.map(({ key }) => key));
}

function headerOf(
  fields: FrontMatter,
  document: YamlDocument,
  findings: FindingList,
): Omit<TaskHeader, 'others'> {
  const located = <T>(key: string, value: T): Located<T> => ({ value, at: document.at([key]) });
  const id = textOf(fields.id, document.written(['id']));
  const component = textOf(fields.component);
  const agent = textOf(fields.agent);
  const workType = fields.work_type;
  return {
    ...(id === '' ? {} : { id: located('id', id) }),
    ...(component === '' ? {} : { component }),
    ...(workType === undefined || workType === null ? {} : { workType }),
    ...(agent === '' ? {} : { agent: located('agent', agent) }),
    ...(fields.wave === null || fields.wave === undefined
      ? {}
      : { wave: located('wave', Number(fields.wave)) }),
    ...estimateOf(fields.estimate, document.at(['estimate']), findings),
    deps: wordsOf('deps', fields.deps, document),
    blocks: wordsOf('blocks', fields.blocks, document),
    contracts: wordsOf('contracts', fields.contracts, document),
    skills: wordsOf('skills', fields.skills, document).map(({ value }) => value),
    resources: wordsOf('resources', fields.resources, document).map(({ value }) => value),
    verifyOnly: fields.verify_only === true,
  };
}

/** A number is taken as it is written: `001` is a name, and not 1. */
function textOf(value: string | number | null | undefined, written?: string): string {
  if (value === null || value === undefined) return '';
  return (typeof value === 'number' ? (written ?? String(value)) : value).trim();
}

function wordsOf(
  key: string,
  value: FrontMatter['deps'],
  document: YamlDocument,
): readonly Located<string>[] {
  if (value === null || value === undefined) return [];
  const given = Array.isArray(value)
    ? value.map((word, index) => ({
        value: textOf(word, document.written([key, index])),
        at: document.at([key, index]),
      }))
    : textOf(value, document.written([key]))
        .split(',')
        .map((word) => ({ value: word.trim(), at: document.at([key]) }));
  return given.filter((word) => !NONE.test(word.value));
}

function estimateOf(
  given: FrontMatter['estimate'],
  at: Place,
  findings: FindingList,
): { readonly estimateSeconds?: number } {
  const text = textOf(given);
  if (text === '') return {};
  const seconds = estimateSeconds(text);
  if (seconds !== null) return { estimateSeconds: seconds };
  findings.warn({
    rule: 'estimate-unclear',
    at,
    message: `the estimate ${quoted(text)} is no time`,
    remedy: 'Write a number and its unit, e.g. `90m` or `2h`.',
  });
  return {};
}
