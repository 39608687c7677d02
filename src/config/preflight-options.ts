/** Options of what is looked at before a run makes anything. */

import { choice, flag, orNone, size, words } from './kinds.ts';
import { meta } from './option-meta.ts';

export const PREFLIGHT_OPTIONS = {
  preflight: choice('auto', 'on', 'off').prefault('auto').register(meta, {
    section: 'Pre-flight',
    key: 'preflight.mode',
    env: 'COX_PREFLIGHT',
    flag: '--preflight <mode>',
    description:
      'look at disk, git, ports, environment and agents before a run: on, off, or auto (for plans of parallel groups)',
  }),
  preflightDisk: orNone(size(0, 1e15)).prefault('10GB').register(meta, {
    section: 'Pre-flight',
    key: 'preflight.minDisk',
    env: 'COX_PREFLIGHT_MIN_DISK',
    description:
      'room that worktrees of all agents asked for need; with less there are fewer agents, each with an equal share',
  }),
  preflightPorts: flag().prefault(true).register(meta, {
    section: 'Pre-flight',
    key: 'preflight.ports',
    env: 'COX_PREFLIGHT_PORTS',
    description: 'look whether something listens on the ports of the worktrees that will be used',
  }),
  preflightEnvironment: words('names of environment variables').prefault([]).register(meta, {
    section: 'Pre-flight',
    key: 'preflight.environment',
    env: 'COX_PREFLIGHT_ENVIRONMENT',
    description: 'environment variables that have to be set',
  }),
};
