/** What the metadata say of the plan is what the plan is. */

import {
  criticalPath,
  estimatedWeight,
  findCycle,
  type GraphNode,
  remainingPath,
} from '../../../core/graph.ts';
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

interface Node extends GraphNode {
  readonly wave: number;
}

/** The longest chain of dependencies, or the longest that goes over waves as well, for they are barriers. */
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
  const path = given.flatMap((id) => byId.get(id) ?? []);
  const length = path.reduce((sum, node) => sum + weight(node), 0);
  const isChain = (follows: (node: Node, before: Node) => boolean): boolean =>
    path.length === given.length &&
    path.every((node, index) => {
      const before = path[index - 1];
      return before === undefined || follows(node, before);
    });
  const longest = Math.max(0, ...remainingPath(nodes, weight).values());
  if (isChain((node, before) => node.dependsOn.includes(before.id)) && length >= longest) return;
  // Within a wave nothing waits for anything.
  const overWaves = [...Map.groupBy(nodes, ({ wave }) => wave).values()]
    .map((own) => Math.max(...own.map(weight)))
    .reduce((sum, most) => sum + most, 0);
  if (isChain((node, before) => before.wave < node.wave) && length >= overWaves) return;
  const actual = criticalPath(nodes, weight).join(' → ');
  findings.warn({
    rule: 'critical-path',
    at: document.at(['metadata', 'critical_path']),
    message: `metadata.critical_path is not the longest chain of dependencies, which is ${actual}`,
    remedy: 'Write that path; the run goes by its own in any case.',
  });
}
