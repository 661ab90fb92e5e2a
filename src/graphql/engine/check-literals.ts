import { GraphQLError, Kind, type ASTNode, type ASTVisitor, type FloatValueNode, type IntValueNode, type ValidationContext } from 'graphql';
import { badUserInput } from '../../domain/errors.js';
import { faultInText } from '../../domain/storable.js';
import { clientError } from './client-errors.js';

/** A validation rule: refuses literals that could not be stored and read back equal, as check-variables.ts does for variables. */
export function StorableLiteralsRule(context: ValidationContext): ASTVisitor {
  function refuse(node: ASTNode, fact: string, path: (string | number)[]): void {
    const error = badUserInput(`The argument \`${path.join('.')}\` ${fact}.`, [{ path, message: fact }]);
    context.reportError(clientError(error, new GraphQLError(error.message, { nodes: node })));
  }
  return {
    StringValue(node, _key, parent, path, ancestors) {
      const fault = faultInText(node.value);
      if (fault) refuse(node, fault, placeOf([...ancestors, parent], path));
    },
    IntValue: refuseInfinite,
    FloatValue: refuseInfinite,
  };

  function refuseInfinite(
    node: IntValueNode | FloatValueNode,
    _key: unknown,
    parent: Parent,
    path: Path,
    ancestors: readonly Parent[],
  ): void {
    if (!Number.isFinite(Number(node.value))) refuse(node, 'is a number beyond what can be stored', placeOf([...ancestors, parent], path));
  }
}

type Parent = ASTNode | readonly ASTNode[] | undefined;
type Path = readonly (string | number)[];

/** Names of arguments and object fields on the way to a value, and the indexes of lists. `path[i]` is the key under `parents[i]`. */
function placeOf(parents: readonly Parent[], path: Path): (string | number)[] {
  return parents.flatMap((parent, depth) => {
    if (!parent) return [];
    if ('kind' in parent) return parent.kind === Kind.ARGUMENT || parent.kind === Kind.OBJECT_FIELD ? [parent.name.value] : [];
    const owner = parents[depth - 1];
    return owner && 'kind' in owner && owner.kind === Kind.LIST ? path.slice(depth, depth + 1) : [];
  });
}
