/** A title that begins with an id begins with that of its own task: with another one, the file may be a copy. */

import type { FindingList } from '../../finding-list.ts';
import { taskNames } from '../names.ts';
import type { RuleInput } from './rule.ts';

export function checkTitles({ tasks }: RuleInput, findings: FindingList): void {
  for (const { id, file } of tasks) {
    const named = file?.titleId;
    if (named === undefined || taskNames([id.toLowerCase()]).find(named.value) !== undefined) continue;
    findings.warn({
      rule: 'title-mismatch',
      at: named.at,
      message: `the title of ${id} begins with ${named.value}`,
      remedy: `Write ${id}, and look whether all else in the file is meant for it.`,
      tasks: [id],
    });
  }
}
