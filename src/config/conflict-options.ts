/** Options of what is done about conflicts between finished work. */

import { anyMap, count, flag, text, textOrNone } from './kinds.ts';
import { meta } from './option-meta.ts';

export const CONFLICT_OPTIONS = {
  resolver: flag().prefault(true).register(meta, {
    section: 'Conflicts',
    key: 'merge.resolver',
    env: 'COX_MERGE_RESOLVER',
    flag: '--no-resolver',
    description:
      'whether a conflict is given to a resolver, where one is there; else the task begins anew on top of what it conflicts with',
    without: 'no resolver: a task that conflicts begins anew on top of what it conflicts with',
  }),
  resolverCommand: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'Conflicts',
    key: 'resolve.command',
    env: 'COX_RESOLVE_COMMAND',
    flag: '--resolver-command <sh>',
    description:
      'this shell command resolves conflicts; it finds the prompt on standard input, and the merge with its markers in its worktree',
  }),
  resolverAgent: text('the name of an agent driver').optional().register(meta, {
    section: 'Conflicts',
    key: 'resolve.agent',
    env: 'COX_RESOLVE_AGENT',
    description:
      "which driver resolves conflicts; without it the tasks' own, unless that is a command or a recipe",
  }),
  resolverOptions: anyMap().optional().register(meta, {
    section: 'Conflicts',
    key: 'resolve.options',
    description: "options of that driver; without them, those of the tasks' agent if it is the same driver",
  }),
  resolverTries: count(1, 100).prefault(2).register(meta, {
    section: 'Conflicts',
    key: 'resolve.tries',
    env: 'COX_RESOLVE_TRIES',
    description: 'after so many tries that came to nothing a conflict waits for you',
  }),
  resolverReview: flag().prefault(false).register(meta, {
    section: 'Conflicts',
    key: 'resolve.review',
    env: 'COX_RESOLVE_REVIEW',
    description: 'whether QA looks again at work whose conflict was resolved',
  }),
};
