// Writes docs/schemas/ anew from the program's own schemas: `node scripts/json-schemas.ts`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { jsonSchemas } from './lib/json-schemas.ts';

const folder = new URL('../docs/schemas/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of jsonSchemas()) writeFileSync(new URL(name, folder), text);
