/** The fields of one task of a decomposer's plan. */

import { type ScopeEntry, type TaskSize, WORK_TYPES, type WorkType } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import type { BlockLine } from '../markdown-lines.ts';
import { saysNoDependency } from '../no-dependency.ts';
import { readScopeLine } from '../scope-lines.ts';
import { readScopeList } from '../scope-list.ts';
import type { FoundTask } from './found-task.ts';
import type { FieldName } from './task-fields.ts';
import { idOf } from './task-id.ts';
import { warnOfState } from './unread-state.ts';

export interface AutoTask {
  /** `task-3` */
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly at: Place;
  readonly done: boolean;
  /** Ids. */
  readonly dependencies: readonly Located<string>[];
  readonly saysDependencies: boolean;
  /** The lines of what it depends on, as they are written. */
  readonly dependsLines: readonly Located<string>[];
  readonly files: readonly ScopeEntry[];
  readonly criteria: readonly string[];
  readonly requirements: readonly string[];
  /** Every line of it that is of no field. */
  readonly text: readonly string[];
  readonly below: FoundTask['below'];
  readonly size?: TaskSize;
  readonly agent?: string;
  readonly workType?: WorkType;
}

const NONE = /^(?:none|nothing|nil|n\/?a|[-–—])?\.?$/i;
const SIZES: Readonly<Record<string, TaskSize>> = {
  s: 'small',
  small: 'small',
  low: 'small',
  m: 'medium',
  medium: 'medium',
  l: 'large',
  large: 'large',
  high: 'large',
};
/** Behind the tasks that are waited for. */
const DONE =
  /\b(?:(?:is|are|must be|has been|have been)[ \t]+)?(?:completed?|done|finished|merged)\b|✅|✔️?|☑️?/giu;
/** A range in a plan of a few tasks is short. */
const LONGEST_RANGE = 1000;

export function readTask(task: FoundTask, source: LocatedText, findings: FindingList): AutoTask {
  const reader = new FieldReader(task, source, findings);
  reader.reportRepeated();
  const { files, isRefused } = reader.files();
  const criteria = reader.criteria();
  if (files.length === 0 && !isRefused) {
    findings.warn({
      rule: 'scope-missing',
      at: task.at,
      message: `Task ${task.number} names no files, so nothing keeps other tasks off its files`,
      remedy: 'Add `- Files:` with the files that the task makes or changes.',
      tasks: [reader.id],
    });
  }
  if (criteria.length === 0) {
    findings.warn({
      rule: 'criteria-missing',
      at: task.at,
      message: `Task ${task.number} does not say when it is done`,
      remedy: 'Add `- Done when:` with what can be seen or run then.',
      tasks: [reader.id],
    });
  }
  if (task.name === '' && task.text.every((line) => line.trim() === '')) {
    findings.warn({
      rule: 'task-empty',
      at: task.at,
      message: `Task ${task.number} does not say what is to be done`,
      remedy: 'Name it, as in `Task 1: A login form`, and describe it below.',
      tasks: [reader.id],
    });
  }
  if (task.within !== undefined && task.fields.size === 0)
    findings.warn({
      rule: 'task-within-task',
      at: task.at,
      message: `Task ${task.number} stands below Task ${task.within}, and is a task of its own: neither waits for the other`,
      remedy: `Give it \`- Depends on:\` and its other fields, or do not begin the line with \`Task\` if it is a part of Task ${task.within}.`,
      tasks: [reader.id],
    });
  if (!task.ticked) warnOfState(task, reader.id, findings);
  const agent = reader.text('agent').replace(/^@/, '');
  return {
    id: reader.id,
    number: task.number,
    name: task.name === '' ? `Task ${task.number}` : task.name,
    at: task.at,
    done: task.ticked,
    dependencies: reader.dependencies(),
    saysDependencies: task.fields.has('depends'),
    dependsLines: reader.dependsLines(),
    files,
    criteria,
    requirements: [...standsBelow(task), ...task.text, ...reader.notes()],
    text: task.text,
    below: task.below,
    ...reader.size(),
    ...(NONE.test(agent) ? {} : { agent }),
    ...reader.workType(),
  };
}

/** Than what is read of such a field. */
function saysMore(name: 'depends' | 'files' | 'complexity', { text, bullet }: BlockLine): boolean {
  if (name === 'complexity') return /^\W*\p{L}+\W+\p{L}/u.test(text);
  if (/(?<![\]\w])\([^()]*\p{L}/u.test(text)) return true;
  if (name === 'files') {
    const { prose, hasNotes } = readScopeList(text, bullet);
    return hasNotes || prose.length > 0;
  }
  // `none, but ask Eve`, `Task 1 - but only its types`
  if (saysNoDependency(text)) return /\p{L}(?!\p{L}|\/a)[^\p{L}]+\p{L}/iu.test(text);
  return /\d[*_`]*[ \t]+[-–—][ \t]*[*_`]*\p{L}/u.test(text);
}

/** Words for the list alone. */
const OF_LIST =
  /^(?:the )?(?:tasks?(?: list| breakdown)?|to-?dos?|work(?: items?)?|plan|implementation(?: plan)?)$/i;

function standsBelow({ below }: FoundTask): readonly string[] {
  const titles = below.map(({ title }) => title).filter((title) => title !== '' && !OF_LIST.test(title));
  return titles.length === 0 ? [] : [`In the plan it stands below: ${titles.join(' / ')}`];
}

class FieldReader {
  readonly id: string;
  readonly #task: FoundTask;
  readonly #source: LocatedText;
  readonly #findings: FindingList;

  constructor(task: FoundTask, source: LocatedText, findings: FindingList) {
    this.id = idOf(task.number);
    this.#task = task;
    this.#source = source;
    this.#findings = findings;
  }

  /** Nothing is guessed of what tasks are ordered and kept apart by. */
  reportRepeated(): void {
    for (const { name, word, at } of this.#task.repeated) {
      const isPassedOver = name === 'agent' || name === 'type';
      this.#findings[isPassedOver ? 'warn' : 'error']({
        rule: 'field-repeated',
        at,
        message: `Task ${this.#task.number} has \`${word}\` already, on line ${this.#task.fields.get(name)?.at.line}`,
        remedy: 'Put both into one line, or begin the line with another word.',
        tasks: [this.id],
      });
    }
  }

  /** Fields that say more than is read of them, as they are written. */
  notes(): readonly string[] {
    return (['depends', 'files', 'complexity'] as const).flatMap((name) => {
      const word = this.#task.fields.get(name)?.word ?? '';
      const more = this.#lines(name).filter((line) => saysMore(name, line));
      return more.map(({ text }) => `${word.charAt(0).toUpperCase()}${word.slice(1)}: ${text}`);
    });
  }

  text(name: FieldName): string {
    return (this.#lines(name)[0]?.text ?? '').replaceAll('**', '').trim();
  }

  dependsLines(): readonly Located<string>[] {
    return this.#lines('depends').map(({ text, offset }) => ({
      value: text,
      at: this.#source.place(offset),
    }));
  }

  dependencies(): readonly Located<string>[] {
    return this.#lines('depends').flatMap((line) => this.#dependenciesIn(line));
  }

  /** `Task 1, Task 2`, `1 and 2`, `task-1`, `Tasks 1-3`; names and notes in parentheses say nothing. */
  #dependenciesIn({ text, offset }: BlockLine): readonly Located<string>[] {
    if (saysNoDependency(text)) return [];
    const blank = (note: string): string => ' '.repeat(note.length);
    const outside = text.replace(/\([^)]*\)?/g, blank);
    // With nothing beside it, it is no note.
    const isNoNote = /^(?:tasks?|and|[\s,;&+/.:#*_`])*$/i.test(outside);
    const bare = (isNoNote ? text.replace(/[()]/g, ' ') : outside).replace(/[`*_[\]"'“”‘’]/g, ' ');
    const found: Located<string>[] = [];
    const parts =
      /(?<![\p{L}\p{N}])(?:tasks?[ \t#-]*|#)?(?:\bT)?(\d{1,6}(?:\.\d{1,6})?)(?:[ \t]*(?:-|–|to)[ \t]*(?:tasks?[ \t#-]*)?(?:\bT)?(\d{1,6}))?(?:(?:[:：]|[ \t]+[-–—][ \t])(?:(?!\band[ \t]+(?:tasks?\b|#?\d))[^,;，、；])*)?/giu;
    for (const match of bare.matchAll(parts)) {
      const at = this.#source.place(offset + match.index);
      const [, first = '', last] = match;
      const length = last === undefined ? 0 : Number(last) - Number(first);
      if (last !== undefined && (length < 0 || length > LONGEST_RANGE)) {
        this.#unclear(match[0], at);
        continue;
      }
      found.push({ value: idOf(first), at });
      for (let next = 1; next <= length; next += 1)
        found.push({ value: idOf(String(Number(first) + next)), at });
    }
    const rest = bare
      .replace(parts, blank)
      .replace(DONE, blank)
      .replace(/\b(?:and|tasks?)\b|[,;&+/，、；]/gi, blank);
    const left = /\S.*/.exec(rest.trimEnd());
    if (left !== null && !NONE.test(left[0]))
      this.#unclear(
        text.slice(left.index, left.index + left[0].length),
        this.#source.place(offset + left.index),
      );
    return found;
  }

  #unclear(text: string, at: Place): void {
    this.#findings.error({
      rule: 'reference-unclear',
      at,
      message: `${quoted(text)} names no task`,
      remedy: 'Name tasks by their numbers, as in `- Depends on: Task 1, Task 2`, or write none.',
      tasks: [this.id],
    });
  }

  /** A path that is refused has a finding of its own. */
  files(): { readonly files: readonly ScopeEntry[]; readonly isRefused: boolean } {
    let isRefused = false;
    const entries = new Map<string, ScopeEntry>();
    for (const line of this.#lines('files')) {
      const read = readScopeLine(line, {
        source: this.#source,
        findings: this.#findings,
        of: "the task's files",
        tasks: [this.id],
      });
      isRefused ||= read.isRefused;
      for (const { value } of read.entries) entries.set(`${value.pattern}::${value.symbol ?? ''}`, value);
    }
    return { files: [...entries.values()], isRefused };
  }

  criteria(): readonly string[] {
    return this.#lines('done')
      .flatMap(({ text, bullet }) => (bullet ? [text] : text.split(/;\s+/)))
      .map((text) => text.replace(/^\[[ xX]\][ \t]+/, '').trim())
      .filter((text) => !NONE.test(text));
  }

  size(): { readonly size?: TaskSize } {
    const word = /^[a-z]*/i.exec(this.text('complexity'))?.[0]?.toLowerCase() ?? '';
    const field = this.#task.fields.get('complexity');
    const size = Object.hasOwn(SIZES, word) ? SIZES[word] : undefined;
    if (size !== undefined) return { size };
    if (field !== undefined)
      this.#findings.warn({
        rule: 'complexity-unclear',
        at: field.at,
        message: `${quoted(this.text('complexity'))} is no complexity`,
        remedy: 'Write S, M or L.',
        tasks: [this.id],
      });
    return {};
  }

  workType(): { readonly workType?: WorkType } {
    const word = this.text('type').toUpperCase();
    const field = this.#task.fields.get('type');
    const workType = WORK_TYPES.find((each) => each === word);
    if (workType !== undefined) return { workType };
    if (field !== undefined)
      this.#findings.warn({
        rule: 'work-type-unclear',
        at: field.at,
        message: `${quoted(this.text('type'))} is no type of work`,
        remedy: `Write one of ${WORK_TYPES.join(', ')}.`,
        tasks: [this.id],
      });
    return {};
  }

  #lines(name: FieldName): readonly BlockLine[] {
    return this.#task.fields.get(name)?.lines ?? [];
  }
}
