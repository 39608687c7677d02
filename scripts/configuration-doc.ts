// Writes what documents the settings anew from the table of options: the tables of docs/configuration.md, and the
// schemas. `node scripts/configuration-doc.ts`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import './json-schemas.ts';
import { optionTables } from './lib/option-tables.ts';

const file = fileURLToPath(new URL('../docs/configuration.md', import.meta.url));
writeFileSync(file, optionTables(readFileSync(file, 'utf8')));
