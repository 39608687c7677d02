/** Options of where a run works: its worktrees, and what may be reached from them. */

import { choice, count, duration, networkRule, networkRules, text, textOrNone, words } from './kinds.ts';
import { meta } from './option-meta.ts';

export const MACHINE_OPTIONS = {
  slotFolder: text('the path of a folder').optional().register(meta, {
    section: 'Worktrees',
    key: 'slots.folder',
    env: 'COX_SLOTS_FOLDER',
    description: "folder of the worktrees; without it, one in the user's state folder",
  }),
  slotSetup: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'Worktrees',
    key: 'slots.setup',
    env: 'COX_SLOTS_SETUP',
    description: 'command that makes a worktree ready, e.g. npm ci; run once for each worktree and lockfile',
  }),
  slotTeardown: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'Worktrees',
    key: 'slots.teardown',
    env: 'COX_SLOTS_TEARDOWN',
    description: 'command that is run before a worktree is removed',
  }),
  slotSetupTimeout: duration().prefault('15m').register(meta, {
    section: 'Worktrees',
    key: 'slots.setupTimeout',
    env: 'COX_SLOTS_SETUP_TIMEOUT',
    description: 'time for either of the two',
  }),
  slotCopy: words("paths or globs relative to the repository's root")
    .prefault(['.env*', '.claude/'])
    .register(meta, {
      section: 'Worktrees',
      key: 'slots.copy',
      env: 'COX_SLOTS_COPY',
      description: 'untracked files that are copied into each worktree',
    }),
  slotFirstPort: count(1024, 65000).prefault(20000).register(meta, {
    section: 'Worktrees',
    key: 'slots.firstPort',
    env: 'COX_SLOTS_FIRST_PORT',
    description:
      "first port of the first worktree's own range; repositories that run at once need different ones",
  }),
  slotPorts: count(1, 1000).prefault(10).register(meta, {
    section: 'Worktrees',
    key: 'slots.ports',
    env: 'COX_SLOTS_PORTS',
    description: 'ports that each worktree has for itself',
  }),
  slotsKept: count(0, 1000).prefault(5).register(meta, {
    section: 'Worktrees',
    key: 'slots.kept',
    env: 'COX_SLOTS_KEPT',
    description: 'worktrees of failed tasks that are kept for a look',
  }),
  slotsCleanup: choice('never', 'merged').prefault('never').register(meta, {
    section: 'Worktrees',
    key: 'slots.cleanup',
    env: 'COX_SLOTS_CLEANUP',
    description:
      'merged: when all of a run is merged, worktrees that no run has are removed; never: they are used again',
  }),
  slotsAbandoned: duration().prefault('7d').register(meta, {
    section: 'Worktrees',
    key: 'slots.abandoned',
    env: 'COX_SLOTS_ABANDONED',
    description: 'a run that broke off and was not resumed for so long leaves its worktrees to others',
  }),
  sandbox: choice('required', 'auto', 'off').prefault('auto').register(meta, {
    section: 'Isolation',
    key: 'sandbox.mode',
    env: 'COX_SANDBOX',
    flag: '--sandbox <mode>',
    description:
      'required: refuse to run without a sandbox; auto: use what works here, and say so; off: use none',
  }),
  network: networkRule().prefault('open').register(meta, {
    section: 'Isolation',
    key: 'sandbox.network',
    env: 'COX_NETWORK',
    description: 'what agents may reach: open, none, or a list of hosts',
  }),
  checkNetwork: networkRule().optional().register(meta, {
    section: 'Isolation',
    key: 'sandbox.checkNetwork',
    env: 'COX_CHECK_NETWORK',
    description: 'the same for set-up commands, tests and validations; without it, what agents may reach',
  }),
  taskNetwork: networkRules().prefault({}).register(meta, {
    section: 'Isolation',
    key: 'sandbox.taskNetwork',
    description: 'the same for the agents of single tasks, by the id of the task',
  }),
  sandboxReadable: words('absolute paths, or paths below ~/').prefault([]).register(meta, {
    section: 'Isolation',
    key: 'sandbox.readable',
    env: 'COX_SANDBOX_READABLE',
    description: 'files and folders that can be read in the sandbox, beside the system and the tool chains',
  }),
  sandboxWritable: words('absolute paths, or paths below ~/').prefault([]).register(meta, {
    section: 'Isolation',
    key: 'sandbox.writable',
    env: 'COX_SANDBOX_WRITABLE',
    description:
      'files and folders that can be written in the sandbox, and are shared by all that run in one',
  }),
};
