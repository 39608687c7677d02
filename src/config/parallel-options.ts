/** Options of whether a decomposer's plan runs in parallel at all, and of who is asked before a run begins. */

import { choice, count, flag } from './kinds.ts';
import { meta } from './option-meta.ts';

export const PARALLEL_OPTIONS = {
  parallelEnabled: flag().prefault(true).register(meta, {
    section: 'Scheduling',
    key: 'parallel.enabled',
    env: 'COX_PARALLEL_ENABLED',
    description: "whether the tasks of a decomposer's plan may run in parallel",
  }),
  parallelMinTasks: count(1, 1000).prefault(3).register(meta, {
    section: 'Scheduling',
    key: 'parallel.minTasks',
    env: 'COX_PARALLEL_MIN_TASKS',
    description: "with fewer independent tasks those of a decomposer's plan run one by one",
  }),
  parallelMinComplexity: choice('small', 'medium', 'large').prefault('small').register(meta, {
    section: 'Scheduling',
    key: 'parallel.minComplexity',
    env: 'COX_PARALLEL_MIN_COMPLEXITY',
    description: "a decomposer's plan whose largest task is smaller runs one task by one",
  }),
  parallelOverride: choice('none', 'force', 'skip-parallel', 'skip-decomposer')
    .prefault('none')
    .register(meta, {
      section: 'Scheduling',
      key: 'parallel.override',
      env: 'COX_PARALLEL_OVERRIDE',
      description:
        "decides for a decomposer's plan whatever its tasks are: force runs them in parallel, the others one by one",
    }),
  confirm: choice('never', 'run', 'every').prefault('never').register(meta, {
    section: 'Scheduling',
    key: 'confirm',
    env: 'COX_CONFIRM',
    description:
      'what is asked: never anything; run, on a terminal whether the run may begin; every, whether each agent may start, on the terminal or by `cox answer`; --yes answers',
  }),
};
