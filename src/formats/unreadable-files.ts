import type { FindingList } from './finding-list.ts';
import type { PlanFiles } from './plan-files.ts';

interface Rules {
  /** Whether there is no plan without the file; all are, when absent. */
  readonly isNeeded?: (file: string) => boolean;
  /** What else than mending it helps, where there is a plan without it. */
  readonly orElse?: string;
}

/** Tells of the files of a plan that are there but could not be read. */
export function reportUnreadable(
  { unreadable }: PlanFiles,
  findings: FindingList,
  { isNeeded = () => true, orElse = '' }: Rules = {},
): void {
  for (const [file, reason] of unreadable ?? []) {
    const isMissed = isNeeded(file);
    const what = file === '' || file.endsWith('/') ? 'folder' : 'file';
    findings[isMissed ? 'error' : 'warn']({
      rule: 'file-unreadable',
      at: { file, line: 1, column: 1 },
      message: `the ${what} cannot be read: ${reason}`,
      remedy: `Mend the ${what}${isMissed ? '' : orElse}.`,
    });
  }
}
