/** An expected failure is a value. An exception is a bug. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** For the end of an exhaustive switch: the compiler refuses a member that was forgotten. */
export function unreachable(member: never): never {
  throw new Error(`unreachable: ${JSON.stringify(member)}`);
}
