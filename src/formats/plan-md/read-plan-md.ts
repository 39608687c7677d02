/** Reads a plan of parallel groups, workstreams or a table of tasks: one Markdown file, as a rule MULTI_AGENT_PLAN.md. */

import type { FindingList } from '../finding-list.ts';
import { LocatedText } from '../located-text.ts';
import type { PlanFiles, ReadOptions, ReadPlan } from '../plan-files.ts';
import { readPlanFile } from '../read-plan-file.ts';
import { unfitPlan } from '../unfit-text.ts';
import { linkPlan } from './link-plan.ts';
import { reportLoneSections } from './lone-sections.ts';
import { reportOutside } from './outside.ts';
import { placeTasks } from './place-tasks.ts';
import type { Placed } from './placed.ts';
import { LOOKED_FOR, looksLikePlan, readParts } from './plan-parts.ts';
import { planWords } from './task-words.ts';
import { toPlan } from './to-plan.ts';

export const PLAN_FILE = 'MULTI_AGENT_PLAN.md';

/** Whether a Markdown file is a plan of this family. Total. */
export function isPlanMd(text: string): boolean {
  return unfitPlan(new LocatedText('', text)) === null && looksLikePlan(text);
}

/** Total: any text gives a plan, findings, or both; every finding's place lies within the file it names. */
export function readPlanMd(files: PlanFiles, options: ReadOptions = {}): ReadPlan {
  return readPlanFile(files, (source, findings) => readText(source, options, findings));
}

function readText(
  source: LocatedText,
  options: ReadOptions,
  findings: FindingList,
): Omit<ReadPlan, 'findings'> {
  const parts = readParts(source, findings);
  if (!parts.isPlan) {
    findings.error({
      rule: 'no-groups',
      at: source.start,
      message: `the file has no groups of tasks: looked for ${LOOKED_FOR}`,
      remedy: 'Write the tasks below `## Parallel Group 1: Name`, as in `- [ ] 1.1: text (Builder-1, 2h)`.',
    });
    return {};
  }
  const placed = placeTasks(parts, findings);
  const mentions = reportOutside(parts, findings);
  reportLoneSections(parts, findings);
  checkGroups(placed, source, findings);
  const areBarriers = options.schedule !== 'dag';
  const linked = linkPlan(parts, placed, findings, { areBarriers, mentions });
  const plan = toPlan(parts, linked, options, findings);
  return findings.errors.length > 0 ? {} : { plan, words: planWords(linked) };
}

function checkGroups({ groups, tasks }: Placed, source: LocatedText, findings: FindingList): void {
  for (const { number, name, at, raw } of groups) {
    // All of them may have been moved to another group.
    if (tasks.some(({ group }) => group === number) || (raw?.tasks.length ?? 0) > 0) continue;
    findings.error({
      rule: 'group-empty',
      at,
      message: `Group ${number} (${name}) has no tasks`,
      remedy: 'List them as `- [ ] 1.1: text (Builder-1, 2h)`, or remove the group.',
    });
  }
  if (tasks.length === 0 && groups.length === 0) {
    findings.error({
      rule: 'no-tasks',
      at: source.start,
      message: 'the plan has no tasks',
      remedy: 'List them as `- [ ] 1.1: text (Builder-1, 2h)` below a group.',
    });
  }
}
