/** A task's name that seems to say how it stands, in places where no state is read. */

const STATE =
  '(?:done|completed?|finished|merged|cancell?ed|skipped|dropped|obsolete|blocked|on[ -]hold|deferred|postponed|in[ -]progress|wip)';
const SIGN = /✅|✔|☑|✓|❌|🚫|🛑|⛔|🔒|⏸|🔄|🚧|⏳|\[[^\s\]]\]/u;

const PATTERNS: readonly RegExp[] = [
  // In parentheses or brackets before it or behind it.
  new RegExp(String.raw`^[([]${STATE}\b[^()[\]]*[)\]]|[([](?:${STATE}\b[^()[\]]*|x)[)\]]\W*$`, 'iu'),
  // In capitals before it or behind a dash.
  /(?:^|\s[-–—:]\s*)(?:DONE|COMPLETED?|FINISHED|MERGED|CANCELL?ED|SKIPPED|BLOCKED|ON[ -]HOLD|DEFERRED|WIP|IN[ -]PROGRESS)\b/u,
  // Behind a comma, as a remark: `currently blocked by legal`.
  new RegExp(
    String.raw`[,;]\s(?:(?:is|was|currently|already|still|now)\s)*${STATE}(?:\s*$|\s*[:(–—-]|\s(?:by|on|until|till|for|since|due|in)\b)`,
    'iu',
  ),
  /^~~.*~~$/u,
];

export function hasStateSign(text: string): boolean {
  return SIGN.test(text);
}

/** In words; signs are asked for apart. */
export function saysState(name: string): boolean {
  return PATTERNS.some((pattern) => pattern.test(name.trim()));
}

const FIELD = new RegExp(
  String.raw`^[*_]*(?:Status|State)[*_]*[ \t]*[:：][*_ \t]*(?:\P{L}*(?:${STATE}|x)\b.*|.*${SIGN.source}.*)$`,
  'iu',
);

/** `- **Status:** 🟢 Completed`, without the dash. */
export function isStateField(line: string): boolean {
  return FIELD.test(line.trim());
}
