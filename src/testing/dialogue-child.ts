/** Another process that keeps a helper. It prints the helper's pid, and lives until it is killed. */

import { setTimeout as sleep } from 'node:timers/promises';

import { Dialogue } from '../process/dialogue.ts';

const helper = new Dialogue({
  argv: ['sh', '-c', 'while read -r line; do echo "$$"; done'],
  cwd: '/',
  env: { PATH: process.env['PATH'] ?? '' },
  maxBytes: 1_000,
  idleMs: 600_000,
  mostAnswers: 1_000,
});
const answer = await helper.ask({ input: '\n', until: '\n', timeoutMs: 20_000 });
if (!answer.ok) throw new Error(JSON.stringify(answer.error));
process.stdout.write(answer.value);
if (process.argv[2] === 'stay') await sleep(600_000);
