/** JSON Schemas of the files that people write, from the schemas that the program itself reads them by. */

import { z } from 'zod';
import { OPTION_LIST, type Option } from '../../src/config/options.ts';
import { frontMatterSchema, manifestSchema } from '../../src/formats/manifest/schema.ts';

type Schema = Record<string, unknown>;

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** By the names of their files in docs/schemas/. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  const schemas: readonly (readonly [string, Schema])[] = [
    ['manifest.schema.json', described(manifestSchema, 'manifest.json of a plan')],
    ['task.schema.json', described(frontMatterSchema, "Front matter of a task's file")],
    ['config.schema.json', configSchema()],
  ];
  return new Map(schemas.map(([name, schema]) => [name, `${JSON.stringify(schema, null, 2)}\n`]));
}

function described(schema: z.ZodType, title: string): Schema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input' });
  return { $schema: DIALECT, title, ...rest };
}

/** Values are written in many ways (`2h`, `50MB`), and checked by the program; here are their keys and what they set. */
function configSchema(): Schema {
  const root = folder();
  for (const option of OPTION_LIST) {
    const names = option.key.split('.');
    const last = names.pop() ?? '';
    const parent = names.reduce(within, root);
    parent.properties[last] = leaf(option);
  }
  return { $schema: DIALECT, title: 'coxswain.config.yaml', ...root };
}

interface Folder {
  readonly type: 'object';
  readonly properties: Record<string, Schema | Folder>;
  readonly additionalProperties: false;
}

function folder(): Folder {
  return { type: 'object', properties: {}, additionalProperties: false };
}

function within(parent: Folder, name: string): Folder {
  const known = parent.properties[name];
  if (known !== undefined && isFolder(known)) return known;
  const made = folder();
  parent.properties[name] = made;
  return made;
}

function isFolder(schema: Schema | Folder): schema is Folder {
  return 'additionalProperties' in schema;
}

function leaf({ description, builtIn }: Option): Schema {
  return { description, ...(builtIn === undefined ? {} : { default: builtIn }) };
}
