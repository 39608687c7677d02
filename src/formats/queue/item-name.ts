/** The name of a queue item's file: `007-pending-login-form.md`. */

export const ITEM_STATUSES = ['pending', 'in_progress', 'completed', 'blocked'] as const;

export type ItemStatus = (typeof ITEM_STATUSES)[number];

export interface ItemName {
  /** As it is written, `007`: what other items refer to it by. */
  readonly number: string;
  readonly status: ItemStatus;
  /** Behind the status, without the ending; may be empty. */
  readonly slug: string;
}

const ITEM = /^(\d{3,6})-(pending|in_progress|completed|blocked)(?:-([^/]*))?\.md$/;
const NUMBERED = /^\d+[-_][^/]*\.md$/i;
const NEARLY =
  /^(?:[^/]*[-_. ])?(?:pending|in[-_ ]?progress|completed|blocked)(?:[-_. ][^/]*)?\.(?:md|markdown|txt)$/i;

/** Null for a file of another name. */
export function parseItemName(name: string): ItemName | null {
  const match = ITEM.exec(name);
  const status = ITEM_STATUSES.find((each) => each === match?.[2]);
  if (match === null || status === undefined) return null;
  return { number: match[1] ?? '', status, slug: match[3] ?? '' };
}

export function itemFileName({ number, status, slug }: ItemName): string {
  return `${number}-${status}${slug === '' ? '' : `-${slug}`}.md`;
}

/** A file that is numbered as items are, whatever else its name says. */
export function isNumbered(name: string): boolean {
  return NUMBERED.test(name);
}

const STATUS = /^([`*_"']*)(pending|in[ _-]?progress|completed|blocked)(?![\p{L}\p{N}])/iu;

/** A file that has a status in its name as items have, whatever else its name says. */
export function isNearlyItem(name: string): boolean {
  return NEARLY.test(name);
}

/** No note is read further. */
const LONGEST = 1000;
const AROUND = /^[^\p{L}\p{N}]+|[\s`*_"')\].]+$/gu;

/** The status that a text begins with; null for none of the four. */
export function statusOf(text: string): ItemStatus | null {
  const word = STATUS.exec(text.trim())?.[2]?.toLowerCase();
  if (word?.startsWith('in')) return 'in_progress';
  return ITEM_STATUSES.find((each) => each === word) ?? null;
}

/** What stands behind the status, without the marks around it; empty for a text that begins with none. */
export function statusNote(text: string): string {
  const whole = text.trim();
  const match = STATUS.exec(whole);
  // Trimming takes quadratic time over some texts.
  return match === null ? '' : whole.slice(match[0].length, LONGEST).replace(AROUND, '');
}

/** The same value with another status: what stands behind the old one stays. */
export function replaceStatus(value: string, status: ItemStatus): string {
  const match = STATUS.exec(value);
  return match === null ? status : `${match[1] ?? ''}${status}${value.slice(match[0].length)}`;
}
