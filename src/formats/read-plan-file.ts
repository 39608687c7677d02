import { FindingList } from './finding-list.ts';
import { LocatedText } from './located-text.ts';
import type { PlanFiles, ReadPlan } from './plan-files.ts';
import { unfitPlan } from './unfit-text.ts';
import { reportUnreadable } from './unreadable-files.ts';

/** Nothing where an error leaves no plan. */
type ReadText = (source: LocatedText, findings: FindingList) => Omit<ReadPlan, 'findings'>;

/** Reads a plan that is one Markdown file; `read` is given a text only if it is fit to be parsed. */
export function readPlanFile(given: PlanFiles, read: ReadText): ReadPlan {
  const findings = new FindingList();
  reportUnreadable(given, findings);
  const [file, text = ''] = [...given.files][0] ?? [];
  const found = file === undefined ? {} : readFit(new LocatedText(file, text), findings, read);
  return { ...found, findings: findings.sorted(file ?? '') };
}

function readFit(source: LocatedText, findings: FindingList, read: ReadText): Omit<ReadPlan, 'findings'> {
  const unfit = unfitPlan(source);
  if (unfit === null) return read(source, findings);
  findings.error({ rule: 'plan-unreadable', at: source.start, ...unfit });
  return {};
}
