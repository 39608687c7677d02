/**
 * Another process that starts or takes up a job. Its argument is the specification as JSON. It prints `started`,
 * and then the end as JSON.
 */

import { type JobSpec, startJob } from '../process/job.ts';

function isSpec(value: unknown): value is JobSpec {
  return typeof value === 'object' && value !== null && 'folder' in value && 'argv' in value;
}

const spec: unknown = JSON.parse(process.argv[2] ?? '');
if (!isSpec(spec)) throw new Error('not a specification');
const job = await startJob(spec);
process.stdout.write('started\n');
process.stdout.write(`${JSON.stringify(await job.end)}\n`);
