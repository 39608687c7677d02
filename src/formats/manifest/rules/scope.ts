/** What a task should say: a scope that means something, a boundary, criteria and an agent. */

import { parsePattern, patternCovers } from '../../../core/glob-overlap.ts';
import { type FindingList, quoted } from '../../finding-list.ts';
import type { LinkedTask } from '../link-tasks.ts';
import type { TaskFile } from '../task-file.ts';
import { isVerifyOnly } from '../to-task.ts';
import type { RuleInput } from './rule.ts';

export function checkScopes({ tasks }: RuleInput, findings: FindingList): void {
  for (const task of tasks) {
    if (task.agent === undefined && task.file !== undefined && task.file.isUnread !== true) {
      findings.warn({
        rule: 'agent-missing',
        at: task.file.source.start,
        message: `${task.id} names no agent; the default one will run it`,
        remedy: 'Name one in the manifest or the front matter, as in "agent": "plugin:agent".',
        tasks: [task.id],
      });
    }
    if (task.file !== undefined) checkTask(task, task.file, findings);
  }
}

const EVERYTHING = parsePattern('**/*');

function checkTask({ id, agent }: LinkedTask, file: TaskFile, findings: FindingList): void {
  const { scope } = file;
  const tasks = [id];
  const says = scope.refused.has('create') || scope.refused.has('modify');
  if (scope.create.length + scope.modify.length === 0 && !says && !isVerifyOnly(file)) {
    findings.warn({
      rule: 'scope-missing',
      at: scope.at,
      message: `${id} does not say what it creates or modifies, so nothing keeps other tasks off its files`,
      remedy:
        'Add a section `## Scope` with CREATE and MODIFY, or `CREATE: (none)` for a task that only verifies.',
      tasks,
    });
  }
  for (const { value, at } of [...scope.create, ...scope.modify]) {
    if (!value.pattern.startsWith('*') || !patternCovers(parsePattern(value.pattern), EVERYTHING)) continue;
    findings.warn({
      rule: 'scope-everything',
      at,
      message: `the scope of ${id} is everything, so it can run beside no other task`,
      remedy: 'Name the files or folders that the task needs.',
      tasks,
    });
  }
  if (scope.boundary.length === 0 && !scope.refused.has('boundary')) {
    findings.warn({
      rule: 'boundary-missing',
      at: scope.at,
      message: `${id} has no BOUNDARY`,
      remedy: 'Say what the task must leave alone, as in `BOUNDARY: other/*`.',
      tasks,
    });
  }
  if (file.criteria.length === 0) {
    findings.warn({
      rule: 'criteria-missing',
      at: file.title?.at ?? file.source.start,
      message: `${id} has no criteria by which its work can be judged`,
      remedy: 'Add a section `## Checklist` with `- [ ]` items.',
      tasks,
    });
  }
  if (file.agent !== undefined && agent !== undefined && file.agent.value !== agent) {
    findings.warn({
      rule: 'agent-mismatch',
      at: file.agent.at,
      message: `${id} names another agent than the manifest, whose word counts: ${quoted(agent)}`,
      remedy: 'Name the same agent in both.',
      tasks,
    });
  }
}
