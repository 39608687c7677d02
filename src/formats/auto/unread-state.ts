/** Words of a task that say how it stands, of which a ticked box alone is read. */

import { type FindingList, quoted } from '../finding-list.ts';
import type { FoundTask } from './find-tasks.ts';

const SIGN = /✅|✔|☑|✓|❌|🚫|🛑|⛔|🔒|⏸|🔄|🚧|⏳|\[[^\s\]]\]/u;
const STATE =
  '(?:done|completed?|finished|merged|cancell?ed|skipped|dropped|obsolete|blocked|on[ -]hold|deferred|postponed|in[ -]progress|wip|x)';
/** In parentheses or brackets at an end, in capitals at an end, or crossed out. */
const ENCLOSED = new RegExp(String.raw`^[([]${STATE}\b[^()[\]]*[)\]]|[([]${STATE}\b[^()[\]]*[)\]]\W*$`, 'iu');
const LOUD =
  /(?:^|\s[-–—:]\s*)(?:DONE|COMPLETED?|FINISHED|MERGED|CANCELL?ED|SKIPPED|BLOCKED|ON[ -]HOLD|DEFERRED|WIP|IN[ -]PROGRESS)\b/u;
const CROSSED = /^~~.*~~$/u;
const STATUS = new RegExp(
  String.raw`^[*_]*(?:Status|State)[*_]*[ \t]*[:：][*_ \t]*(?:\P{L}*${STATE}\b.*|.*${SIGN.source}.*)$`,
  'iu',
);

/** A box alone says that a task is done; nothing says that it is not to be run. */
export function warnOfState(
  { number, name, sign, text, at }: FoundTask,
  id: string,
  findings: FindingList,
): void {
  const inName = [SIGN, ENCLOSED, LOUD, CROSSED].some((pattern) => pattern.test(name.trim()));
  const said = SIGN.test(sign) ? sign : inName ? name : text.find((line) => STATUS.test(line.trim()));
  if (said === undefined) return;
  findings.warn({
    rule: 'state-unread',
    at,
    message: `${quoted(said.trim())} seems to say how Task ${number} stands, and only a ticked box is read: it is run`,
    remedy: `Write \`Task ${number}: [x] name\` if it is done; take it out of the plan if it is not to be run.`,
    tasks: [id],
  });
}
