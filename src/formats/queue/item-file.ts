/** One file of a queue: its title, its fields, its sections. */

import type { Heading, Root } from 'mdast';
import type { ScopeEntry } from '../../core/plan.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Located, LocatedText } from '../located-text.ts';
import { headingText, itemsOf, parseMarkdown, type Section, sectionsOf, sectionText } from '../markdown.ts';
import { linesOf } from '../markdown-lines.ts';
import { namedPaths } from '../named-paths.ts';
import { unfitTask } from '../unfit-text.ts';
import { CRITERIA, FieldReader, headerOf, NONE, oneLine, PRIORITY, titleHeading } from './item-fields.ts';
import { type ItemName, statusNote, statusOf } from './item-name.ts';
import { type ItemWords, readHeader, wordsOf } from './item-words.ts';
import { type SaidOrder, unreadOrder } from './unread-order.ts';

export interface QueueItem extends ItemName, ItemWords {
  readonly source: LocatedText;
  readonly title: string;
  readonly priority?: number;
  readonly assignee?: string;
  readonly blocks: readonly Located<string>[];
  readonly blockedBy: readonly Located<string>[];
  /** In words that are no fields. */
  readonly saidOrder: readonly Located<SaidOrder>[];
  readonly files: readonly ScopeEntry[];
  /** Paths that the text names. */
  readonly named: readonly ScopeEntry[];
  readonly requirements: readonly string[];
  readonly criteria: readonly string[];
  /** Sections as they are written, empty where there are none. */
  readonly criteriaText: string;
  readonly notes: string;
  /** The last of the notes on one line, as a reason reads; without notes what stands behind the status. */
  readonly lastNote: string;
}

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
  const title = titleHeading(text, root);
  const sections = sectionsOf(text, root).filter(({ heading }) => heading !== title);
  const description = sections.find((section) => section.name === 'description');
  const criteria = sections.find((section) => CRITERIA.includes(section.name));
  const notes = sections.find((section) => section.name === 'notes');
  const fields = new FieldReader(source, findings);
  const header = readHeader(text, root, fields);
  const saidOrder = unreadOrder(source, root, findings);
  checkStatus(name, fields, findings);
  const priority = readPriority(fields, findings);
  const assignee = fields.text('assignee').replace(/^@/, '');
  return {
    ...name,
    source,
    title: fields.text('title') || titleOf(text, title) || name.slug || name.number,
    ...(priority === undefined ? {} : { priority }),
    ...(NONE.test(assignee) ? {} : { assignee }),
    blocks: fields.references('blocks'),
    blockedBy: fields.references('blockedby'),
    saidOrder,
    files: fields.files(),
    named: namedPaths([...header.lines, ...bodyOf(text, root).flatMap((node) => linesOf(text, node))]),
    requirements: description === undefined ? [] : itemsOf(text, description),
    criteria: criteria === undefined ? [] : itemsOf(text, criteria),
    ...wordsOf(text, { header: header.words, sections, criteria, notes }),
    criteriaText: criteria === undefined ? '' : sectionText(text, criteria),
    notes: notes === undefined ? '' : sectionText(text, notes),
    lastNote: oneLine(lastOf(text, notes) || statusNote(fields.text('status'))),
  };
}

function lastOf(text: string, notes: Section | undefined): string {
  return (notes === undefined ? [] : itemsOf(text, notes)).at(-1) ?? '';
}

function bodyOf(text: string, root: Root): Root['children'] {
  const header = new Set(headerOf(text, root));
  return root.children.filter((node) => !header.has(node));
}

function titleOf(text: string, title: Heading | undefined): string {
  return title === undefined ? '' : oneLine(headingText(text, title));
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
  const word = fields.text('priority');
  if (field === undefined || NONE.test(word)) return undefined;
  const priority = PRIORITIES[PRIORITY.exec(word)?.[1]?.toLowerCase() ?? ''];
  if (priority === undefined)
    findings.warn({
      rule: 'priority-unclear',
      at: field.at,
      message: `${quoted(word)} is no priority; medium is taken for it`,
      remedy: 'Write high, medium or low.',
    });
  return priority;
}
