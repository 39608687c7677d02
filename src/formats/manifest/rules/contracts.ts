/** Contracts: each one that a task names is there, and each one that is there is named. */

import { type FindingList, quoted } from '../../finding-list.ts';
import type { RuleInput } from './rule.ts';

export const CONTRACTS = 'contracts/';

export function checkContracts({ tasks, files, unreadable }: RuleInput, findings: FindingList): void {
  const named = new Set<string>();
  for (const { id, file } of tasks) {
    for (const contract of file?.contracts ?? []) {
      const path = contractPath(contract.value, files);
      if (path !== null) named.add(path);
      else if (!isUnread(contract.value, unreadable)) {
        findings.warn({
          rule: 'contract-missing',
          at: contract.at,
          message: `${id} names the contract ${quoted(contract.value)}, which is not in the plan's folder`,
          remedy: 'Write the contract, or take its name out.',
          tasks: [id],
        });
      }
    }
  }
  // A task whose file is not there may name any of them.
  if (tasks.some(({ file }) => file === undefined)) return;
  const bodies = tasks.map(({ file }) => file?.source.text ?? '');
  for (const path of files.keys()) {
    if (!path.startsWith(CONTRACTS) || named.has(path) || bodies.some((body) => body.includes(path)))
      continue;
    findings.warn({
      rule: 'contract-unused',
      at: { file: path, line: 1, column: 1 },
      message: `no task names the contract ${quoted(path)}`,
      remedy: 'Name it under `contracts` in the tasks that must keep to it, or remove it.',
    });
  }
}

/** Contracts are named from the plan's folder, from the folder of tasks, or by file alone; a part behind `::` or `#` is no path. */
export function contractPath(name: string, files: ReadonlyMap<string, string>): string | null {
  return waysOf(name).find((each) => files.has(each)) ?? null;
}

/** Why is said of the file or folder itself. */
function isUnread(name: string, unreadable: ReadonlySet<string>): boolean {
  return unreadable.has(CONTRACTS) || waysOf(name).some((each) => unreadable.has(each));
}

function waysOf(name: string): readonly string[] {
  const path = name.replace(/(?:::|#).*$/, '').replace(/^(?:\.{1,2}\/)+/, '');
  return [path, `${CONTRACTS}${path}`];
}
