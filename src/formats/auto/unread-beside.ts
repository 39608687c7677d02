/** Tables and lists beside the tasks of a decomposer's plan, of which nothing is read: what they say otherwise is told. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { hasStateSign, isStateField } from '../said-state.ts';
import type { AutoTask } from './read-task.ts';
import { OF_ORDER } from './unread-fields.ts';

const TICKED =
  /^[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+\[[xX]\][ \t]+[*_`]{0,3}Task[ \t]+#?T?(\d{1,6}(?:\.\d{1,6})?)(?![\p{L}\p{N}])/gimu;
const FIRST_CELL = /^[*_`]{0,3}(?:task[ \t#_-]*|#|T(?=\d))?T?(\d{1,6}(?:\.\d{1,6})?)(?![\p{L}\p{N}])/iu;
const NUMBER = /(?<![\p{L}\p{N}.])(?:task[ \t#_-]*|#|T(?=\d))?T?(\d{1,6}(?:\.\d{1,6})?)(?![\p{L}\p{N}])/giu;

const OF_STATE = /^[*_`]*(?:status|state|done|completed?)[*_`]*$/i;

interface Beside {
  readonly prose: string;
  /** Of the file. */
  readonly at: Place;
  readonly find: (number: string) => AutoTask | undefined;
  /** That the first waits for the second. */
  readonly tellOrder: (task: AutoTask, number: string, words: string) => void;
}

export function warnOfBeside({ prose, at, find, tellOrder }: Beside, findings: FindingList): void {
  const told = new Set<AutoTask>();
  const tellState = (task: AutoTask | undefined, words: string): void => {
    if (task === undefined || task.done || told.has(task)) return;
    told.add(task);
    findings.warn({
      rule: 'state-unread',
      at,
      message: `${quoted(words.trim())} beside the tasks seems to say how Task ${task.number} stands, and only its own ticked box is read: it is run`,
      remedy: `Write \`Task ${task.number}: [x] name\` above its fields if it is done.`,
      tasks: [task.id],
    });
  };
  for (const [words, number = ''] of prose.matchAll(TICKED)) tellState(find(number), words);
  for (const row of rowsIn(prose)) {
    const task = find(FIRST_CELL.exec(row.cells[0] ?? '')?.[1] ?? '');
    if (task === undefined) continue;
    for (const cell of cellsOf(row, OF_ORDER))
      for (const [, number = ''] of cell.matchAll(NUMBER)) tellOrder(task, number, row.line);
    for (const cell of cellsOf(row, OF_STATE))
      if (hasStateSign(cell) || isStateField(`Status: ${cell}`)) tellState(task, row.line);
  }
}

/** Behind the first one, below a title of that kind. */
function cellsOf({ head, cells }: Row, title: RegExp): readonly string[] {
  return cells.filter((_, index) => index > 0 && title.test(head[index] ?? ''));
}

interface Row {
  readonly head: readonly string[];
  readonly cells: readonly string[];
  readonly line: string;
}

function rowsIn(text: string): readonly Row[] {
  const rows: Row[] = [];
  let head: readonly string[] | null = null;
  for (const line of text.split(/\r\n?|\n/)) {
    if (!line.startsWith('|')) {
      head = null;
      continue;
    }
    const cells = line
      .replace(/^\||\|[ \t]*$/g, '')
      .split('|')
      .map((cell) => cell.trim());
    if (head === null) head = cells;
    else rows.push({ head, cells, line });
  }
  return rows;
}
