/** What a declaration of a type promises to those who use it. */

export interface TypeMember {
  readonly name: string;
  /** It may be left out. */
  readonly optional: boolean;
  readonly type: string;
  readonly line: number;
}

interface Declared {
  readonly name: string;
  readonly line: number;
  readonly exported: boolean;
}

export type TypeShape = Declared &
  (
    | {
        readonly is: 'members';
        readonly members: readonly TypeMember[];
        /** A class may have more than it promises. */
        readonly isClass: boolean;
        /** Names of what it takes over from others, which is not looked into. */
        readonly bases: readonly string[];
      }
    | { readonly is: 'alias'; readonly type: string }
    | { readonly is: 'enum'; readonly members: readonly TypeMember[] }
  );
