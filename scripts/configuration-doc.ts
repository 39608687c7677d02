// Writes the tables of docs/configuration.md anew from the table of options: `node scripts/configuration-doc.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { optionTables } from './lib/option-tables.ts';

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
writeFileSync(file, optionTables(readFileSync(file, 'utf8')));
