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

export function fieldsOf(value: unknown): Fields | null {
  // A prototype's own fields are no data.
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
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
  return Array.isArray(value) ? value.map(fieldsOf).filter((each) => each !== null) : [];
}
