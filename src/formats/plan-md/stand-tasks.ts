/** How far the tasks are that are not done: their own marks say it, else their row's, else their group's. */

import { fewOf } from '../../core/few-of.ts';
import { type FindingList, quoted } from '../finding-list.ts';
import type { Place } from '../located-text.ts';
import { saysState, saysStateOfAll } from '../said-state.ts';
import type { PlacedGroup } from './group-numbers.ts';
import { isDone, standingOf } from './marks.ts';
import { nameKey } from './name-key.ts';
import type { LeftOut, PlacedTask } from './placed.ts';
import type { RawTask } from './raw-task.ts';
import type { Stands } from './standing.ts';

/** Crossed out, cancelled or skipped. */
export function isDropped(raw: RawTask, row?: RawTask): boolean {
  return raw.isDropped === true || ownStanding(raw, row).is === 'dropped';
}

const OPEN: Stands = { is: 'open', words: '', reason: '', mayWait: false };

function ownStanding(raw: RawTask, row?: RawTask): Stands {
  if (isDone(raw.checked, raw.marks)) return OPEN;
  const own = standingOf(raw.marks);
  return own.is !== 'open' || row === undefined || isDone(row.checked, row.marks)
    ? own
    : standingOf(row.marks);
}

interface Around {
  readonly groups: readonly PlacedGroup[];
  /** What is left out is added. */
  readonly left: Map<string, LeftOut>;
}

/** Some of one group for one reason are told at once. */
interface Told {
  readonly at: Place;
  readonly stands: Stands;
  readonly ids: string[];
}

export function standings(
  tasks: readonly PlacedTask[],
  { groups, left }: Around,
  findings: FindingList,
): readonly PlacedTask[] {
  const byNumber = new Map(groups.map((group) => [group.number, group]));
  const told = new Map<string, Told>();
  const standing = tasks.flatMap((task): readonly PlacedTask[] => {
    if (task.isDone) {
      warnOfMore(task, findings);
      return [task];
    }
    const own = ownStanding(task.raw, task.row);
    const group = byNumber.get(task.group ?? -1)?.raw;
    const isOwn = own.is !== 'open' || group === undefined || group.isMarkedDone;
    const stands = isOwn ? own : standingOf(group.marks);
    const { at } = isOwn ? task.raw : group;
    warnOfOdd(task, findings);
    if (stands.is === 'open' || stands.is === 'begun') warnOfRun(task, byNumber, findings);
    if (stands.is === 'held') return [{ ...task, hold: { ...stands, at } }];
    if (stands.is === 'open') return [task];
    const key = `${stands.is} ${at.line} ${at.column}`;
    const before = told.get(key) ?? { at, stands, ids: [] };
    told.set(key, before);
    before.ids.push(task.id);
    if (stands.is === 'begun') return [task];
    left.set(nameKey(task.id), 'left out');
    return [];
  });
  for (const group of groups) warnOfHeadings(group, standing, findings);
  for (const { at, stands, ids } of told.values())
    if (stands.is === 'begun') warnOfBegun(ids, { at, stands }, findings);
    else warnOfLeftOut(ids, at, findings);
  return standing;
}

/** Headings above a group: of each the first group that is run all the same. */
function warnOfHeadings(
  { raw, number }: PlacedGroup,
  tasks: readonly PlacedTask[],
  findings: FindingList,
): void {
  const run = tasks.filter((task) => task.group === number && !task.isDone && task.hold === undefined);
  if (raw === undefined || run.length === 0) return;
  const tell = (value: string, at: Place, which: string): void =>
    findings.warn({
      rule: 'state-unread',
      at,
      message: `${quoted(value)} seems to say how the tasks below it stand, and is read as a heading: ${which} run`,
      remedy:
        'Say it in the heading of each group, as in `## Parallel Group 3: Later ⏸️ on hold`, tick the boxes of what is done, or take the group out of the file.',
    });
  for (const { value, at } of raw.outer)
    if (saysStateOfAll(value)) tell(value, at, `those of Group ${number} are`);
  if (saysState(raw.name)) tell(raw.name, raw.at, `those of Group ${number} are`);
  for (const title of new Set(run.flatMap((task) => task.raw.below ?? [])))
    if (saysStateOfAll(title)) {
      const own = run.filter((task) => task.raw.below?.includes(title));
      const ids = own.map(({ id }) => id);
      tell(title, own[0]?.raw.at ?? raw.at, `${fewOf(ids)} ${ids.length === 1 ? 'is' : 'are'}`);
    }
}

export function warnOfLeftOut(ids: readonly string[], at: Place, findings: FindingList): void {
  const [is, it] = ids.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  findings.warn({
    rule: 'task-crossed-out',
    at,
    message: `${fewOf(ids)} ${is} crossed out, cancelled or skipped: ${it} left out`,
    remedy: 'Remove it, or write it with an empty box if it is to be done.',
    tasks: ids.slice(0, 20),
  });
}

function warnOfBegun(
  ids: readonly string[],
  { at, stands: { words, reason } }: { readonly at: Place; readonly stands: Stands },
  findings: FindingList,
): void {
  const [is, it] = ids.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  const says = reason === '' ? '' : ` (${quoted(words)})`;
  findings.warn({
    rule: 'task-in-progress',
    at,
    message: `${fewOf(ids)} ${is} marked as in progress${says}: ${it} done from the beginning`,
    remedy:
      'See that nobody else is at it; if a run was left, `cox resume` goes on with that instead. Mark as done what is done.',
    tasks: ids.slice(0, 20),
  });
}

/** Words of the title, and of its details, that it is not to be run, or not here. */
function warnOfRun(
  { id, raw, row, group }: PlacedTask,
  groups: ReadonlyMap<number, PlacedGroup>,
  findings: FindingList,
): void {
  const lines = [raw.details, ...raw.requirements, ...(row?.requirements ?? [])].join('\n').split(/\r\n?|\n/);
  const done = raw.checked === null ? lines.find((line) => DONE_LINE.test(line.slice(0, 200))) : undefined;
  if (done !== undefined)
    findings.warn({
      rule: 'state-unread',
      at: raw.at,
      message: `${quoted(done.replace(/^[\s>*+-]+/, ''))} seems to say how ${id} stands, where no state is read: it is run`,
      remedy: 'Tick its box, as in `- [x] 1.1: text`, or write `Status: done` below it or in a column.',
      tasks: [id],
    });
  if (saysState(raw.title) || (raw.checked === null && DONE_SIGN.test(raw.title)))
    findings.warn({
      rule: 'state-unread',
      at: raw.at,
      message: `${quoted(raw.title)} seems to say how ${id} stands, and is read as a title: it is run`,
      remedy:
        'Write it behind the task, as in `(Ada-1, 2h) Blocked: legal`, tick the box of what is done, or use other words.',
      tasks: [id],
    });
  const elsewhere = ELSEWHERE.exec(raw.details)?.[1] ?? MOVED.exec(raw.title)?.[1];
  if (elsewhere === undefined || group === null || elsewhere === String(group)) return;
  // `Radio group: 2` of a plan without one.
  if (!groups.has(Number(elsewhere))) return;
  findings.warn({
    rule: 'group-unread',
    at: raw.at,
    message: `${id} seems to belong to Group ${elsewhere}, and stands in Group ${group}: that counts`,
    remedy: `List it in Group ${elsewhere}, or write \`⏭️ Moved to Group ${elsewhere}\` behind it.`,
    tasks: [id],
  });
}

/** `Done: yes`, `Completed: 2026-01-01`, or no more than that. */
const DONE_LINE =
  /^[\s>*_+-]*(?:✅\P{L}*$|(?:done|completed|finished|merged)[\s*_.!]*(?:$|[:：][\s*_]*(?:yes|true|x(?!\p{L})|✅|✓|\d)))/iu;
const DONE_SIGN = /✅|✔|☑|✓/u;
const ELSEWHERE = /(?:^|\n)[ \t*_-]*(?:parallel )?group[*_]*[ \t]*:[*_ \t]*(\d{1,6})[ \t*_.]*(?:$|[\r\n])/i;
const MOVED = /(?:→|->|moved? to)\s*(?:parallel )?group\s+#?(\d{1,6})\W*$/i;

/** What is said beside that it is done. */
function warnOfMore({ id, raw, row }: PlacedTask, findings: FindingList): void {
  const more = raw.unclearState ?? row?.unclearState;
  if (more === undefined) return;
  findings.warn({
    rule: 'state-unclear',
    at: raw.unclearState === undefined ? (row ?? raw).at : raw.at,
    message: `${quoted(more)} says more of ${id} than that it is done, or something else: it is taken as done`,
    remedy: 'Write `Done` alone, or take the mark of what is done away if it is to be done again.',
    tasks: [id],
  });
}

/** Marks that say nothing that is known. */
function warnOfOdd({ id, raw, row }: PlacedTask, findings: FindingList): void {
  if (raw.oddBox !== undefined)
    findings.warn({
      rule: 'box-unclear',
      at: raw.at,
      message: `the box of ${id} holds ${quoted(raw.oddBox)}, which says neither that it is done nor that it is not: it is taken as not done`,
      remedy:
        'Write `[ ]` for what is to be done, `[x]` for what is done, and `[-]` for what nobody is to do.',
      tasks: [id],
    });
  const unclear = raw.unclearState ?? row?.unclearState;
  if (unclear !== undefined)
    findings.warn({
      rule: 'state-unclear',
      at: raw.unclearState === undefined ? (row ?? raw).at : raw.at,
      message: `the state ${quoted(unclear)} of ${id} is none that is known: it is taken as not done, and told to the agent`,
      remedy: 'Write `Pending`, `In progress`, `Blocked: reason`, `Done` or `Cancelled`.',
      tasks: [id],
    });
}
