/** What the reader of parallel groups makes of a text. */

import { readPlanMd } from '../formats/plan-md/read-plan-md.ts';

export function readPlanText(text: string): ReturnType<typeof readPlanMd> {
  return readPlanMd({ files: new Map([['PLAN.md', text]]) });
}

const QUIET: readonly string[] = ['agent-unknown', 'criteria-missing', 'agent-missing'];

/** Its findings as `line severity rule`, but for those that almost every short plan has. */
export function rulesOf(text: string): readonly string[] {
  return readPlanText(text)
    .findings.filter(({ rule }) => !QUIET.includes(rule))
    .map(({ rule, line, severity }) => `${line} ${severity} ${rule}`);
}
