// Asks the registry for known flaws in the packages of the lock file: `npm run check -- audit`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readAudit } from './lib/audit.ts';
import { NOT_RUN } from './lib/not-run.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
// One try and a short wait: without a network the answer is that nothing is known, and that is no failure.
const args = ['audit', '--json', '--fetch-retries=0', '--fetch-timeout=20000'];
const { stdout, error } = spawnSync('npm', args, { cwd: root, encoding: 'utf8', timeout: 120_000 });
const audit = readAudit(stdout ?? '');
switch (audit.is) {
  case 'clean':
    if (audit.lower > 0) console.log(`${audit.lower} of low or moderate weight: see npm audit`);
    break;
  case 'found':
    for (const advisory of audit.advisories) console.error(advisory);
    process.exitCode = 1;
    break;
  case 'not-run':
    console.error(error === undefined ? audit.why : error.message);
    process.exitCode = NOT_RUN;
    break;
}
