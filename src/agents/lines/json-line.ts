/** A line of an agent's event stream, read without trust: whatever is not there is absent, never an error. */

export type Fields = Readonly<Record<string, unknown>>;

/** Null for a line that is no JSON object. */
export function readObject(line: string): Fields | null {
  if (!line.startsWith('{')) return null;
  try {
    return fieldsOf(JSON.parse(line));
  } catch {
    return null;
  }
}

/** The value itself: to copy it would cost as much as to parse it. */
export function fieldsOf(value: unknown): Fields | null {
  return isFields(value) ? value : null;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textIn(fields: Fields | null, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** Finite and not negative. */
export function numberIn(fields: Fields | null, name: string): number | undefined {
  const value = fields?.[name];
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : undefined;
}

export function objectIn(fields: Fields | null, name: string): Fields | null {
  return fieldsOf(fields?.[name]);
}

export function objectsIn(fields: Fields | null, name: string): readonly Fields[] {
  const value = fields?.[name];
  return Array.isArray(value) ? value.filter(isFields) : [];
}
