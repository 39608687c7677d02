/** Settings of this machine alone. */

import type { OptionValues } from './options.ts';

/** What only this machine needs to know; it is settled anew at each start and never logged. */
export interface LocalSettings {
  readonly slots: SlotSettings;
  /** Path or name of the browser; absent: it is looked for. */
  readonly browser?: string;
  /** The newest runs, whose logs are kept. */
  readonly keptRuns: number;
  /** Between two looks for conflicts to come; null for none. */
  readonly lookEveryMs: number | null;
  /** Names of environment variables, a `*` at the end for all that begin so. */
  readonly agentEnvironment: readonly string[];
  /** Paths below the user's home. */
  readonly agentFiles: readonly string[];
  readonly sandbox: SandboxPaths;
  readonly admission: AdmissionSettings;
}

/** Absolute, or below `~/`. */
export interface SandboxPaths {
  readonly readable: readonly string[];
  readonly writable: readonly string[];
}

/** With less than this no agent is started; null for no such rule. */
export interface AdmissionSettings {
  /** Undefined for what suits the machine. */
  readonly memoryBytes: number | null | undefined;
  readonly diskBytes: number | null;
}

export interface SlotSettings {
  /** Relative to the repository's root, or absolute; absent for the pool in the user's state folder. */
  readonly folder?: string;
  /** Shell commands. */
  readonly setup?: string;
  readonly teardown?: string;
  readonly setupMs: number;
  /** Paths or globs relative to the repository's root. */
  readonly copy: readonly string[];
  readonly firstPort: number;
  /** For each slot. */
  readonly ports: number;
  /** Slots of failed tasks that are kept. */
  readonly kept: number;
  /** When a run has succeeded, those that nobody has are removed. */
  readonly removed: boolean;
  /** After so many milliseconds without a resume a run's slots are given to others. */
  readonly abandonedMs: number;
}

export function localSettings(values: OptionValues): LocalSettings {
  const { slotFolder, slotSetup, slotTeardown, e2eBrowser } = values;
  return {
    slots: {
      ...(slotFolder === undefined ? {} : { folder: slotFolder }),
      ...(slotSetup === undefined || slotSetup === '' ? {} : { setup: slotSetup }),
      ...(slotTeardown === undefined || slotTeardown === '' ? {} : { teardown: slotTeardown }),
      setupMs: values.slotSetupTimeout,
      copy: values.slotCopy,
      firstPort: values.slotFirstPort,
      ports: values.slotPorts,
      kept: values.slotsKept,
      removed: values.slotsCleanup === 'merged',
      abandonedMs: values.slotsAbandoned,
    },
    ...(e2eBrowser === undefined ? {} : { browser: e2eBrowser }),
    keptRuns: values.runsKept,
    lookEveryMs: values.conflictsEvery,
    agentEnvironment: values.agentEnvironment,
    agentFiles: values.agentFiles,
    sandbox: { readable: values.sandboxReadable, writable: values.sandboxWritable },
    admission: { memoryBytes: values.freeMemory, diskBytes: values.freeDisk },
  };
}
