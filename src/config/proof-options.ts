/** Options of what is asked of an agent's work before it is merged: checks, and a look by QA. */

import { anyMap, checkCommands, choice, count, decimal, duration, flag, text, textOrNone } from './kinds.ts';
import { meta } from './option-meta.ts';

export const PROOF_OPTIONS = {
  checksEnabled: flag().prefault(true).register(meta, {
    section: 'Checks',
    key: 'checks.enabled',
    env: 'COX_CHECKS_ENABLED',
    description: "whether each task's work is checked before it is merged",
  }),
  checksTimeout: duration().prefault('15m').register(meta, {
    section: 'Checks',
    key: 'checks.timeout',
    env: 'COX_CHECKS_TIMEOUT',
    description: 'time for one check',
  }),
  checksReruns: count(0, 10).prefault(1).register(meta, {
    section: 'Checks',
    key: 'checks.reruns',
    env: 'COX_CHECKS_RERUNS',
    description: 'how often a test that failed is run again, to tell a flaky one from a broken one',
  }),
  checksCommands: checkCommands().prefault({}).register(meta, {
    section: 'Checks',
    key: 'checks.commands',
    description:
      'checks by name, with the command of each or with run and critical; wins over what is found in the project, and an empty command switches the check off',
  }),
  checksCoverage: decimal(0, 100).optional().register(meta, {
    section: 'Checks',
    key: 'checks.coverage',
    env: 'COX_CHECKS_COVERAGE',
    description: 'least share of lines that tests cover, in percent; without it, only a decrease counts',
  }),
  checksDiffLines: count(1, 1e9).optional().register(meta, {
    section: 'Checks',
    key: 'checks.diffLines',
    env: 'COX_CHECKS_DIFF_LINES',
    description: 'most lines that a task may change',
  }),
  checksBoundaries: choice('fail', 'warn').prefault('fail').register(meta, {
    section: 'Checks',
    key: 'checks.boundaries',
    env: 'COX_CHECKS_BOUNDARIES',
    description: 'what a change outside of its scope does to a task on its last try: fail, or warn',
  }),
  qa: flag().prefault(true).register(meta, {
    section: 'QA',
    key: 'qa.enabled',
    env: 'COX_QA_ENABLED',
    flag: '--no-qa',
    description: "whether QA looks at each task's work, where an agent or a command is there for it",
    without: 'no QA: nobody looks at the work beside the checks',
  }),
  qaCommand: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'QA',
    key: 'qa.command',
    env: 'COX_QA_COMMAND',
    flag: '--qa-command <sh>',
    description:
      "this shell command looks at each task's work in a fresh checkout, and prints TASK_APPROVED, TASK_REJECTED or QA_BLOCKED in a promise",
  }),
  qaAgent: text('the name of an agent driver').optional().register(meta, {
    section: 'QA',
    key: 'qa.agent',
    env: 'COX_QA_AGENT',
    description:
      "which driver looks at the work; without it the tasks' own, unless that is a command or a recipe",
  }),
  qaOptions: anyMap().optional().register(meta, {
    section: 'QA',
    key: 'qa.options',
    description: "options of that driver; without them, those of the tasks' agent if it is the same driver",
  }),
  qaRejections: count(1, 100).prefault(3).register(meta, {
    section: 'QA',
    key: 'qa.rejections',
    env: 'COX_QA_REJECTIONS',
    description: 'with so many rejections a task has failed; they are counted apart from failures',
  }),
  qaTries: count(1, 100).prefault(3).register(meta, {
    section: 'QA',
    key: 'qa.tries',
    env: 'COX_QA_TRIES',
    description: 'after so many tries in a row without a verdict a task waits for you',
  }),
  requireQa: flag().prefault(false).register(meta, {
    section: 'QA',
    key: 'qa.required',
    env: 'COX_REQUIRE_QA',
    flag: '--require-qa',
    description: 'refuse to run when nobody can look at the work',
  }),
};
