/** One file of `tasks/`: its front matter and its sections. */

import type { Root } from 'mdast';
import type { FindingList } from '../finding-list.ts';
import type { Located, LocatedText, Place } from '../located-text.ts';
import {
  headingText,
  itemsOf,
  parseMarkdown,
  type Section,
  sectionsOf,
  sectionText,
  startOf,
} from '../markdown.ts';
import { unfitTask } from '../unfit-text.ts';
import { readFrontMatter, type TaskHeader } from './front-matter.ts';
import { taskNames } from './names.ts';
import { otherSections } from './other-sections.ts';
import { emptyScope, readScopeSections, type ScopeSection } from './scope-section.ts';

export interface TaskFile extends TaskHeader {
  readonly source: LocatedText;
  /** The file's name without folder and ending. */
  readonly stem: string;
  /** The first heading, without the id in front of it. */
  readonly title?: Located<string>;
  /** The id of a task in front of the title, where it is not the one that the file itself is called by. */
  readonly titleId?: Located<string>;
  readonly scope: ScopeSection;
  readonly requirements: readonly string[];
  readonly criteria: readonly string[];
  /** The two sections as written, to be copied word for word. */
  readonly requirementsText: string;
  readonly criteriaText: string;
  /** All else that it says, as written. */
  readonly otherText: string;
}

const CRITERIA: readonly string[] = ['checklist', 'acceptance criteria', 'success criteria'];
/** Names of the sections that are read one by one, in lower case. */
export const SECTIONS: ReadonlySet<string> = new Set(['scope', 'requirements', ...CRITERIA]);

/** Null when nothing in it can be used; the findings then say why. */
export function readTaskFile(source: LocatedText, findings: FindingList): TaskFile | null {
  const problem = unfitTask(source);
  if (problem !== null) {
    findings.error({ rule: 'task-file-unreadable', at: source.start, ...problem });
    return null;
  }
  const root = parseMarkdown(source.text);
  const header = readFrontMatter(source, frontMatterOf(source, root, findings), findings);
  const sections = sectionsOf(source.text, root);
  const [scope, ...moreScope] = sectionsNamed(sections, ['scope']);
  const [requirements] = sectionsNamed(sections, ['requirements']);
  const criteria = sectionsNamed(sections, CRITERIA);
  return {
    ...header,
    ...titleOf(source, root, header.id?.value ?? ''),
    source,
    stem: stemOf(source.file),
    scope:
      scope === undefined
        ? emptyScope(endOfHeader(source, root))
        : readScopeSections(source, [scope, ...moreScope], findings),
    requirements: requirements === undefined ? [] : itemsOf(source.text, requirements),
    criteria: criteria.flatMap((section) => itemsOf(source.text, section)),
    requirementsText: requirements === undefined ? '' : sectionText(source.text, requirements),
    criteriaText: criteria.map((section) => sectionText(source.text, section)).join('\n\n'),
    otherText: otherSections(
      source.text,
      root,
      [scope, ...moreScope, requirements, ...criteria].filter((section) => section !== undefined),
    ),
  };
}

/** Without those that lie within another one of them. */
function sectionsNamed(sections: readonly Section[], names: readonly string[]): readonly Section[] {
  const found: Section[] = [];
  for (const section of sections) {
    const isWithin = found.some(({ nodes }) => nodes.includes(section.heading));
    if (names.includes(section.name) && !isWithin) found.push(section);
  }
  return found;
}

export function stemOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
}

function frontMatterOf(
  source: LocatedText,
  root: Root,
  findings: FindingList,
): { text: string; offset: number } | null {
  const [first] = root.children;
  if (first?.type === 'yaml') return { text: first.value, offset: source.text.indexOf(first.value, 3) };
  findings.error({
    rule: 'front-matter-missing',
    at: source.start,
    message: 'the file does not begin with front matter',
    remedy: 'Begin it with a line `---`, the fields id, component, wave, deps and agent, and a line `---`.',
  });
  return null;
}

function titleOf(source: LocatedText, root: Root, id: string): Pick<TaskFile, 'title' | 'titleId'> {
  const heading = root.children.find((node) => node.type === 'heading');
  if (heading === undefined || heading.depth !== 1) return {};
  const whole = headingText(source.text, heading);
  const before = /^([\w.-]+)\s*:\s*/.exec(whole);
  const name = before?.[1]?.toLowerCase() ?? '';
  const stem = stemOf(source.file).toLowerCase();
  const names = taskNames([stem]);
  names.add(stem, [id.toLowerCase()]);
  const isOwn = names.find(name) !== undefined;
  const isId = isOwn || /^task-?\d/.test(name);
  const text = isId ? whole.slice(before?.[0].length) : whole;
  const at = source.place(startOf(heading));
  return {
    ...(text === '' ? {} : { title: { value: oneLine(text), at } }),
    ...(isId && !isOwn ? { titleId: { value: name, at } } : {}),
  };
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** Where a section that is missing would be looked for first. */
function endOfHeader(source: LocatedText, root: Root): Place {
  const heading = root.children.find((node) => node.type === 'heading');
  return heading === undefined ? source.start : source.place(startOf(heading));
}
