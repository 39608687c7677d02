/** One file of a queue: its title, its fields, its sections. */

import type { Root, RootContent } from 'mdast';
import type { ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import {
  headingText,
  itemsOf,
  parseMarkdown,
  type Section,
  sectionsOf,
  sectionText,
  sourceOf,
} from '../markdown.ts';
import { linesOf } from '../markdown-lines.ts';
import { namedPaths } from '../named-paths.ts';
import { unfitTask } from '../unfit-text.ts';
import {
  FieldReader,
  fieldLinesOf,
  headerOf,
  headings,
  isField,
  NONE,
  oneLine,
  tellMisplaced,
} from './item-fields.ts';
import { type ItemName, statusOf } from './item-name.ts';

export interface QueueItem extends ItemName {
  readonly source: LocatedText;
  readonly title: string;
  readonly priority?: number;
  readonly assignee?: string;
  readonly blocks: readonly Located<string>[];
  readonly blockedBy: readonly Located<string>[];
  readonly files: readonly ScopeEntry[];
  /** Paths that the text names. */
  readonly named: readonly ScopeEntry[];
  readonly requirements: readonly string[];
  readonly criteria: readonly string[];
  /** Sections as they are written, empty where there are none. */
  readonly description: string;
  /** Of that what stands below the heading of that name, and all else, with the notes and with their headings. */
  readonly described: string;
  readonly more: string;
  readonly criteriaText: string;
  readonly notes: string;
  /** The last of the notes on one line, as a reason reads. */
  readonly lastNote: string;
}

const CRITERIA: readonly string[] = ['success criteria', 'acceptance criteria', 'criteria', 'checklist'];
const PRIORITIES: Readonly<Record<string, number>> = { high: 1, medium: 0, low: -1 };

/** Null when nothing in it can be used; the findings then say why. */
export function readItem(source: LocatedText, name: ItemName, findings: FindingList): QueueItem | null {
  const problem = unfitTask(source);
  if (problem !== null) {
    findings.error({ rule: 'item-unreadable', at: source.start, ...problem });
    return null;
  }
  const { text } = source;
  if (text.trim() === '' && name.status !== 'completed') {
    findings.warn({
      rule: 'item-empty',
      at: source.start,
      message: 'the item is empty: its agent is told no more than the name of the file',
      remedy: 'Write what is to be done, or remove the file.',
    });
  }
  const root = parseMarkdown(text);
  const sections = sectionsOf(text, root);
  const named = (...names: readonly string[]): Section | undefined =>
    sections.find((section) => names.includes(section.name));
  const description = named('description');
  const criteria = named(...CRITERIA);
  const notes = named('notes');
  const fields = new FieldReader(source, findings);
  for (const node of headerOf(root)) for (const line of fieldLinesOf(text, node)) fields.read(line);
  tellMisplaced(source, root, findings);
  checkStatus(name, fields, findings);
  const priority = readPriority(fields, findings);
  const assignee = fields.text('assignee').replace(/^@/, '');
  return {
    ...name,
    source,
    title: fields.text('title') || titleOf(text, root) || name.slug || name.number,
    ...(priority === undefined ? {} : { priority }),
    ...(NONE.test(assignee) ? {} : { assignee }),
    blocks: fields.references('blocks'),
    blockedBy: fields.references('blockedby'),
    files: fields.files(),
    named: namedPaths(text, sections.length === 0 ? root.children : bodyOf(root)),
    requirements: description === undefined ? [] : itemsOf(text, description),
    criteria: criteria === undefined ? [] : itemsOf(text, criteria),
    ...describedBy(text, root, sections),
    criteriaText: criteria === undefined ? '' : sectionText(text, criteria),
    notes: notes === undefined ? '' : sectionText(text, notes),
    lastNote: oneLine((notes === undefined ? [] : itemsOf(text, notes)).at(-1) ?? ''),
  };
}

/** All that is said of it, under whatever heading: what is no field, no criterion and no note. */
function describedBy(
  text: string,
  root: Root,
  sections: readonly Section[],
): Pick<QueueItem, 'description' | 'described' | 'more'> {
  const holdsField = (node: RootContent): boolean => linesOf(text, node).some(isField);
  const above = headerOf(root).filter((node) => node.type === 'paragraph' && !holdsField(node));
  const told = sections.filter(
    ({ name, heading }) => heading.depth === 2 && name !== 'notes' && !CRITERIA.includes(name),
  );
  const parts = told.map((section) => {
    const content = sectionText(text, section);
    const isNamed = section.name !== 'description' && content !== '';
    return isNamed ? `${headingText(text, section.heading)}:\n${content}` : content;
  });
  const first = told.find(({ name }) => name === 'description');
  const others = sections.filter(
    (section) => section !== first && (told.includes(section) || section.name === 'notes'),
  );
  const before = above.map((node) => sourceOf(text, node));
  return {
    description: joined([...before, ...parts]),
    described: first === undefined ? '' : sectionText(text, first),
    more: joined([...before, ...others.map((section) => wholeSection(text, section))]),
  };
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Of a section without content nothing. */
function wholeSection(text: string, section: Section): string {
  const content = sectionText(text, section);
  return content === '' ? '' : `${sourceOf(text, section.heading)}\n\n${content}`;
}

function bodyOf(root: Root): readonly RootContent[] & Root['children'] {
  const header = new Set(headerOf(root));
  return root.children.filter((node) => !header.has(node));
}

function titleOf(text: string, root: Root): string {
  const [first] = headings(root);
  return first === undefined || first.depth !== 1 ? '' : oneLine(headingText(text, first));
}

/** The name counts: it is what the rename of a transition changes first. */
function checkStatus({ number, status }: ItemName, fields: FieldReader, findings: FindingList): void {
  const field = fields.get('status');
  if (field === undefined) return;
  const written = statusOf(fields.text('status'));
  if (written === status) return;
  const what =
    written === null ? `says ${quoted(fields.text('status'))}, which is no status` : `says ${written}`;
  findings.warn({
    rule: 'status-mismatch',
    at: field.at,
    message: `the name of ${number} says ${status}, and its body ${what}; the name counts`,
    remedy: `Write ${status} in the body, or rename the file.`,
    tasks: [number],
  });
}

function readPriority(fields: FieldReader, findings: FindingList): number | undefined {
  const field = fields.get('priority');
  const word = fields.text('priority').toLowerCase();
  if (field === undefined || NONE.test(word)) return undefined;
  const priority = Object.hasOwn(PRIORITIES, word) ? PRIORITIES[word] : undefined;
  if (priority === undefined)
    findings.warn({
      rule: 'priority-unclear',
      at: field.at,
      message: `${quoted(word)} is no priority; medium is taken for it`,
      remedy: 'Write high, medium or low.',
    });
  return priority;
}
