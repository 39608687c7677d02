import { isAlive } from './identity.ts';
import { jobFiles, readAgent, readClaim, readEnd } from './job-folder.ts';

/** The process of the program that runs as a job in the folder; null when none lives, as far as this machine can tell. */
export function liveProcess(folder: string): number | null {
  const files = jobFiles(folder);
  const sight = readClaim(files);
  if (sight.is !== 'made' || readEnd(files) !== null) return null;
  const agent = readAgent(files, sight.claim);
  return agent !== null && isAlive(agent) ? agent.pid : null;
}
