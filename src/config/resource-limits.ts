/** What an attempt may use of the machine, from the values of the options. */

import type { ResourceLimits } from '../core/isolation.ts';
import type { OptionValues } from './options.ts';

export function resourceLimits(values: OptionValues): ResourceLimits {
  const { sandboxMemory, sandboxProcesses, sandboxCpus, sandboxOpenFiles, sandboxDisk } = values;
  return {
    ...(sandboxMemory === null
      ? {}
      : 'bytes' in sandboxMemory
        ? { memoryBytes: sandboxMemory.bytes }
        : { memoryShare: sandboxMemory.share }),
    ...(sandboxProcesses === null ? {} : { processes: sandboxProcesses }),
    ...(sandboxCpus === null ? {} : { cpus: sandboxCpus }),
    ...(sandboxOpenFiles === null ? {} : { openFiles: sandboxOpenFiles }),
    ...(sandboxDisk === null
      ? {}
      : 'bytes' in sandboxDisk
        ? { diskBytes: sandboxDisk.bytes }
        : { diskShare: sandboxDisk.share }),
  };
}
