/** Waves and dependencies agree: what a task waits for lies in an earlier wave, and nothing waits for itself. */

import { reportCycles } from '../../cycles.ts';
import { type FindingList, quoted } from '../../finding-list.ts';
import type { Dependency, LinkedTask } from '../link-tasks.ts';
import { isSaid, meansDeps } from '../shape.ts';
import type { RuleInput } from './rule.ts';

export function checkWaves(input: RuleInput, findings: FindingList): void {
  checkNumbers(input, findings);
  checkFileWaves(input, findings);
  checkManifestDeps(input, findings);
  checkOrder(input, findings);
  const waiting = input.tasks.map(({ id, dependencies }) => ({
    id,
    edges: new Map(dependencies.map((each) => [each.id, each.at])),
  }));
  reportCycles(waiting, findings);
}

function checkNumbers({ manifest, document, tasks, manifestText }: RuleInput, findings: FindingList): void {
  const seen = new Set<number>();
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, wave] of manifest.waves.entries()) {
    const at = document.at(['waves', index, 'number']);
    if (seen.has(wave.number)) {
      findings.error({
        rule: 'duplicate-wave',
        at,
        message: `wave ${wave.number} stands in the manifest more than once`,
        remedy: 'Number the waves 1, 2, 3 and so on.',
      });
    } else if (wave.number < last) {
      findings.warn({
        rule: 'wave-order',
        at,
        message: `wave ${wave.number} stands behind wave ${last}; waves run by number`,
        remedy: 'Write the waves in the order of their numbers.',
      });
    }
    if (wave.tasks.length === 0) {
      findings.warn({
        rule: 'empty-wave',
        at: document.at(['waves', index, 'tasks']),
        message: `wave ${wave.number} has no tasks`,
        remedy: 'Remove the wave, or list its tasks.',
      });
    }
    seen.add(wave.number);
    last = Math.max(last, wave.number);
  }
  if (tasks.length > 0) return;
  findings.error({
    rule: 'no-tasks',
    at: manifest.waves.length === 0 ? document.at(['waves']) : manifestText.start,
    message: 'the plan has no tasks',
    remedy: 'List at least one task in a wave.',
  });
}

function checkFileWaves({ tasks }: RuleInput, findings: FindingList): void {
  for (const { id, wave, file } of tasks) {
    if (file?.wave === undefined || file.wave.value === wave) continue;
    findings.error({
      rule: 'wave-mismatch',
      at: file.wave.at,
      message: `${id} says it is in wave ${file.wave.value}, and the manifest lists it in wave ${wave}`,
      remedy: `Write wave: ${wave} here, or move the task in the manifest.`,
      tasks: [id],
    });
  }
}

/** Of a task whose own file says nothing of what it waits for, nor does another's. */
function checkManifestDeps({ manifest, document, tasks }: RuleInput, findings: FindingList): void {
  const alone = new Set(
    tasks.flatMap(({ id, dependencies, file }) =>
      file !== undefined && file.isUnread !== true && dependencies.length === 0 ? [id] : [],
    ),
  );
  for (const [wave, { tasks: listed }] of manifest.waves.entries()) {
    for (const [place, entry] of listed.entries()) {
      const key = Object.keys(entry).find((each) => each === 'deps' || meansDeps(each));
      if (key === undefined || !isSaid(entry[key]) || !alone.has(entry.id)) continue;
      findings.warn({
        rule: 'manifest-key',
        at: document.at(['waves', wave, 'tasks', place, key]),
        message: `${quoted(key)} is not read here: what ${entry.id} waits for stands under \`deps\` in its own file`,
        remedy: 'Write it there.',
        tasks: [entry.id],
      });
    }
  }
}

function checkOrder({ tasks }: RuleInput, findings: FindingList): void {
  const waveOf = new Map(tasks.map((task) => [task.id, task.wave]));
  const firstWave = tasks[0]?.wave;
  for (const task of tasks) {
    for (const dependency of task.dependencies) {
      const wave = waveOf.get(dependency.id);
      // A task that depends on itself is told of as a cycle.
      if (wave === undefined || wave < task.wave || dependency.id === task.id) continue;
      reportOrder({ task, dependency, wave, isFirst: task.wave === firstWave }, findings);
    }
  }
}

interface WrongOrder {
  readonly task: LinkedTask;
  readonly dependency: Dependency;
  readonly wave: number;
  readonly isFirst: boolean;
}

function reportOrder({ task, dependency, wave, isFirst }: WrongOrder, findings: FindingList): void {
  const place = wave === task.wave ? 'the same wave' : `the later wave ${wave}`;
  const remedy = `Move ${task.id} to a wave after ${wave}, or remove the dependency.`;
  const found = { at: dependency.at, remedy, tasks: [task.id, dependency.id] };
  if (dependency.written === 'blocks' && wave === task.wave) {
    const message = `${dependency.id} blocks ${task.id}, which is in the same wave ${wave}`;
    findings.error({ ...found, rule: 'blocks-within-wave', message });
  } else if (isFirst) {
    const message = `${task.id} is in the first wave and depends on ${dependency.id}; tasks of wave ${task.wave} have no dependencies`;
    findings.error({ ...found, rule: 'first-wave-dependency', message });
  } else {
    const message = `${task.id} (wave ${task.wave}) depends on ${dependency.id}, which is in ${place}`;
    findings.error({ ...found, rule: 'dependency-not-earlier', message });
  }
}
