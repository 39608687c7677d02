/** Options of what the agents of a run, and what runs their code, may take of the machine. */

import { amount, count, decimal, orNone, size } from './kinds.ts';
import { meta } from './option-meta.ts';

export const LIMIT_OPTIONS = {
  sandboxMemory: orNone(amount(1e6, 1e15)).prefault('80%').register(meta, {
    section: 'Isolation',
    key: 'sandbox.memory',
    env: 'COX_SANDBOX_MEMORY',
    description:
      'memory for all processes of an attempt or check together: a size, or a share of the machine',
  }),
  // Threads count: a test suite with browsers has some hundreds of them for each core.
  sandboxProcesses: orNone(count(1, 4e6)).prefault(4096).register(meta, {
    section: 'Isolation',
    key: 'sandbox.processes',
    env: 'COX_SANDBOX_PROCESSES',
    description: 'processes and threads that it may have at once',
  }),
  sandboxCpus: orNone(decimal(0.01, 10_000)).prefault('none').register(meta, {
    section: 'Isolation',
    key: 'sandbox.cpu',
    env: 'COX_SANDBOX_CPU',
    description: 'cores that it may keep busy, e.g. 1.5',
  }),
  sandboxOpenFiles: orNone(count(16, 1e9)).prefault('none').register(meta, {
    section: 'Isolation',
    key: 'sandbox.openFiles',
    env: 'COX_SANDBOX_OPEN_FILES',
    description: 'open files for each of its processes',
  }),
  sandboxDisk: orNone(amount(1e6, 1e15)).prefault('50%').register(meta, {
    section: 'Isolation',
    key: 'sandbox.disk',
    env: 'COX_SANDBOX_DISK',
    description: 'what it may add to the disk: a size, or a share of what is free; looked at now and then',
  }),
  freeMemory: orNone(size(0, 1e15)).optional().register(meta, {
    section: 'Scheduling',
    key: 'admission.memory',
    env: 'COX_ADMISSION_MEMORY',
    description:
      'with less memory available no agent is started; without it, 5% of the memory, from 512 MB to 2 GB',
  }),
  freeDisk: orNone(size(0, 1e15)).prefault('1GB').register(meta, {
    section: 'Scheduling',
    key: 'admission.disk',
    env: 'COX_ADMISSION_DISK',
    description: 'with less room on the disk no agent is started',
  }),
};
