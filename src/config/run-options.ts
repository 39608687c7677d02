/** Options of what a run does: its agents, limits, order and checks. */

import {
  anyMap,
  capacities,
  choice,
  count,
  decimal,
  duration,
  flag,
  homePaths,
  mapOfMaps,
  orNone,
  size,
  text,
  textOrNone,
  words,
} from './kinds.ts';
import { meta } from './option-meta.ts';

export const RUN_OPTIONS = {
  agent: text('the name of an agent driver').optional().register(meta, {
    section: 'Agents',
    key: 'agent.driver',
    env: 'COX_AGENT',
    flag: '--agent <name>',
    description:
      'which driver runs the tasks: acp, claude-agent-sdk, claude-code, codex, gemini, opencode, pi, qwen, command, recipe',
  }),
  agentCommand: text('a command line for the shell').optional().register(meta, {
    section: 'Agents',
    key: 'agent.command',
    env: 'COX_AGENT_COMMAND',
    flag: '--agent-command <sh>',
    description:
      'the agent is this shell command; it finds the prompt on standard input and in $COX_PROMPT_FILE',
  }),
  recipe: text('the path of a recipe').optional().register(meta, {
    section: 'Agents',
    key: 'agent.recipe',
    env: 'COX_RECIPE',
    flag: '--recipe <file>',
    description: 'the agent is the embedded one, which does what this recipe says',
  }),
  completion: choice('signal', 'exit-code').optional().register(meta, {
    section: 'Agents',
    key: 'agent.completion',
    env: 'COX_COMPLETION',
    flag: '--completion <rule>',
    description: 'when an agent counts as done: signal (it says so) or exit-code (an exit of 0 is enough)',
  }),
  agentOptions: anyMap().optional().register(meta, {
    section: 'Agents',
    key: 'agent.options',
    description: 'further options of the driver that is named beside them, else of whichever is chosen',
  }),
  agentDrivers: mapOfMaps().optional().register(meta, {
    section: 'Agents',
    key: 'agent.drivers',
    description:
      'options of drivers by their names, for whichever of them --agent chooses; agent.options are put over them',
  }),
  agentEnvironment: words('names of environment variables, a * at the end for all that begin so')
    .prefault([])
    .register(meta, {
      section: 'Agents',
      key: 'agent.environment',
      env: 'COX_AGENT_ENVIRONMENT',
      description: 'environment variables that agents get beside the usual ones, credentials among them',
    }),
  agentFiles: homePaths().prefault([]).register(meta, {
    section: 'Agents',
    key: 'agent.files',
    env: 'COX_AGENT_FILES',
    description:
      'files and folders below the home that agents, and nothing else, may read in the sandbox: their credentials',
  }),
  maxParallel: count(1, 1000).prefault(5).register(meta, {
    section: 'Limits',
    key: 'maxParallel',
    env: 'COX_MAX_PARALLEL',
    flag: '--max-parallel <n>',
    description: 'agents at once',
  }),
  retries: count(0, 100).prefault(3).register(meta, {
    section: 'Limits',
    key: 'retries',
    env: 'COX_RETRIES',
    flag: '--retries <n>',
    description: 'tries after the first',
  }),
  timeout: duration().prefault('2h').register(meta, {
    section: 'Limits',
    key: 'timeout',
    env: 'COX_TIMEOUT',
    flag: '--timeout <time>',
    description: 'time for one attempt',
  }),
  idleTimeout: duration().prefault('30m').register(meta, {
    section: 'Limits',
    key: 'idleTimeout',
    env: 'COX_IDLE_TIMEOUT',
    flag: '--idle-timeout <time>',
    description: 'time for which an agent may print nothing',
  }),
  grace: duration().prefault('10s').register(meta, {
    section: 'Limits',
    key: 'grace',
    env: 'COX_GRACE',
    description: 'time between the polite stop of an agent and its kill',
  }),
  logBytes: size(1000, 10e9).prefault('50MB').register(meta, {
    section: 'Limits',
    key: 'logBytes',
    env: 'COX_LOG_BYTES',
    description: 'bytes of output kept of each attempt',
  }),
  runsKept: count(1, 100_000).prefault(20).register(meta, {
    section: 'Limits',
    key: 'runs.kept',
    env: 'COX_RUNS_KEPT',
    description: 'the newest runs keep their logs; of older ones those that have ended lose them',
  }),
  backoffFirst: duration().prefault('5s').register(meta, {
    section: 'Limits',
    key: 'backoff.first',
    env: 'COX_BACKOFF_FIRST',
    description: 'pause before the second try',
  }),
  backoffFactor: decimal(1, 100).prefault(2).register(meta, {
    section: 'Limits',
    key: 'backoff.factor',
    env: 'COX_BACKOFF_FACTOR',
    description: 'how much longer each further pause is',
  }),
  backoffLongest: duration().prefault('5m').register(meta, {
    section: 'Limits',
    key: 'backoff.longest',
    env: 'COX_BACKOFF_LONGEST',
    description: 'the longest pause between two tries',
  }),
  breakerFailures: count(1, 1000).prefault(5).register(meta, {
    section: 'Limits',
    key: 'breaker.failures',
    env: 'COX_BREAKER_FAILURES',
    description: 'equal failures across tasks, with no success between them, that pause new starts',
  }),
  breakerPause: duration().prefault('60s').register(meta, {
    section: 'Limits',
    key: 'breaker.pause',
    env: 'COX_BREAKER_PAUSE',
    description:
      'length of the first such pause; each further one is twice as long; a retry by hand ends it, and so does leaving the run',
  }),
  schedule: choice('waves', 'dag').prefault('waves').register(meta, {
    section: 'Scheduling',
    key: 'schedule',
    env: 'COX_SCHEDULE',
    flag: '--schedule <how>',
    description: 'waves: group after group; dag: each task as soon as what it depends on is merged',
  }),
  onFailure: choice('stop', 'continue').prefault('continue').register(meta, {
    section: 'Scheduling',
    key: 'onFailure',
    env: 'COX_ON_FAILURE',
    flag: '--on-failure <what>',
    description: 'after a task failed for good: stop, or continue with what does not depend on it',
  }),
  oneGroup: flag().prefault(false).register(meta, {
    section: 'Scheduling',
    key: 'oneGroup',
    env: 'COX_ONE_GROUP',
    flag: '--one-group',
    description: 'stop with a checkpoint after each group; resume goes on',
  }),
  resources: capacities().prefault({}).register(meta, {
    section: 'Scheduling',
    key: 'resources',
    env: 'COX_RESOURCES',
    description: 'how many tasks may hold a named resource at once; one that is not listed, 1',
  }),
  conflictsEvery: orNone(duration()).prefault('15s').register(meta, {
    section: 'Scheduling',
    key: 'conflicts.every',
    env: 'COX_CONFLICTS_EVERY',
    description:
      'pause between two looks whether what agents have done so far would conflict; none: nobody looks',
  }),
  mergeTest: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'Checks',
    key: 'mergeTest',
    env: 'COX_MERGE_TEST',
    flag: '--merge-test <sh>',
    description: 'command that must pass on the result of each merge before it counts',
  }),
  mergeSlots: count(1, 1000).prefault(4).register(meta, {
    section: 'Checks',
    key: 'mergeSlots',
    env: 'COX_MERGE_SLOTS',
    flag: '--merge-slots <n>',
    description: 'merge tests at once; each further merge is tested as if those before it had passed',
  }),
  mergeStrategy: choice('merge', 'squash', 'rebase').prefault('merge').register(meta, {
    section: 'Checks',
    key: 'merge.strategy',
    env: 'COX_MERGE_STRATEGY',
    flag: '--merge-strategy <how>',
    description:
      'what finished work becomes: merge (a merge commit each), squash (one commit each) or rebase (its own commits in a line)',
  }),
  mergeResolve: choice('safe', 'off').prefault('safe').register(meta, {
    section: 'Checks',
    key: 'merge.resolve',
    env: 'COX_MERGE_RESOLVE',
    description:
      'what is done about a conflict at once: safe (put together what each side only added, make lockfiles anew) or off (nothing)',
  }),
  checkTimeout: duration().prefault('30m').register(meta, {
    section: 'Checks',
    key: 'checkTimeout',
    env: 'COX_CHECK_TIMEOUT',
    flag: '--check-timeout <time>',
    description: "time for a merge test or a group's validation",
  }),
};
