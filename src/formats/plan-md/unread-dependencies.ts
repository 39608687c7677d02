/** A net below the reader: words of a task that say it waits for another, which it does not wait for. */

import { reach } from '../../core/graph.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { WAITING_WORDS } from '../waiting-words.ts';
import { isCalled } from './group-numbers.ts';
import { keyOf } from './keys.ts';
import type { LinkedGroup } from './link-groups.ts';
import type { LinkedPlan, LinkedTask } from './linked.ts';
import { type Mention, warnOfStates } from './mentions.ts';
import { fieldsOfKey, type RawGroup } from './raw-group.ts';
import { sureNames } from './said-lines.ts';

const NAME = String.raw`(?:(?:tasks?\s+)?#?\p{L}{0,8}[-_]?\d{1,6}(?:\.\d{1,6})+[a-z]?|(?:(?:tasks?|steps?|items?|workstreams?)\s+)#?\d{1,6}|workstreams?\s+[A-Z](?!\p{L})|#\d{1,6}|\p{L}{1,8}[-_]?\d{1,6})`;
const SAYS = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:not\s+before|(blocks|before)|${WAITING_WORDS})[\s*_:|\x60–—→=>-]{1,20}(?:the\s+)?(${NAME})(?![\p{L}\p{N}.]*\d)`,
  'giu',
);
const SAYS_OF_GROUP =
  /(?<!\p{L})(?:(blocks|before)|(overlaps?(?:\s+with)?|parallel\s+with|alongside)|depend(?:s|ing|ent|ency|encies)?(?:\s+(?:up)?on)?|blocked\s+by|waits?\s+for|(?:starts?\s+)?after|once|prerequisites?|requires?|needs?)[\s*_:|\x60–—→=>-]{1,20}(?:the\s+)?(?:parallel\s+)?(group|workstream)s?\s+#?(\d{1,6}[a-z]?|[A-Z])(?![\p{L}\p{N}])/giu;
const VERB =
  '(?:(blocks|(?:must |should |has to )?(?:be done |come |run |end |finish )?before)|depend(?:s|ing|ent|ency|encies)?(?: (?:up)?on)?|blocked by|waits? for|(?:starts? |runs? |comes? )?after|requires?|needs?)';
const NAMED = String.raw`(?:(?:tasks?\s+)?#?(?:\p{L}{0,8}[-_]?\d{1,6}(?:\.\d{1,6})+[a-z]?|\p{L}{1,8}[-_]?\d{1,6})|tasks?\s+#?\d{1,6})`;
/** Between two names: words, or an arrow. */
const SAYS_OF = new RegExp(
  String.raw`(?<![\p{L}\p{N}.])(${NAMED})(?![\p{L}\p{N}])(?:[^\n.;→>]{0,40}?(?<!\p{L})${VERB}[\s*_:|\x60]{1,9}|[\s*_\x60]{0,9}(?:→|⇒|[-=]{1,3}>)[\s*_\x60]{0,9})(?=(${NAMED})(?![\p{L}\p{N}]))`,
  'giu',
);
/** `(start immediately, isolated work)`, `(No dependencies)`; tasks may be independent of each other alone. */
const FREE =
  /\(\s*((?:(?:can|may)\s+)?(?:be\s+)?start(?:s|ed)?\s+(?:right\s+)?(?:now|immediately|at\s+once|any\s?time)|(?:no|zero)\s+dependenc(?:y|ies))\b/iu;
/** A field, whatever its name is. */
const LABELLED = /^[\s>*_+-]{0,40}(\p{L}[\p{L} _-]{0,40})[*_`]{0,3}\s?[:：][\s*_`]{0,5}(\S.*)$/u;
const BEGINS = /^[\s>*_+-]{0,40}(?:needs|requires?|depends? on)(?!\p{L})/iu;
const DOTTED = /(?<![\p{L}\d.])\d{1,6}(?:\.\d{1,6})+(?![\d.]*\d)/gu;
/** No text is read further. */
const LONGEST = 5000;
/** Of one task. */
const MOST = 3;

/** The same of a group or workstream, by its heading and its notes. */
export function warnOfUnreadGroups(groups: readonly LinkedGroup[], findings: FindingList): void {
  const before = groupsBefore(groups);
  for (const group of groups) {
    const { raw, at } = group;
    if (raw === undefined) continue;
    const told = new Set<number>();
    warnOfFree(group, raw, findings);
    for (const match of wordsBeside(raw).matchAll(SAYS_OF_GROUP)) {
      const [said, blocks, beside, kind = '', name = ''] = match;
      const other = groups.find((each) => isMeant(each, { kind, name }));
      if (other === undefined || other === group || told.has(other.number)) continue;
      const [first, last] = blocks === undefined ? [other, group] : [group, other];
      const isKept = before.get(last.number)?.has(first.number) === true;
      if (isKept === (beside === undefined)) continue;
      told.add(other.number);
      findings.warn({
        rule: 'group-dependency-unread',
        at,
        message: `${called(group)} says ${quoted(said.replace(/[\s*]+/g, ' '))} where no dependency is read: ${called(last)} ${isKept ? 'waits' : 'does not wait'} for ${called(first)}`,
        remedy: `Say it in the line \`**Dependencies**:\`, as in \`${called(first)} complete\` or \`can overlap with ${called(first)}\`.`,
      });
    }
  }
}

/** Its heading says that there is nothing to wait for. */
function warnOfFree(group: LinkedGroup, raw: RawGroup, findings: FindingList): void {
  const says = FREE.exec(raw.name)?.[1];
  if (says === undefined || group.after.length === 0 || fieldsOfKey(raw, 'after').length > 0) return;
  findings.warn({
    rule: 'group-dependency-unread',
    at: group.at,
    message: `${called(group)} says ${quoted(says)} in its heading, where no dependency is read: it waits for Group ${group.after.join(' and ')}`,
    remedy: 'Say it in the line `**Dependencies**: None`.',
  });
}

/** Its name, its notes, and fields with keys that nobody knows. */
function wordsBeside(raw: RawGroup): string {
  // Behind the days of a heading: `(Days 3-5, after Group 1)`.
  return [raw.name, raw.duration ?? '', unknownFields(raw), raw.notes].join('\n').slice(0, LONGEST);
}

function unknownFields({ fields }: RawGroup): string {
  const unknown = [...fields].filter(([key]) => keyOf(key) === undefined);
  return unknown.map(([key, { value }]) => `${key}: ${value}`).join('\n');
}

function isMeant(
  group: LinkedGroup,
  { kind, name }: { readonly kind: string; readonly name: string },
): boolean {
  if (kind.toLowerCase() === 'group') return isCalled(group, name.toLowerCase());
  return group.raw?.kind === 'workstream' && group.raw.number?.toLowerCase() === name.toLowerCase();
}

function called({ raw, number }: LinkedGroup): string {
  return raw?.kind === 'workstream' ? `Workstream ${raw.number ?? number}` : `Group ${number}`;
}

interface Unread {
  /** The id of the task with this name. */
  readonly find: (name: string) => string | undefined;
  /** What stands beside groups, and where the file begins. */
  readonly prose: string;
  readonly start: Place;
  /** What is said of tasks there. */
  readonly mentions: readonly Mention[];
}

/** Of one text: what is told already. */
interface Telling {
  readonly at: Place;
  readonly told: Set<string>;
  readonly message: string;
  /** They are not to run at once, whichever comes first. */
  readonly isMutual?: boolean;
}

export function warnOfUnread(
  plan: LinkedPlan,
  { find, prose, start, mentions }: Unread,
  findings: FindingList,
): void {
  const net = new Net(plan, find, findings);
  const named = (name: string): LinkedTask | undefined => plan.tasks.find(({ id }) => id === find(name));
  warnOfStates(mentions, named, findings);
  for (const mention of mentions) net.ofMention(mention);
  for (const task of plan.tasks) if (!task.isDone) net.ofTask(task);
  for (const group of plan.groups) net.ofFields(group);
  for (const { raw, at } of plan.groups) net.ofText(raw?.notes ?? '', at);
  net.ofText(prose, start);
}

class Net {
  readonly #tasks: readonly LinkedTask[];
  readonly #byId: ReadonlyMap<string, LinkedTask>;
  /** What each waits for, by ids. */
  readonly #edges: ReadonlyMap<string, readonly string[]>;
  readonly #before: ReadonlyMap<number, ReadonlySet<number>>;
  readonly #find: Unread['find'];
  readonly #findings: FindingList;

  constructor({ groups, tasks }: LinkedPlan, find: Unread['find'], findings: FindingList) {
    this.#tasks = tasks;
    this.#byId = new Map(tasks.map((task) => [task.id, task]));
    this.#edges = new Map(tasks.map(({ id, dependsOn }) => [id, dependsOn]));
    this.#before = groupsBefore(groups);
    this.#find = find;
    this.#findings = findings;
  }

  /** Its words name another one. */
  ofTask(task: LinkedTask): void {
    const told = new Set<string>();
    const line = [task.raw.title, ...(task.raw.notes ?? [])].join('\n');
    for (const [said, blocks, name = ''] of wordsOf(task).matchAll(SAYS)) {
      // What stands below a task has steps of its own.
      if (/^(?:steps?|items?)\s/i.test(name) && !line.includes(said)) continue;
      const other = this.#named(name, task);
      const [first, last] = blocks === undefined ? [other, task] : [task, other];
      const message = `${task.id} says ${inLine(said)}`;
      this.#tell(first, last, { at: task.raw.at, told, message, isMutual: isConflict(said) });
    }
    for (const line of wordsOf(task).split(/\r\n?|\n/)) this.#ofLine(task, line.slice(0, 300), told);
  }

  /** `Blockers: 1.1`, `Needs: the schema of 1.1`: whichever of them comes first. */
  #ofLine(task: LinkedTask, line: string, told: Set<string>): void {
    const [, label = '', value = ''] = LABELLED.exec(line) ?? [];
    const key = keyOf(label);
    const isProse = (label === '' || key === 'needs') && BEGINS.test(line);
    const isOther = label !== '' && key === undefined;
    const names = isOther ? sureNames(value) : isProse ? line.match(DOTTED) : null;
    const message = `${task.id} says ${inLine(line.replace(/^[\s>*_+-]+/, ''))}`;
    for (const name of names ?? []) {
      const other = this.#named(name, task);
      const isTold = told.has(`${task.id} ${other?.id ?? ''}`);
      if (!isTold) this.#tell(other, task, { at: task.raw.at, told, message, isMutual: true });
    }
  }

  /** `**Starts:** after 1.1`, of all tasks of the group. */
  ofFields(group: LinkedGroup): void {
    const told = new Set<string>();
    const fields = group.raw === undefined ? '' : unknownFields(group.raw).slice(0, LONGEST);
    const own = this.#tasks.filter((task) => task.group === group.number);
    for (const [said, blocks, name] of fields.matchAll(SAYS)) {
      if (blocks !== undefined) continue;
      const message = `${called(group)} says ${inLine(said)}`;
      const telling = { at: group.at, told, message, isMutual: isConflict(said) };
      for (const task of own) this.#tell(this.#named(name), task, telling);
    }
  }

  /** A section about one says it. */
  ofMention({ name, needs, said, at }: Mention): void {
    const telling = { at, told: new Set<string>(), message: `${inLine(said)} stands` };
    for (const other of needs) this.#tell(this.#named(other), this.#named(name), telling);
  }

  /** It names both. */
  ofText(text: string, at: Place): void {
    const told = new Set<string>();
    for (const [said, one, verb, other = ''] of text.slice(0, LONGEST).matchAll(SAYS_OF)) {
      // With an arrow, and with `before`, the first one comes first.
      const isForward = verb !== undefined || /[→⇒>][\s*_`]*$/.test(said);
      const [first, last] = isForward ? [one, other] : [other, one];
      const message = `${inLine(`${said}${other}`)} stands`;
      this.#tell(this.#named(first), this.#named(last), { at, told, message });
    }
  }

  #named(name = '', beside?: LinkedTask): LinkedTask | undefined {
    const bare = name
      .replace(/^(?:tasks?|steps?|items?)\s+#?|^#/i, '')
      .replace(/^workstreams?\s+#?/i, 'workstream-');
    const own = this.#byId.get(this.#find(bare) ?? '');
    // Where tasks have no ids people count them.
    return own ?? this.#byId.get(`pg${beside?.group ?? ''}-task-${bare}`);
  }

  #comesBefore(first: LinkedTask, last: LinkedTask): boolean {
    if (reach(this.#edges, last.id).has(first.id)) return true;
    return (
      first.group !== null && last.group !== null && this.#before.get(last.group)?.has(first.group) === true
    );
  }

  #tell(
    first: LinkedTask | undefined,
    last: LinkedTask | undefined,
    { at, told, message, isMutual }: Telling,
  ): void {
    if (first === undefined || last === undefined || first === last || told.size >= MOST) return;
    const isKept = this.#comesBefore(first, last) || (isMutual === true && this.#comesBefore(last, first));
    const key = `${first.id} ${last.id}`;
    if (first.isDone || last.isDone || isKept || told.has(key)) return;
    told.add(key);
    const waits =
      isMutual === true
        ? `neither of ${last.id} and ${first.id} waits for the other`
        : `${last.id} does not wait for ${first.id}`;
    this.#findings.warn({
      rule: 'dependency-unread',
      at,
      message: `${message} where no dependency is read: ${waits}`,
      remedy: `Write \`depends on ${first.id}\` in the parentheses of ${last.id} if it is to wait.`,
      tasks: [last.id, first.id],
    });
  }
}

function isConflict(said: string): boolean {
  return /^conflicts/i.test(said);
}

function inLine(said: string): string {
  return quoted(said.replace(/\s+/g, ' '));
}

function wordsOf({ raw, row }: LinkedTask): string {
  return [raw.title, ...(raw.notes ?? []), raw.details, ...raw.requirements, ...(row?.requirements ?? [])]
    .join('\n')
    .slice(0, LONGEST);
}

/** Of each group all that have ended when it begins. */
function groupsBefore(groups: readonly LinkedGroup[]): ReadonlyMap<number, ReadonlySet<number>> {
  const after = new Map(groups.map((group) => [group.number, group.after]));
  return new Map(
    groups.map(({ number }) => {
      const found = new Set<number>();
      const open = [...(after.get(number) ?? [])];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (found.has(next)) continue;
        found.add(next);
        open.push(...(after.get(next) ?? []));
      }
      return [number, found];
    }),
  );
}
