/** Fault points, switched on by the environment, for tests of crash safety: COX_FAULT and COX_FAULT_TRACE. */

import { appendFileSync } from 'node:fs';
import { faultProbe, type Probe } from './probe.ts';

export function probeFromEnvironment(env: Readonly<Record<string, string | undefined>>): Probe {
  const at = env['COX_FAULT'];
  const trace = env['COX_FAULT_TRACE'];
  if (at === undefined && trace === undefined) return () => undefined;
  return faultProbe({
    ...(at === undefined ? {} : { at }),
    passed: (place) => {
      if (trace !== undefined) appendFileSync(trace, `${place}\n`);
    },
    crash: () => process.kill(process.pid, 'SIGKILL'),
  });
}
