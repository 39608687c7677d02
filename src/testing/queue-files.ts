/** Texts of queue folders. */

import { readQueue } from '../formats/queue/read-queue.ts';

export interface ItemText {
  readonly status?: string;
  readonly priority?: string;
  readonly blocks?: string;
  readonly blockedBy?: string;
  readonly files?: string;
  readonly description?: string;
  readonly criteria?: readonly string[];
  readonly notes?: string;
}

/** The status line is the third, `Blocks` the sixth. */
export function itemText(title: string, item: ItemText = {}): string {
  return [
    `# ${title}`,
    '',
    `**Status**: ${item.status ?? 'pending'}`,
    `**Priority**: ${item.priority ?? 'medium'}`,
    '**Assignee**: @Developer',
    `**Blocks**: ${item.blocks ?? 'none'}`,
    `**BlockedBy**: ${item.blockedBy ?? 'none'}`,
    ...(item.files === undefined ? [] : [`**Files**: ${item.files}`]),
    '',
    '## Description',
    item.description ?? `Make ${title}.`,
    '',
    '## Success Criteria',
    ...(item.criteria ?? [`${title} is there`]).map((text) => `- [ ] ${text}`),
    '',
    '## Notes',
    item.notes ?? '',
    '',
  ].join('\n');
}

/** `severity rule file:line:column tasks` of every finding. */
export function queueFindings(files: ReadonlyMap<string, string>): readonly string[] {
  return readQueue({ files }).findings.map(
    ({ severity, rule, file, line, column, tasks }) =>
      `${severity} ${rule} ${file}:${line}:${column}${tasks.length > 0 ? ` ${tasks.join(',')}` : ''}`,
  );
}
