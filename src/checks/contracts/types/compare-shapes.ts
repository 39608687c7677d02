/** Where a declaration keeps another promise than the contract's of the same name. */

import type { TypeMember, TypeShape } from './type-shape.ts';

export interface Difference {
  /** A `breach` breaks who relies on the contract; a `note` may. */
  readonly is: 'breach' | 'note';
  readonly line: number;
  readonly message: string;
}

export function compareShapes(contract: TypeShape, code: TypeShape): readonly Difference[] {
  if (contract.is === 'members' && code.is === 'members') return compareMembers(contract, code);
  if (contract.is === 'enum' && code.is === 'enum') return compareEnums(contract, code);
  if (contract.is === 'alias' && code.is === 'alias') {
    if (contract.type === code.type) return [];
    const message = `\`${code.name}\` is ${code.type}; in the contract it is ${contract.type}`;
    return [{ is: 'breach', line: code.line, message }];
  }
  const message = `\`${code.name}\` is declared in another way than in the contract, so its shape was not compared`;
  return [{ is: 'note', line: code.line, message }];
}

type WithMembers = Extract<TypeShape, { is: 'members' }>;

function compareMembers(contract: WithMembers, code: WithMembers): readonly Difference[] {
  const own = byName(code.members);
  const promised = byName(contract.members);
  const differences = contract.members.flatMap((member): Difference[] => {
    const found = own.get(member.name);
    if (found !== undefined) return compareMember(code.name, member, found);
    // What it inherits was not looked at.
    const mayInherit = code.bases.some(
      (base) => !contract.bases.includes(base) && !GIVES_NO_FIELD.test(base),
    );
    const message = `\`${code.name}.${member.name}\` of the contract is missing${mayInherit ? ', unless it is inherited' : ''}`;
    return [{ is: mayInherit ? 'note' : 'breach', line: code.line, message }];
  });
  return [...differences, ...code.members.flatMap((member) => addition(code, promised, member))];
}

const GIVES_NO_FIELD = /(?:^|\.)(?:BaseModel|TypedDict|NamedTuple|ABC|object|(?:Generic|Protocol)(?:\[.*)?)$/;

function compareMember(type: string, contract: TypeMember, code: TypeMember): Difference[] {
  const name = `\`${type}.${code.name}\``;
  if (code.type !== contract.type) {
    const [is, was] = [code.type === '' ? 'without a type' : code.type, contract.type];
    return [{ is: 'breach', line: code.line, message: `${name} is ${is}; in the contract it is ${was}` }];
  }
  if (code.optional === contract.optional) return [];
  const words = (optional: boolean): string => (optional ? 'optional' : 'required');
  const message = `${name} is ${words(code.optional)}; in the contract it is ${words(contract.optional)}`;
  return [{ is: 'breach', line: code.line, message }];
}

/** Who makes such a value by the contract would leave it out. */
function addition(
  code: WithMembers,
  promised: ReadonlyMap<string, TypeMember>,
  member: TypeMember,
): Difference[] {
  if (promised.has(member.name)) return [];
  const isMethod = /=>|->/.test(member.type);
  if (code.isClass && isMethod) return [];
  const message = `\`${code.name}.${member.name}\` is not in the contract`;
  return [{ is: member.optional ? 'note' : 'breach', line: member.line, message }];
}

function compareEnums(
  contract: Extract<TypeShape, { is: 'enum' }>,
  code: Extract<TypeShape, { is: 'enum' }>,
): readonly Difference[] {
  const own = byName(code.members);
  const promised = byName(contract.members);
  const changed = contract.members.flatMap((member): Difference[] => {
    const found = own.get(member.name);
    if (found === undefined)
      return [
        {
          is: 'breach',
          line: code.line,
          message: `\`${code.name}.${member.name}\` of the contract is missing`,
        },
      ];
    if (found.type === member.type) return [];
    const message = `\`${code.name}.${member.name}\` is ${found.type}; in the contract it is ${member.type}`;
    return [{ is: 'breach', line: found.line, message }];
  });
  const added = code.members
    .filter(({ name }) => !promised.has(name))
    .map(({ name, line }): Difference => {
      return { is: 'breach', line, message: `\`${code.name}.${name}\` is not in the contract` };
    });
  return [...changed, ...added];
}

function byName(members: readonly TypeMember[]): ReadonlyMap<string, TypeMember> {
  return new Map(members.map((member) => [member.name, member]));
}
