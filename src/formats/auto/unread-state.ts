/** Words of a task that say how it stands, of which a ticked box alone is read. */

import { type FindingList, quoted } from '../finding-list.ts';
import { hasStateSign, isStateField, saysState, withoutLock } from '../said-state.ts';
import type { FoundTask } from './found-task.ts';

/** `Done: yes`, `**Completed:** true`, `Progress: 100%`. */
const DONE_FIELD =
  /^[\s*_`]*(?:done|completed?|finished|merged|progress)[\s*_`]*[:：][\s*_`]*(?:yes|true|✅|✔|x$|100 ?%)/iu;

/** A box alone says that a task is done; nothing says that it is not to be run. */
export function warnOfState(
  { number, name, sign, text, at }: FoundTask,
  id: string,
  findings: FindingList,
): void {
  const inName = hasStateSign(withoutLock(name)) || saysState(name);
  const said = hasStateSign(sign)
    ? sign
    : inName
      ? name
      : text.find((line) => isStateField(line) || DONE_FIELD.test(line));
  if (said === undefined) return;
  findings.warn({
    rule: 'state-unread',
    at,
    message: `${quoted(said.trim())} seems to say how Task ${number} stands, and only a ticked box is read: it is run`,
    remedy: `Write \`Task ${number}: [x] name\` if it is done; take it out of the plan if it is not to be run.`,
    tasks: [id],
  });
}
