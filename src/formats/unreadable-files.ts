import type { FindingList } from './finding-list.ts';
import type { PlanFiles } from './plan-files.ts';

interface Rules {
  /** Whether there is no plan without the file; all are, when absent. */
  readonly isNeeded?: (file: string) => boolean;
  /** Whether removing it helps as well; never, when absent. */
  readonly mayGo?: (file: string) => boolean;
}

/** Tells of the files and folders of a plan that are there but could not be read. */
export function reportUnreadable(
  { unreadable }: PlanFiles,
  findings: FindingList,
  { isNeeded = () => true, mayGo = () => false }: Rules = {},
): void {
  for (const [file, reason] of unreadable ?? []) {
    const what = file === '' || file.endsWith('/') ? 'folder' : 'file';
    findings[isNeeded(file) ? 'error' : 'warn']({
      rule: 'file-unreadable',
      at: { file, line: 1, column: 1 },
      message: `the ${what} cannot be read: ${reason}`,
      remedy: `Mend the ${what}${mayGo(file) ? ', or remove it' : ''}.`,
    });
  }
}
