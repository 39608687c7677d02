// Writes expected.json of every example plan anew: `node scripts/plan-examples.ts`, then `npm run format`.
import { writeFileSync } from 'node:fs';
import { planExamples, readingText, readTexts } from '../src/testing/plan-examples.ts';

for (const { expectedFile, texts } of planExamples())
  writeFileSync(expectedFile, readingText(readTexts(texts)));
