/** What the command line is to know of agents: which there are, what they cannot be, and how their logs are read. */

import type { PrintedBy } from '../core/log-line.ts';
import type { HostEnvironment } from '../process/environment.ts';
import { RedactedBytes, secretsOf } from '../process/redact.ts';
import type { Driver } from './driver.ts';
import { readLog } from './listening/readable.ts';
import { DRIVERS, profileGaps } from './registry.ts';
import { missingPart, type SearchPlace } from './starting/installed.ts';

/** The environment's secrets must not be shown, nor those that a project has. */
export function agentParts(env: HostEnvironment, place: SearchPlace) {
  const secrets = secretsOf(env);
  return {
    agents: DRIVERS.map((driver) => {
      const { name, abilities } = driver;
      const wrongOptions = (options: Readonly<Record<string, unknown>>): readonly string[] => {
        const ready = driver.ready(options);
        return ready.ok ? [] : ready.error;
      };
      return { name, tellsUse: abilities.usage, part: () => partOf(driver, place), wrongOptions };
    }),
    profileGaps,
    readLog: (by: PrintedBy, more: readonly string[]) => readLog(by, [...secrets, ...more]),
    redactLog: (more: readonly string[]) => new RedactedBytes([...secrets, ...more]),
  };
}

/** As it is without further settings; null when only settings can say what it starts. */
function partOf(driver: Driver, place: SearchPlace) {
  const ready = driver.ready({});
  if (!ready.ok) return null;
  const { program, module } = ready.value;
  const name = program ?? module?.name;
  return name === undefined ? null : { name, missing: missingPart(ready.value, place) };
}
