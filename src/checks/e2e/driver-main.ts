/**
 * `driver-main.ts <request as JSON>`: runs beside the application that it looks at, behind the same walls. What it saw
 * goes to a file; the exit status says only whether there is one.
 */

import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { drive } from './drive.ts';
import { type DriverRequest, FACTS_FILE } from './driver-facts.ts';

const request: DriverRequest = JSON.parse(process.argv[2] ?? '');
await mkdir(request.out, { recursive: true });
const facts = await drive({ request, env: process.env });
const file = join(request.out, FACTS_FILE);
await writeFile(`${file}.tmp`, JSON.stringify(facts));
await rename(`${file}.tmp`, file);
process.exit();
