// Writes expected.json of every example plan anew: `node scripts/plan-examples.ts`, then `npm run format`.
import { writeFileSync } from 'node:fs';
import { readExamples } from '../src/testing/plan-examples.ts';

for (const { expectedFile, read } of readExamples()) writeFileSync(expectedFile, read);
