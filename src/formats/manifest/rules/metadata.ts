/** What the metadata say of the plan is what the plan is. */

import { criticalPath, estimatedWeight, findCycle, remainingPath } from '../../../core/graph.ts';
import type { FindingList } from '../../finding-list.ts';
import type { RuleInput } from './rule.ts';

export function checkMetadata(input: RuleInput, findings: FindingList): void {
  const { manifest, document, tasks } = input;
  const total = manifest.metadata?.total_tasks;
  if (typeof total === 'number' && total !== tasks.length) {
    findings.warn({
      rule: 'total-tasks',
      at: document.at(['metadata', 'total_tasks']),
      message: `metadata.total_tasks is ${total}, and the plan has ${tasks.length}`,
      remedy: `Write ${tasks.length}.`,
    });
  }
  checkCriticalPath(input, findings);
}

/** A longest chain of dependencies, or one that goes over waves, which are barriers. */
function checkCriticalPath({ manifest, document, tasks }: RuleInput, findings: FindingList): void {
  const given = manifest.metadata?.critical_path ?? [];
  const nodes = tasks.map(({ id, wave, dependencies, file }) => ({
    id,
    wave,
    dependsOn: dependencies.map((each) => each.id),
    estimateSeconds: file?.estimateSeconds,
  }));
  // What a task waits for stands in its file.
  const isKnown = tasks.every(({ file }) => file !== undefined && file.isUnread !== true);
  if (given.length === 0 || !isKnown || findCycle(nodes) !== null) return;
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const weight = estimatedWeight(nodes);
  const chained = given.every((id, index) => {
    const node = byId.get(id);
    const before = byId.get(given[index - 1] ?? '');
    if (node === undefined || before === undefined) return node !== undefined && index === 0;
    return node.dependsOn.includes(before.id) || before.wave < node.wave;
  });
  const longest = Math.max(0, ...remainingPath(nodes, weight).values());
  const length = given.reduce((sum, id) => {
    const node = byId.get(id);
    return sum + (node === undefined ? 0 : weight(node));
  }, 0);
  if (chained && length >= longest) return;
  const actual = criticalPath(nodes, weight).join(' → ');
  findings.warn({
    rule: 'critical-path',
    at: document.at(['metadata', 'critical_path']),
    message: `metadata.critical_path is not the longest chain of dependencies, which is ${actual}`,
    remedy: 'Write that path; the run goes by its own in any case.',
  });
}
